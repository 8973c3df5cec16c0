package dev.slipway.server.http;

import dev.slipway.graph.SlipwayException;
import dev.slipway.server.http.Predictions.Coding;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.Dialect;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictRequestReader;
import dev.slipway.server.json.PredictResponseWriter;
import dev.slipway.server.models.ModelAddress;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Vertex AI's contract for containers, whose paths the host sets: {@code {"instances": [...], "parameters": ...}} is answered
 * by {@code {"predictions": [...]}}. Both are there only where they are set.
 *
 * <p>Source: Vertex AI, "Custom container requirements for prediction".
 */
public final class HostRoutes implements Endpoint {
    private final String healthPath;
    private final String predictPath;
    private final Predictions predictions;
    private final DefaultModel defaultModel;

    /** A model's reader and writer. */
    private record Codec(PredictRequestReader reader, PredictResponseWriter writer) {
        static Codec of(ServedModel model) {
            return new Codec(
                    new PredictRequestReader(model.inputs(), Dialect.STRICT),
                    PredictResponseWriter.plain(model.outputs()));
        }

        PredictRequest read(byte[] body) {
            PredictRequest request = reader.read(body);
            if (request.form() != PredictRequest.Form.ROWS) {
                throw new InputException("missing", List.of("body"), "expected: 'instances'", "an object without them");
            }
            return request;
        }
    }

    /**
     * The endpoint for an event loop.
     *
     * @param healthPath the path of health; empty for none
     * @param predictPath the path of predictions; empty for none
     * @param predictions the event loop's predictions
     * @param defaultModel which model is meant
     */
    public HostRoutes(String healthPath, String predictPath, Predictions predictions, DefaultModel defaultModel) {
        this.healthPath = healthPath;
        this.predictPath = predictPath;
        this.predictions = predictions;
        this.defaultModel = defaultModel;
    }

    @Override
    public List<String> routes() {
        return Stream.of(healthPath, predictPath)
                .filter(path -> !path.isEmpty())
                .toList();
    }

    @Override
    public boolean handle(Exchange exchange) {
        if (exchange.path().isEmpty()) {
            return false;
        }
        if (exchange.path().equals(healthPath)) {
            Scoring.sendHealth(exchange, defaultModel.isReady());
            return true;
        }
        if (!exchange.path().equals(predictPath)) {
            return false;
        }
        if (exchange.requirePost()) {
            try {
                predict(exchange, defaultModel.address());
            } catch (SlipwayException e) {
                exchange.failAsBadRequest(e);
            }
        }
        return true;
    }

    private void predict(Exchange exchange, ModelAddress address) {
        predictions.requireRoom(exchange, "vertex", address);
        exchange.readJson(
                predictions.maxBodyBytes(),
                body -> predictions
                        .predict(exchange, "vertex", address, body, model -> coding(model, body))
                        .onSuccess(exchange::ok)
                        .onFailure(exchange::failAsBadRequest));
    }

    private static Coding<PredictRequest, Buffer> coding(ServedModel model, byte[] body) {
        Codec codec = model.companion(Codec.class, Codec::of);
        return Coding.of(
                body,
                () -> codec.read(body),
                (request, results) -> codec.writer().write(request.form(), results));
    }
}
