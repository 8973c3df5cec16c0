package dev.slipway.server.http;

import dev.slipway.server.http.Predictions.Coding;
import dev.slipway.server.inference.InferenceService.AnswerEncoder;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.Dialect;
import dev.slipway.server.json.ExamplesReader;
import dev.slipway.server.json.ExamplesWriter;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictRequestReader;
import dev.slipway.server.json.PredictResponseWriter;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;

/** A model's readers and writers for TensorFlow Serving's verbs. */
final class ServingCodec {
    /** What {@link dev.slipway.server.json.InputProblem#type()} says of a verb that a model has no outputs for. */
    static final String OTHER_METHOD = "method_name";

    private final PredictRequestReader reader;
    private final PredictResponseWriter writer;
    private final ExamplesReader examples;
    private final ExamplesWriter results;
    private final boolean classifies;
    private final boolean regresses;

    /** The end of a path. */
    enum Verb {
        PREDICT,
        CLASSIFY,
        REGRESS
    }

    ServingCodec(ServedModel model) {
        reader = new PredictRequestReader(model.inputs(), Dialect.TENSORFLOW_SERVING);
        writer = PredictResponseWriter.of(model.outputs());
        examples = new ExamplesReader(model.inputs());
        results = new ExamplesWriter(model.outputs());
        classifies = model.rowsAreIndependent() && results.canClassify();
        regresses = model.rowsAreIndependent() && results.canRegress();
    }

    static boolean classifies(ServedModel model) {
        return model.companion(ServingCodec.class, ServingCodec::new).classifies;
    }

    static boolean regresses(ServedModel model) {
        return model.companion(ServingCodec.class, ServingCodec::new).regresses;
    }

    static Verb verb(String pathEnd) {
        return switch (pathEnd) {
            case ":classify" -> Verb.CLASSIFY;
            case ":regress" -> Verb.REGRESS;
            default -> Verb.PREDICT;
        };
    }

    Coding<PredictRequest, Buffer> coding(Verb verb, byte[] body, CloudEvent event) {
        return switch (verb) {
            case PREDICT ->
                Coding.of(
                        body,
                        () -> event.isStructured() ? reader.readEvent(body) : reader.read(body),
                        (request, tensors) -> writer.write(request.form(), tensors));
            case CLASSIFY -> examples(verb, classifies, body, (request, tensors) -> results.classes(tensors));
            case REGRESS -> examples(verb, regresses, body, (request, tensors) -> results.values(tensors));
        };
    }

    private Coding<PredictRequest, Buffer> examples(
            Verb verb, boolean applies, byte[] body, AnswerEncoder<PredictRequest, byte[]> encoder) {
        return Coding.of(
                body,
                () -> {
                    requireMethod(verb, applies);
                    return examples.read(body);
                },
                encoder);
    }

    private static void requireMethod(Verb verb, boolean applies) {
        if (!applies) {
            throw new InputException(
                    OTHER_METHOD,
                    List.of("path"),
                    verb == Verb.CLASSIFY
                            ? "expected: a model that gives scores of classes, [batch, classes]"
                            : "expected: a model that gives one number a row",
                    ":" + verb.name().toLowerCase(Locale.ROOT));
        }
    }
}
