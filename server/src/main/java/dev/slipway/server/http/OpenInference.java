package dev.slipway.server.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.SlipwayException;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.http.Predictions.Coding;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.InputException;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.VersionStatus;
import dev.slipway.server.oip.Datatypes;
import dev.slipway.server.oip.InferAnswer;
import dev.slipway.server.oip.InferRequest;
import dev.slipway.server.oip.InferRequestReader;
import dev.slipway.server.oip.InferResponseWriter;
import dev.slipway.server.oip.ServerDescription;
import dev.slipway.server.oip.StatisticsJson;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Open Inference Protocol over REST: everything under {@code /v2}.
 *
 * <p>Source: Open Inference Protocol, REST specification; Triton's extensions binary tensor data, classification, model
 * repository and statistics. A faulty request is 400, as the protocol's servers have it.
 */
public final class OpenInference implements Endpoint {
    private static final Pattern MODEL = Pattern.compile(
            "/v2/models/(?<name>[^/]+)(?:/versions/(?<version>[^/]+))?(?<rest>/ready|/infer|/stats|/config|)");

    /** What a path asks for: the end of it behind the model. */
    private record Asked(ModelAddress address, String rest) {
        static Asked of(Matcher path) {
            ModelAddress address = new ModelAddress(
                    PathSegment.require(path.group("name")),
                    Optional.ofNullable(path.group("version")).map(PathSegment::require),
                    Optional.empty());
            return new Asked(address, path.group("rest"));
        }
    }

    /** What Triton and MLServer have besides, and their clients ask for. */
    private static final Pattern ELSEWHERE =
            Pattern.compile("/v2/(?:(?:system|cuda)sharedmemory/.*|logging|trace/setting"
                    + "|models/[^/]+(?:/versions/[^/]+)?/(?:trace/setting|generate|generate_stream|infer_stream))");

    private static final CharSequence JSON_LENGTH = "inference-header-content-length";
    private static final ObjectMapper JSON = new ObjectMapper();
    private final ModelRepository models;
    private final Predictions predictions;
    private final KnownPaths<Asked> paths = KnownPaths.of(MODEL, Asked::of);
    private final BooleanSupplier ready;
    private final String version;

    /** A model's reader and writer. */
    private record Codec(InferRequestReader reader, InferResponseWriter writer) {
        static Codec of(ServedModel model) {
            return new Codec(
                    new InferRequestReader(model.inputs(), model.outputs()),
                    new InferResponseWriter(model.name(), model.version(), model.outputs()));
        }

        Coding<InferRequest, InferAnswer> coding(byte[] body, Optional<String> jsonLength) {
            return new Coding<>(
                    parsedBytes(body, jsonLength),
                    () -> read(body, jsonLength),
                    InferRequest::tensors,
                    InferRequest::timeout,
                    writer::write);
        }

        /** Numbers in binary are taken as they are. */
        private long parsedBytes(byte[] body, Optional<String> jsonLength) {
            return reader.takesText()
                    ? body.length
                    : jsonLength.map(RepositoryRequest::length).orElse(body.length);
        }

        private InferRequest read(byte[] body, Optional<String> jsonLength) {
            int length = jsonLength.map(RepositoryRequest::length).orElse(body.length);
            return jsonLength.isPresent() && length == 0 ? reader.readRaw(body) : reader.read(body, length);
        }
    }

    /**
     * The endpoint for an event loop.
     *
     * @param predictions the event loop's predictions
     * @param ready whether new requests are welcome
     * @param version the server's version
     */
    public OpenInference(Predictions predictions, BooleanSupplier ready, String version) {
        this.models = predictions.models();
        this.predictions = predictions;
        this.ready = ready;
        this.version = version;
    }

    @Override
    public List<String> routes() {
        List<String> routes = new ArrayList<>(List.of(
                "/v2",
                "/v2/health/live",
                "/v2/health/ready",
                "/v2/models",
                "/v2/models/stats",
                "/v2/repository/index"));
        for (String version : List.of("", "/versions/{version}")) {
            for (String rest : List.of("", "/ready", "/infer", "/stats", "/config")) {
                routes.add("/v2/models/{model}" + version + rest);
            }
        }
        return routes;
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        if (!path.equals("/v2") && !path.startsWith("/v2/")) {
            return false;
        }
        try {
            return answer(exchange, path);
        } catch (SlipwayException e) {
            exchange.failAsBadRequest(e);
            return true;
        }
    }

    private boolean answer(Exchange exchange, String path) {
        switch (path) {
            case "/v2", "/v2/" -> get(exchange, this::server);
            case "/v2/health/live" ->
                get(exchange, () -> JSON.createObjectNode().put("live", true));
            case "/v2/health/ready" -> ready(exchange, "", ready.getAsBoolean());
            case "/v2/models" -> get(exchange, this::names);
            case "/v2/models/stats" -> get(exchange, () -> StatisticsJson.of(models.latest()));
            case "/v2/repository/index" -> index(exchange);
            default -> {
                Optional<Asked> asked;
                try {
                    asked = paths.find(path);
                } catch (InputException e) {
                    if (path.endsWith("/infer") ? exchange.requirePost() : exchange.requireGet()) {
                        exchange.failAsBadRequest(e);
                    }
                    return true;
                }
                if (asked.isEmpty()) {
                    return refuseElsewhere(exchange, path);
                }
                model(exchange, asked.get().address(), asked.get().rest());
            }
        }
        return true;
    }

    private static boolean refuseElsewhere(Exchange exchange, String path) {
        boolean known = ELSEWHERE.matcher(path).matches();
        if (known) {
            String expected =
                    "an extension that GET /v2 lists; shared memory, tracing, logging and generation are none";
            exchange.refuse(Refusal.unknownPath(RequestLog.printable(path), expected));
        }
        return known;
    }

    private void model(Exchange exchange, ModelAddress address, String rest) {
        switch (rest) {
            case "/infer" -> {
                if (exchange.requirePost()) {
                    infer(exchange, address);
                }
            }
            case "/ready" -> {
                models.requireKnown(address);
                ready(exchange, address.name(), models.answers(address));
            }
            case "/stats" -> get(exchange, () -> StatisticsJson.of(List.of(models.require(address))));
            case "/config" -> describe(exchange, address, OpenInference::config);
            default -> describe(exchange, address, this::metadata);
        }
    }

    private interface Answer {
        ObjectNode write();
    }

    private static void get(Exchange exchange, Answer answer) {
        if (exchange.requireGet()) {
            exchange.ok(Buffer.buffer(answer.write().toString()));
        }
    }

    private void describe(Exchange exchange, ModelAddress address, Function<ServedModel, ObjectNode> writer) {
        if (exchange.requireGet()) {
            predictions
                    .leases()
                    .describe(address)
                    .map(writer)
                    .onSuccess(answer -> exchange.ok(Buffer.buffer(answer.toString())))
                    .onFailure(exchange::failAsBadRequest);
        }
    }

    private static void ready(Exchange exchange, String model, boolean value) {
        if (!exchange.requireGet()) {
            return;
        }
        ObjectNode answer = JSON.createObjectNode();
        if (!model.isEmpty()) {
            answer.put("name", model);
        }
        exchange.answer(
                value ? 200 : 503,
                "application/json",
                Buffer.buffer(answer.put("ready", value).toString()));
    }

    private ObjectNode server() {
        ObjectNode answer =
                JSON.createObjectNode().put("name", ServerDescription.NAME).put("version", version);
        ServerDescription.EXTENSIONS.forEach(answer.putArray("extensions")::add);
        return answer;
    }

    private ObjectNode names() {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode names = answer.putArray("models");
        models.names().forEach(names::add);
        return answer;
    }

    private ObjectNode metadata(ServedModel model) {
        ObjectNode answer = JSON.createObjectNode().put("name", model.name());
        ArrayNode versions = answer.putArray("versions");
        models.versions(model.name()).forEach(each -> versions.add(each.version()));
        answer.put("platform", "onnx_onnxv1");
        describe(answer.putArray("inputs"), model.inputs());
        describe(answer.putArray("outputs"), model.outputs());
        return answer;
    }

    private static void describe(ArrayNode into, List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            ObjectNode described =
                    into.addObject().put("name", spec.name()).put("datatype", Datatypes.nameOf(spec.type()));
            ArrayNode shape = described.putArray("shape");
            spec.shape().dimensions().forEach(length -> shape.add(length.isKnown() ? length.size() : -1));
        }
    }

    private static ObjectNode config(ServedModel model) {
        ObjectNode answer = JSON.createObjectNode().put("name", model.name()).put("platform", "onnx_onnxv1");
        answer.put("backend", "onnxruntime").put("max_batch_size", 0);
        describeConfig(answer.putArray("input"), model.inputs());
        describeConfig(answer.putArray("output"), model.outputs());
        return answer;
    }

    private static void describeConfig(ArrayNode into, List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            String datatype = Datatypes.nameOf(spec.type());
            ObjectNode described = into.addObject()
                    .put("name", spec.name())
                    .put("data_type", "TYPE_" + (datatype.equals("BYTES") ? "STRING" : datatype));
            ArrayNode shape = described.putArray("dims");
            spec.shape().dimensions().forEach(length -> shape.add(length.isKnown() ? length.size() : -1));
        }
    }

    private void index(Exchange exchange) {
        if (!exchange.requirePost()) {
            return;
        }
        exchange.readBody(predictions.maxBodyBytes(), body -> {
            try {
                boolean readyOnly = RepositoryRequest.asksForReady(body);
                ArrayNode answer = JSON.createArrayNode();
                models.index().stream()
                        .filter(each -> !readyOnly || each.state().answers())
                        .forEach(each -> describe(answer.addObject(), each));
                exchange.ok(Buffer.buffer(answer.toString()));
            } catch (SlipwayException e) {
                exchange.failAsBadRequest(e);
            }
        });
    }

    private void describe(ObjectNode into, VersionStatus status) {
        into.put("name", status.name())
                .put("version", status.version())
                .put("state", status.state().name())
                .put("reason", predictions.traffic().reason(status));
    }

    private void infer(Exchange exchange, ModelAddress address) {
        predictions.requireRoom(exchange, "v2", address);
        Optional<String> jsonLength = exchange.requestHeader(JSON_LENGTH);
        exchange.readBody(
                predictions.maxBodyBytes(),
                body -> predictions
                        .predict(
                                exchange,
                                "v2",
                                address,
                                body,
                                model -> model.companion(Codec.class, Codec::of).coding(body, jsonLength))
                        .onSuccess(answer -> send(exchange, answer))
                        .onFailure(exchange::failAsBadRequest));
    }

    private static void send(Exchange exchange, InferAnswer answer) {
        if (answer.isBinary()) {
            exchange.header(JSON_LENGTH, Integer.toString(answer.jsonLength()));
        }
        exchange.answer(
                200, answer.isBinary() ? "application/octet-stream" : "application/json", Buffer.buffer(answer.body()));
    }
}
