package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.oip.Datatypes;
import dev.slipway.server.oip.InferRequest;
import dev.slipway.server.oip.InferRequestReader;
import dev.slipway.server.oip.InferResponseWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The Open Inference Protocol: {@code /v2}. */
final class OpenInferencePaths {
    private OpenInferencePaths() {}

    static void addServer(OpenApi api) {
        ObjectNode metadata = Schemas.of("name", Schemas.type("string"));
        Schemas.property(metadata, "version", Schemas.type("string"));
        Schemas.property(metadata, "extensions", Schemas.list(Schemas.type("string")));
        api.operation("/v2", "get", "v2_server", "Name, version and extensions of the server")
                .tag("server")
                .answer(metadata, "What it is")
                .errors("Error", 405);
        flag(api, "/v2/health/live", "live", "Whether the process answers (Open Inference Protocol)");
        flag(api, "/v2/health/ready", "ready", "Whether every model is ready (Open Inference Protocol)");
    }

    private static void flag(OpenApi api, String path, String name, String summary) {
        Operation get = api.operation(path, "get", "v2_" + name, summary).tag("server");
        get.answer(Schemas.of(name, Schemas.type("boolean")), "It does");
        if (name.equals("ready")) {
            get.answer(503, "application/json", Schemas.of(name, Schemas.type("boolean")), "Not all are");
        }
    }

    static void add(OpenApi api, TriedModel model) {
        String path = "/v2/models/" + model.name();
        describe(api, path, "v2_infer_", model);
        ObjectNode metadata = Schemas.of("name", Schemas.type("string"));
        Schemas.property(metadata, "versions", Schemas.list(Schemas.type("string")));
        Schemas.property(metadata, "platform", Schemas.type("string"));
        Schemas.property(metadata, "inputs", Schemas.list(signature()));
        Schemas.property(metadata, "outputs", Schemas.list(signature()));
        api.operation(path, "get", "v2_metadata_" + model.name(), named("Inputs and outputs of", model))
                .tag(model.name())
                .answer(metadata, "Names, types and shapes")
                .errors("Error", 404, 405, 503);
        ObjectNode ready = Schemas.of("name", Schemas.type("string"));
        Schemas.property(ready, "ready", Schemas.type("boolean"));
        api.operation(path + "/ready", "get", "v2_ready_" + model.name(), named("Readiness of", model))
                .tag(model.name())
                .answer(ready, "It is ready")
                .answer(503, "application/json", ready.deepCopy(), "It is not ready")
                .errors("Error", 404, 405);
    }

    static void addVersion(OpenApi api, TriedModel model) {
        String version = model.model().version();
        describe(api, "/v2/models/" + model.name() + "/versions/" + version, "v2_inferVersion_" + version + "_", model);
    }

    private static String named(String what, TriedModel model) {
        return what + " '" + model.name() + "' (Open Inference Protocol)";
    }

    private static ObjectNode signature() {
        ObjectNode tensor = Schemas.of("name", Schemas.type("string"));
        Schemas.property(tensor, "datatype", Schemas.type("string"));
        return Schemas.property(tensor, "shape", Schemas.list(Schemas.type("integer")));
    }

    private static void describe(OpenApi api, String path, String id, TriedModel model) {
        Operation post = api.operation(path + "/infer", "post", id + model.name(), named("Predict with", model))
                .tag(model.name())
                .description("Tensors in JSON, nested or flat, or binary behind it (see `binary_data_size`)."
                        + sent(path, model))
                .request(request(model.inputs()))
                .answer(answer(model), "The outputs")
                .errors("Error", 400, 404, 405, 413, 415, 417, 500, 503);
        model.results().ifPresent(results -> post.example("tensors", "Tensors in JSON", example(model, results)));
    }

    /** What is sent in binary can be made of nothing but its length. */
    private static String sent(String path, TriedModel model) {
        String none = model.noExample();
        return model.rawBytes()
                .filter(any -> !none.isEmpty())
                .map(bytes -> none + " This sends zeros: `head -c " + bytes + " /dev/zero | curl -H"
                        + " 'Inference-Header-Content-Length: 0' --data-binary @- --output answer.bin $SERVER" + path
                        + "/infer`.")
                .orElse(none);
    }

    private static ObjectNode request(List<TensorSpec> inputs) {
        ObjectNode any =
                Schemas.anyOf(inputs.stream().map(OpenInferencePaths::tensor).toArray(ObjectNode[]::new));
        ObjectNode all = Schemas.list(any).put("minItems", inputs.size()).put("maxItems", inputs.size());
        ObjectNode request = Schemas.of("inputs", all);
        Schemas.optional(request, "id", Schemas.type("string"));
        Schemas.optional(request, "parameters", Schemas.object());
        ObjectNode output = Schemas.of("name", Schemas.type("string"));
        return Schemas.optional(request, "outputs", Schemas.list(output));
    }

    private static ObjectNode answer(TriedModel model) {
        ObjectNode[] outputs =
                model.outputs().stream().map(OpenInferencePaths::tensor).toArray(ObjectNode[]::new);
        ObjectNode answer = Schemas.of("model_name", Schemas.constant(model.name()));
        Schemas.property(answer, "model_version", Schemas.type("string"));
        Schemas.optional(answer, "id", Schemas.type("string"));
        return Schemas.property(answer, "outputs", Schemas.list(Schemas.anyOf(outputs)));
    }

    private static ObjectNode tensor(TensorSpec spec) {
        ObjectNode tensor = Schemas.of("name", Schemas.constant(spec.name()));
        Schemas.property(tensor, "datatype", Schemas.constant(Datatypes.nameOf(spec.type())));
        int rank = spec.shape().rank();
        ObjectNode shape = Schemas.list(Schemas.type("integer").put("minimum", 0));
        Schemas.property(tensor, "shape", shape.put("minItems", rank).put("maxItems", rank));
        Schemas.optional(tensor, "data", Schemas.type("array"));
        return Schemas.optional(tensor, "parameters", Schemas.object()).put("description", "Shape " + spec.shape());
    }

    private static Example example(TriedModel model, List<Tensor> results) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode inputs = body.putArray("inputs");
        for (int i = 0; i < model.inputs().size(); i++) {
            TensorSpec spec = model.inputs().get(i);
            ObjectNode input = inputs.addObject().put("name", spec.name());
            ArrayNode shape = input.putArray("shape");
            model.shape(i).dimensions().forEach(length -> shape.add(length.size()));
            input.put("datatype", Datatypes.nameOf(spec.type())).set("data", model.flat(i));
        }
        byte[] text = body.toString().getBytes(StandardCharsets.UTF_8);
        InferRequest request = new InferRequestReader(model.inputs(), model.outputs()).read(text, text.length);
        InferResponseWriter writer =
                new InferResponseWriter(model.name(), model.model().version(), model.outputs());
        return Example.of(body, writer.write(request, results).body());
    }
}
