package dev.slipway.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One way to carry an inference of the Open Inference Protocol, so that one test can hold all ways to the same answers. */
interface InferWire extends AutoCloseable {
    /** A tensor of numbers, booleans or texts. */
    record Content(String name, String datatype, List<Long> shape, List<?> elements) {}

    /** A request; an empty version is none, no outputs are all. */
    record Question(
            String model,
            String version,
            String id,
            Map<String, Object> parameters,
            List<Content> inputs,
            List<Asked> outputs,
            Map<String, Object> ofInputs) {
        static Question of(String model, Content... inputs) {
            return new Question(model, "", "", Map.of(), List.of(inputs), List.of(), Map.of());
        }

        Question withVersion(String asked) {
            return new Question(model, asked, id, parameters, inputs, outputs, ofInputs);
        }

        Question withId(String given) {
            return new Question(model, version, given, parameters, inputs, outputs, ofInputs);
        }

        /** With parameters of truths, texts, integers, or, as {@link java.math.BigInteger}, integers without a sign. */
        Question with(Map<String, Object> given) {
            return new Question(model, version, id, given, inputs, outputs, ofInputs);
        }

        /** The same for each of its inputs. */
        Question withInputs(Map<String, Object> given) {
            return new Question(model, version, id, parameters, inputs, outputs, given);
        }

        Question asking(Asked... asked) {
            return new Question(model, version, id, parameters, inputs, List.of(asked), ofInputs);
        }
    }

    /** An output that is asked for. */
    record Asked(String name, Map<String, Object> parameters) {
        Asked(String name) {
            this(name, Map.of());
        }

        /** As so many classes. */
        Asked(String name, int classes) {
            this(name, Map.of("classification", classes));
        }
    }

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
        NO_ROOM,
        LATE,
        OTHER
    }

    Reply infer(Question question);

    @Override
    void close();
}
