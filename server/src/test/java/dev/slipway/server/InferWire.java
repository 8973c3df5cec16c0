package dev.slipway.server;

import java.util.List;
import java.util.Optional;

/** One way to carry an inference of the Open Inference Protocol, so that one test can hold all ways to the same answers. */
interface InferWire extends AutoCloseable {
    /** A tensor of numbers, booleans or texts. */
    record Content(String name, String datatype, List<Long> shape, List<?> elements) {}

    /** A request; an empty version is none, no outputs are all. */
    record Question(String model, String version, String id, List<Content> inputs, List<Asked> outputs) {
        static Question of(String model, Content... inputs) {
            return new Question(model, "", "", List.of(inputs), List.of());
        }

        Question withVersion(String asked) {
            return new Question(model, asked, id, inputs, outputs);
        }

        Question withId(String given) {
            return new Question(model, version, given, inputs, outputs);
        }

        Question asking(Asked... asked) {
            return new Question(model, version, id, inputs, List.of(asked));
        }
    }

    /** An output that is asked for; 0 classes are its own elements. */
    record Asked(String name, int classes) {}

    /** What came back: content, or a fault. */
    record Reply(Optional<Fault> fault, String model, String version, String id, List<Content> outputs) {
        static Reply of(Kind kind, String message) {
            return new Reply(Optional.of(new Fault(kind, message)), "", "", "", List.of());
        }
    }

    /** Why there is no content, in the words of no protocol. */
    record Fault(Kind kind, String message) {}

    /** The kinds of faults that clients tell apart. */
    enum Kind {
        FAULTY_REQUEST,
        UNKNOWN,
        NOT_READY,
        OTHER
    }

    Reply infer(Question question);

    @Override
    void close();
}
