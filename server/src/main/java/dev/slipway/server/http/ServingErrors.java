package dev.slipway.server.http;

import dev.slipway.server.inference.OverloadedException;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.json.MalformedJsonException;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelNotFoundException;
import java.util.List;

/**
 * The words for which TensorFlow Serving's clients look in errors. What is behind them in ours says more.
 *
 * <p>Source: TensorFlow Serving, {@code util/json_tensor.cc}, {@code model_servers/server_core.cc}.
 */
final class ServingErrors {
    private ServingErrors() {}

    static void refuse(Exchange exchange, ModelAddress asked, Throwable failure) {
        if (failure instanceof OverloadedException full) {
            exchange.refuseForNow(full);
            return;
        }
        Refusal refusal = exchange.explain(failure).asBadRequest();
        if (failure instanceof ModelNotFoundException missing && missing.part().equals("label")) {
            // Its words for a name that no version has; unlike a version that is not there, a fault of the request.
            refusal = new Refusal(400, refusal.problems());
        }
        String words = words(failure, asked);
        exchange.refuse(refusal, words.isEmpty() ? refusal.text() : words + " (" + refusal.text() + ")");
    }

    private static String words(Throwable failure, ModelAddress asked) {
        if (failure instanceof ModelNotFoundException missing) {
            return missing.part().equals("label")
                    ? "Unrecognized servable version label: " + missing.value()
                    : "Servable not found for request: " + request(asked);
        }
        if (failure instanceof MalformedJsonException) {
            return "JSON Parse error: Invalid value";
        }
        return failure instanceof InputException refused
                ? words(refused.problems().get(0))
                : "";
    }

    private static String request(ModelAddress asked) {
        return asked.version()
                .map(version -> "Specific(" + asked.name() + ", " + version + ")")
                .orElse("Latest(" + asked.name() + ")");
    }

    private static String words(InputProblem problem) {
        return switch (problem.type()) {
            case "json_empty" -> "JSON Parse error: The document is empty";
            case "missing" -> problem.location().equals(List.of("body")) ? "Missing 'inputs' or 'instances' key" : "";
            case "literal_error" -> "Serving signature name: " + problem.input() + " not found in signature def";
            case ServingCodec.OTHER_METHOD ->
                "Expected " + (problem.input().equals(":classify") ? "classification" : "regression")
                        + " signature method_name to be tensorflow/serving/"
                        + problem.input().substring(1)
                        + ". Was: tensorflow/serving/predict";
            default -> "";
        };
    }
}
