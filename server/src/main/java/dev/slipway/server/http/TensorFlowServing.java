package dev.slipway.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.SlipwayException;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequestReader;
import dev.slipway.server.json.PredictResponseWriter;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.VersionStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * TensorFlow Serving's REST protocol: {@code POST /v1/models/{name}:predict}, {@code GET /v1/models/{name}} and {@code
 * /v1/models/{name}/metadata}, each with {@code /versions/{version}} or {@code /labels/{label}} too.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}. Differs from it where a request is faulty: 422 and the place of
 * the fault instead of 400.
 */
public final class TensorFlowServing implements Endpoint {
    private static final String PREFIX = "/v1/models/";
    private static final Pattern PATH = Pattern.compile(
            "/v1/models/(?<name>[^/:]+)(?:/versions/(?<version>[^/:]+)|/labels/(?<label>[^/:]+))?(?<rest>/metadata|:predict|)");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelRepository models;
    private final InferenceService service;
    private final long maxBodyBytes;

    /** A model's reader and writer. */
    private record Codec(PredictRequestReader reader, PredictResponseWriter writer) {
        static Codec of(ServedModel model) {
            return new Codec(new PredictRequestReader(model.inputs()), PredictResponseWriter.of(model.outputs()));
        }
    }

    /**
     * The endpoint for an event loop.
     *
     * @param models the served models
     * @param service the event loop's predictions
     * @param maxBodyBytes the longest body read
     */
    public TensorFlowServing(ModelRepository models, InferenceService service, long maxBodyBytes) {
        this.models = models;
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
            answer(exchange, address(path), rest);
        }
        return true;
    }

    private static ModelAddress address(Matcher path) {
        return new ModelAddress(
                path.group("name"),
                Optional.ofNullable(path.group("version")),
                Optional.ofNullable(path.group("label")));
    }

    private void answer(Exchange exchange, ModelAddress address, String rest) {
        try {
            switch (rest) {
                case ":predict" -> {
                    // Before the body is read: whoever asks for what is not there need not send it.
                    models.require(address);
                    exchange.readJson(
                            maxBodyBytes,
                            body -> predict(exchange, address, body)
                                    .onSuccess(exchange::ok)
                                    .onFailure(exchange::fail));
                }
                case "/metadata" -> exchange.ok(metadata(models.require(address)));
                default -> exchange.ok(status(address));
            }
        } catch (SlipwayException e) {
            exchange.fail(e);
        }
    }

    private Future<Buffer> predict(Exchange exchange, ModelAddress address, Buffer body) {
        Lease lease;
        try {
            lease = models.lease(address);
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
        exchange.about(lease.model(), "v1");
        Codec codec = lease.model().companion(Codec.class, Codec::of);
        return service.predict(
                lease,
                body.length(),
                () -> codec.reader().read(body.getBytes()),
                request -> request,
                (request, results) -> Buffer.buffer(codec.writer().write(request.form(), results)));
    }

    private Buffer status(ModelAddress address) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode versions = answer.putArray("model_version_status");
        for (VersionStatus each : statuses(address)) {
            String state = switch (each.state()) {
                case READY -> "AVAILABLE";
                case LOADING -> "LOADING";
                case UNLOADING -> "UNLOADING";
                case UNAVAILABLE -> "END";
            };
            ObjectNode version = versions.addObject();
            version.put("version", each.version()).put("state", state);
            version.putObject("status")
                    .put("error_code", each.reason().isEmpty() ? "OK" : "UNKNOWN")
                    .put("error_message", each.reason());
        }
        return Buffer.buffer(answer.toString());
    }

    private List<VersionStatus> statuses(ModelAddress address) {
        List<VersionStatus> all = models.versions(address.name());
        if (address.version().isEmpty() && address.label().isEmpty()) {
            return all;
        }
        String version = models.resolve(address);
        return all.stream().filter(each -> each.version().equals(version)).toList();
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
