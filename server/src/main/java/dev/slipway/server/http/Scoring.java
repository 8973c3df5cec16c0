package dev.slipway.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.SlipwayException;
import dev.slipway.server.http.Predictions.Coding;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictResponseWriter;
import dev.slipway.server.json.ScoringRequestReader;
import dev.slipway.server.models.ModelAddress;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MLflow's scoring protocol, {@code POST /invocations}, {@code GET /ping}, {@code /health} and {@code /version}, which is
 * SageMaker's contract for containers too; and SageMaker's for several models, {@code /models}, {@code /models/{name}} and {@code
 * POST /models/{name}/invoke}.
 *
 * <p>Source: MLflow, {@code mlflow/pyfunc/scoring_server/__init__.py}; SageMaker, "Custom inference code with hosting
 * services", "Custom containers contract for multi-model endpoints".
 */
public final class Scoring implements Endpoint {
    /** The MLflow whose protocol this is. */
    static final String MLFLOW_VERSION = "2.17.2";

    private static final Pattern MODEL = Pattern.compile("/models/(?<name>[^/]+)(?<rest>/invoke|)");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Predictions predictions;
    private final DefaultModel defaultModel;
    private final MultiModelControl control;

    /** A model's reader and writer. */
    private record Codec(ScoringRequestReader reader, PredictResponseWriter writer) {
        static Codec of(ServedModel model) {
            return new Codec(new ScoringRequestReader(model.inputs()), PredictResponseWriter.plain(model.outputs()));
        }

        Coding<PredictRequest, Buffer> coding(ScoringType type, byte[] body) {
            return Coding.of(
                    body,
                    () -> switch (type) {
                        case JSON -> reader.readJson(body);
                        case CSV -> reader.readCsv(body, true);
                        case CSV_WITHOUT_HEADER -> reader.readCsv(body, false);
                    },
                    (request, results) -> writer.writePredictions(results));
        }
    }

    /**
     * The endpoint for an event loop.
     *
     * @param predictions the event loop's predictions
     * @param defaultModel which model {@code /invocations} means
     * @param control lets models come and go
     */
    public Scoring(Predictions predictions, DefaultModel defaultModel, MultiModelControl control) {
        this.predictions = predictions;
        this.defaultModel = defaultModel;
        this.control = control;
    }

    @Override
    public List<String> routes() {
        return List.of(
                "/ping", "/health", "/version", "/models", "/invocations", "/models/{model}", "/models/{model}/invoke");
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        switch (path) {
            case "/ping", "/health" -> sendHealth(exchange, defaultModel.isReadyForModels());
            case "/version" -> send(exchange, MLFLOW_VERSION);
            case "/models" -> {
                if (exchange.isGet()) {
                    exchange.ok(list());
                } else {
                    control.load(exchange);
                }
            }
            case "/invocations" -> score(exchange, Optional.empty());
            default -> {
                Matcher matcher = MODEL.matcher(path);
                if (!matcher.matches()) {
                    return false;
                }
                ofModel(exchange, matcher);
            }
        }
        return true;
    }

    /** 200 and an empty line if predictions can be had, 404 if not. */
    static void sendHealth(Exchange exchange, boolean isReady) {
        if (exchange.requireGet()) {
            exchange.answer(isReady ? 200 : 404, TEXT, Buffer.buffer("\n"));
        }
    }

    private static void send(Exchange exchange, String text) {
        if (exchange.requireGet()) {
            exchange.answer(200, TEXT, Buffer.buffer(text));
        }
    }

    private void ofModel(Exchange exchange, Matcher path) {
        if (!path.group("rest").isEmpty()) {
            score(exchange, Optional.of(path.group("name")));
        } else if (!exchange.isGet()) {
            control.unload(exchange, path.group("name"));
        } else {
            try {
                String name = PathSegment.require(path.group("name"));
                predictions.models().requireAnswering(ModelAddress.of(name));
                exchange.ok(
                        Buffer.buffer(describe(JSON.createObjectNode(), name).toString()));
            } catch (SlipwayException e) {
                exchange.failAsBadRequest(e);
            }
        }
    }

    private Buffer list() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode all = answer.putArray("models");
        predictions.models().names().forEach(name -> describe(all.addObject(), name));
        return Buffer.buffer(answer.toString());
    }

    /** Where a model's file lies is nobody's business who may only predict. */
    private static ObjectNode describe(ObjectNode into, String name) {
        return into.put("modelName", name).put("modelUrl", "");
    }

    private void score(Exchange exchange, Optional<String> name) {
        exchange.writeErrorsAs(Scoring::writeError);
        if (!exchange.requirePost()) {
            return;
        }
        try {
            Optional<ScoringType> type = ScoringType.of(exchange);
            if (type.isEmpty()) {
                String sent = exchange.requestHeader("content-type").orElse("none");
                exchange.refuse(Refusal.mediaType("content-type", RequestLog.printable(sent), ScoringType.EXPECTED));
                return;
            }
            ModelAddress address =
                    name.map(raw -> ModelAddress.of(PathSegment.require(raw))).orElseGet(defaultModel::address);
            predictions.requireRoom(exchange, "mlflow", address);
            exchange.readBody(
                    predictions.maxBodyBytes(),
                    body -> predictions
                            .predict(
                                    exchange,
                                    "mlflow",
                                    address,
                                    body,
                                    model -> model.companion(Codec.class, Codec::of)
                                            .coding(type.get(), body))
                            .onSuccess(exchange::ok)
                            .onFailure(exchange::failAsBadRequest));
        } catch (SlipwayException e) {
            exchange.failAsBadRequest(e);
        }
    }

    private static void writeError(ObjectNode body, int status, String text) {
        String code = switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "RESOURCE_DOES_NOT_EXIST";
            case 429 -> "REQUEST_LIMIT_EXCEEDED";
            case 500 -> "INTERNAL_ERROR";
            case 503 -> "TEMPORARILY_UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> "BAD_REQUEST";
        };
        body.put("error_code", code).put("message", text);
    }
}
