package dev.slipway.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.SlipwayException;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.VersionStatus;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * TensorFlow Serving's REST protocol and KServe's first one: {@code POST /v1/models/{name}:predict} ({@code :classify}, {@code
 * :regress}), {@code GET /v1/models/{name}} and {@code /v1/models/{name}/metadata}, each with {@code /versions/{version}} or
 * {@code /labels/{label}} too; {@code GET /v1/models}.
 *
 * <p>Source: TensorFlow Serving, {@code g3doc/api_rest.md}, {@code model_servers/http_rest_api_handler.cc}; KServe, {@code
 * protocol/rest/v1_endpoints.py}.
 */
public final class TensorFlowServing implements Endpoint {
    private static final String PREFIX = "/v1/";
    private static final Pattern PATH = Pattern.compile(
            "/v1/models/(?<name>[^/:]+)(?:/versions/(?<version>[^/:]+)|/labels/(?<label>[^/:]+))?"
                    + "(?<rest>/metadata|:predict|:classify|:regress|)",
            Pattern.CASE_INSENSITIVE);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelRepository models;
    private final Predictions predictions;
    private final KnownPaths<Asked> paths = KnownPaths.of(PATH, Asked::of);

    /** What a path asks for: the end of it behind the model. */
    private record Asked(ModelAddress address, String rest) {
        static Asked of(Matcher path) {
            ModelAddress address = new ModelAddress(
                    PathSegment.require(path.group("name")),
                    Optional.ofNullable(path.group("version")).map(PathSegment::require),
                    Optional.ofNullable(path.group("label")).map(PathSegment::require));
            return new Asked(address, path.group("rest").toLowerCase(Locale.ROOT));
        }

        boolean isVerb() {
            return rest.startsWith(":");
        }
    }

    /**
     * The endpoint for an event loop.
     *
     * @param predictions the event loop's predictions
     */
    public TensorFlowServing(Predictions predictions) {
        this.models = predictions.models();
        this.predictions = predictions;
    }

    @Override
    public List<String> routes() {
        List<String> routes = new ArrayList<>(List.of("/v1/models"));
        for (String version : List.of("", "/versions/{version}", "/labels/{label}")) {
            for (String rest : List.of("", "/metadata", ":predict", ":classify", ":regress")) {
                routes.add("/v1/models/{model}" + version + rest);
            }
        }
        return routes;
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        if (!path.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
            return false;
        }
        if (path.equalsIgnoreCase("/v1/models") && exchange.isGet()) {
            exchange.ok(names());
            return true;
        }
        try {
            Optional<Asked> asked = paths.find(path);
            if (asked.isPresent() && (asked.get().isVerb() ? exchange.isPost() : exchange.isGet())) {
                answer(exchange, asked.get().address(), asked.get().rest());
            } else {
                refuseMalformed(exchange);
            }
        } catch (SlipwayException e) {
            exchange.failAsBadRequest(e);
        }
        return true;
    }

    private static void refuseMalformed(Exchange exchange) {
        String request = exchange.method() + " " + RequestLog.printable(exchange.path());
        exchange.refuse(
                Refusal.badRequest(
                        "malformed_request",
                        List.of("path"),
                        "expected: a path of the documentation at /docs",
                        request),
                "Malformed request: " + request);
    }

    private void answer(Exchange exchange, ModelAddress address, String rest) {
        try {
            switch (rest) {
                case "/metadata" ->
                    predictions
                            .leases()
                            .describe(address)
                            .onSuccess(model -> exchange.ok(metadata(model)))
                            .onFailure(failure -> ServingErrors.refuse(exchange, address, failure));
                case "" -> exchange.ok(status(address));
                default -> predict(exchange, address, ServingCodec.verb(rest));
            }
        } catch (SlipwayException e) {
            ServingErrors.refuse(exchange, address, e);
        }
    }

    private void predict(Exchange exchange, ModelAddress address, ServingCodec.Verb verb) {
        predictions.requireRoom(exchange, "v1", address);
        CloudEvent event = CloudEvent.of(exchange);
        exchange.readJson(
                predictions.maxBodyBytes(),
                body -> predictions
                        .predict(
                                exchange,
                                "v1",
                                address,
                                body,
                                model -> model.companion(ServingCodec.class, ServingCodec::new)
                                        .coding(verb, body, event))
                        .onSuccess(answer -> event.answer(exchange, address.name(), answer))
                        .onFailure(failure -> ServingErrors.refuse(exchange, address, failure)));
    }

    private Buffer names() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode names = answer.putArray("models");
        models.names().forEach(names::add);
        return Buffer.buffer(answer.toString());
    }

    private Buffer status(ModelAddress address) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode versions = answer.putArray("model_version_status");
        for (VersionStatus each : statuses(address)) {
            String state = switch (each.state()) {
                case READY, ON_DEMAND -> "AVAILABLE";
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
        // KServe's clients look for these two.
        answer.put("name", address.name()).put("ready", models.answers(address));
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
