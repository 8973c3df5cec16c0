package dev.slipway.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictRequestReader;
import dev.slipway.server.json.PredictResponseWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * TensorFlow Serving's REST protocol: {@code POST /v1/models/{name}:predict}, {@code GET /v1/models/{name}} and {@code
 * /v1/models/{name}/metadata}, each with {@code /versions/1} too.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}. Differs from it where a request is faulty: 422 and the place of
 * the fault instead of 400.
 */
public final class TensorFlowServing implements Endpoint {
    private static final String PREFIX = "/v1/models/";
    private static final Pattern PATH =
            Pattern.compile("/v1/models/(?<name>[^/:]+)(?:/versions/(?<version>[^/:]+))?(?<rest>/metadata|:predict|)");

    /** A longer body takes so long to parse that a worker does it. */
    private static final int IN_PLACE_BYTES = 32 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Served> models = new LinkedHashMap<>();
    private final InferenceService service;
    private final long maxBodyBytes;

    /** A model with its reader and writer. */
    private record Served(ServedModel model, PredictRequestReader reader, PredictResponseWriter writer) {
        Buffer run(PredictRequest request) {
            return InferenceService.run(
                    model, request, results -> Buffer.buffer(writer.write(request.form(), results)));
        }
    }

    /**
     * The endpoint for an event loop.
     *
     * @param models the served models
     * @param service the event loop's predictions
     * @param maxBodyBytes the longest body read
     */
    public TensorFlowServing(List<ServedModel> models, InferenceService service, long maxBodyBytes) {
        for (ServedModel model : models) {
            this.models.put(
                    model.name(),
                    new Served(
                            model,
                            new PredictRequestReader(model.inputs()),
                            PredictResponseWriter.of(model.outputs())));
        }
        this.service = service;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public boolean handle(Exchange exchange) {
        if (!exchange.path().startsWith(PREFIX)) {
            return false;
        }
        Matcher path = PATH.matcher(exchange.path());
        if (!path.matches()) {
            return false;
        }
        String rest = path.group("rest");
        boolean allowed = rest.equals(":predict") ? exchange.requirePost() : exchange.requireGet();
        if (allowed) {
            find(exchange, path).ifPresent(served -> {
                switch (rest) {
                    case ":predict" -> predict(exchange, served);
                    case "/metadata" -> exchange.ok(metadata(served.model()));
                    default -> exchange.ok(status(served.model()));
                }
            });
        }
        return true;
    }

    private Optional<Served> find(Exchange exchange, Matcher path) {
        String name = path.group("name");
        Served served = models.get(name);
        if (served == null) {
            exchange.refuse(Refusal.unknownModel(name, List.copyOf(models.keySet())));
            return Optional.empty();
        }
        String version = path.group("version");
        if (version != null && !version.equals(served.model().version())) {
            exchange.refuse(Refusal.unknownVersion(version, served.model().version()));
            return Optional.empty();
        }
        return Optional.of(served);
    }

    private void predict(Exchange exchange, Served served) {
        exchange.readJson(
                maxBodyBytes,
                body -> predict(served, body).onSuccess(exchange::ok).onFailure(exchange::fail));
    }

    private Future<Buffer> predict(Served served, Buffer body) {
        if (body.length() > IN_PLACE_BYTES || !service.runsInPlace(served.model(), 1)) {
            return service.onWorker(() -> served.run(served.reader().read(body.getBytes())));
        }
        try {
            PredictRequest request = served.reader().read(body.getBytes());
            return service.predict(
                    served.model(),
                    request,
                    results -> Buffer.buffer(served.writer().write(request.form(), results)));
        } catch (RuntimeException e) {
            // Whatever it is: an answer must come.
            return Future.failedFuture(e);
        }
    }

    private static Buffer status(ServedModel model) {
        ObjectNode status = JSON.createObjectNode();
        ObjectNode version = status.putArray("model_version_status").addObject();
        version.put("version", model.version()).put("state", "AVAILABLE");
        version.putObject("status").put("error_code", "OK").put("error_message", "");
        return Buffer.buffer(status.toString());
    }

    private static Buffer metadata(ServedModel model) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("model_spec")
                .put("name", model.name())
                .put("signature_name", "")
                .put("version", model.version());
        ObjectNode signature = answer.putObject("metadata")
                .putObject("signature_def")
                .putObject("signature_def")
                .putObject("serving_default");
        describe(signature.putObject("inputs"), model.inputs());
        describe(signature.putObject("outputs"), model.outputs());
        signature.put("method_name", "tensorflow/serving/predict");
        return Buffer.buffer(answer.toString());
    }

    private static void describe(ObjectNode into, List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            ObjectNode described = into.putObject(spec.name()).put("dtype", tensorFlowName(spec.type()));
            ObjectNode shape = described.putObject("tensor_shape");
            ArrayNode dimensions = shape.putArray("dim");
            for (Dimension dimension : spec.shape().dimensions()) {
                String size = dimension.isKnown() ? Long.toString(dimension.size()) : "-1";
                dimensions.addObject().put("size", size).put("name", "");
            }
            shape.put("unknown_rank", false);
            described.put("name", spec.name());
        }
    }

    private static String tensorFlowName(DataType type) {
        return switch (type) {
            case FLOAT16 -> "DT_HALF";
            default -> "DT_" + type.name();
        };
    }
}
