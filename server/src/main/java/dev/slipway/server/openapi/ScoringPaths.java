package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.PredictRequest.Form;
import dev.slipway.server.json.PredictResponseWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** MLflow's scoring protocol, and the contracts of SageMaker and Vertex AI. */
public final class ScoringPaths {
    private static final String CSV = "text/csv";

    /** More columns are no example that anybody reads. */
    private static final int MAX_COLUMNS = 64;

    private ScoringPaths() {}

    /**
     * What is set of routes.
     *
     * @param defaultModel the model that answers where a protocol names none; empty for the only one
     * @param healthPath another path of health; empty for none
     * @param predictPath another path of predictions; empty for none
     */
    public record Routes(String defaultModel, String healthPath, String predictPath) {}

    static void addModel(OpenApi api, TriedModel model) {
        String path = "/models/" + model.name();
        ObjectNode described = Schemas.of("modelName", Schemas.type("string"));
        api.operation(path, "get", "model_" + model.name(), "Whether '" + model.name() + "' is there (SageMaker)")
                .tag(model.name())
                .answer(Schemas.property(described, "modelUrl", Schemas.type("string")), "It is")
                .errors("Error", 400, 404, 405, 503);
        api.operation(path, "delete", "unload_" + model.name(), "Unload '" + model.name() + "' (SageMaker)")
                .tag(model.name())
                .description("For models of a directory; needs the scope admin.")
                .answer(Schemas.object(), "It answers no more")
                .errors("Error", 400, 403, 404, 405, 413, 415, 417, 501);
        score(
                api.operation(
                        path + "/invoke",
                        "post",
                        "invoke_" + model.name(),
                        "Predict with '" + model.name() + "' (MLflow, SageMaker)"),
                model);
    }

    static void add(OpenApi api, List<TriedModel> models, Routes routes) {
        Optional<TriedModel> meant = models.stream()
                .filter(model -> routes.defaultModel().isEmpty()
                        ? models.size() == 1
                        : model.name().equals(routes.defaultModel()))
                .findFirst();
        meant.ifPresent(model -> {
            score(
                    api.operation(
                            "/invocations",
                            "post",
                            "invocations",
                            "Predict with '" + model.name() + "' (MLflow, SageMaker)"),
                    model);
            if (!routes.predictPath().isEmpty()) {
                host(api, routes.predictPath(), model);
            }
        });
        health(api, "/ping", "ping");
        health(api, "/health", "health");
        if (!routes.healthPath().isEmpty()) {
            health(api, routes.healthPath(), "host_health");
        }
        api.operation("/version", "get", "mlflow_version", "The MLflow whose scoring protocol this is")
                .tag("server")
                .answer(200, "text/plain", Schemas.type("string"), "Such as 2.17.2");
        ObjectNode one = Schemas.of("modelName", Schemas.type("string"));
        Schemas.property(one, "modelUrl", Schemas.type("string"));
        api.operation("/models", "get", "models", "The models that are served (SageMaker)")
                .tag("server")
                .answer(Schemas.of("models", Schemas.list(one)), "Their names")
                .errors("Error", 405);
        ObjectNode wanted = Schemas.of("model_name", Schemas.type("string"));
        Schemas.property(wanted, "url", Schemas.type("string").put("description", "A path in the directory of models"));
        api.operation("/models", "post", "load_model", "Load a model of the directory (SageMaker)")
                .tag("server")
                .description("For models of a directory; needs the scope admin.")
                .request(wanted)
                .answer(Schemas.object(), "It answers")
                .errors("Error", 400, 403, 404, 405, 409, 413, 415, 417, 501, 507);
    }

    private static void health(OpenApi api, String path, String id) {
        api.operation(path, "get", id, "Whether predictions can be had (MLflow, SageMaker, Vertex AI)")
                .tag("server")
                .answer(200, "text/plain", Schemas.type("string"), "They can")
                .answer(404, "text/plain", Schemas.type("string"), "They cannot");
    }

    private static void score(Operation post, TriedModel model) {
        ObjectNode split = Schemas.of("data", Schemas.list(Schemas.type("array")));
        Schemas.optional(split, "columns", Schemas.list(Schemas.type("string")));
        Schemas.optional(split, "index", Schemas.type("array"));
        post.tag(model.name())
                .description("Exactly one of the four members, or a table as CSV with a line of names. A table has a"
                        + " column for each input, or for each feature of the only input, in order. Numbers that JSON"
                        + " cannot write are null in the answer." + model.noExample())
                .request(Schemas.anyOf(
                        withParams(Schemas.of("instances", Schemas.list(Schemas.row(model.inputs())))),
                        withParams(Schemas.of("inputs", Schemas.columns(model.inputs()))),
                        withParams(Schemas.of("dataframe_split", split)),
                        withParams(Schemas.of("dataframe_records", Schemas.list(Schemas.object())))))
                .request(CSV, Schemas.type("string"))
                .answer(predictions(Schemas.answerColumns(model.outputs())), "The outputs")
                .errors("ScoringError", 400, 404, 405, 413, 415, 417, 500, 503);
        model.results().ifPresent(results -> examples(post, model, results));
    }

    private static ObjectNode withParams(ObjectNode form) {
        return Schemas.optional(form, "params", Schemas.object());
    }

    private static ObjectNode predictions(ObjectNode schema) {
        return Schemas.of("predictions", schema).put("description", "NaN and infinities are null");
    }

    private static void examples(Operation post, TriedModel model, List<Tensor> results) {
        byte[] answer = PredictResponseWriter.plain(model.outputs()).writePredictions(results);
        post.example("inputs", "Whole tensors", Example.of(ServingPaths.body("inputs", model.columns()), answer));
        List<String> columns = columns(model.inputs());
        if (columns.isEmpty() || model.rows() != 1) {
            return;
        }
        ObjectNode split = JsonNodeFactory.instance.objectNode();
        columns.forEach(split.putArray("columns")::add);
        ArrayNode cells = split.putArray("data").addArray();
        columns.forEach(column -> cells.add(model.flat(0).get(0)));
        post.example("split", "A table", Example.of(ServingPaths.body("dataframe_split", split), answer));
        String cell = model.flat(0).get(0).asText();
        String line = String.join(",", Collections.nCopies(columns.size(), cell));
        post.example(
                "csv",
                "A table as CSV",
                CSV,
                Example.of(JsonNodeFactory.instance.textNode(String.join(",", columns) + "\n" + line + "\n"), answer));
    }

    /** Names for the features of the only input; none if there are several inputs, or more than a table shows. */
    private static List<String> columns(List<TensorSpec> inputs) {
        TensorSpec first = inputs.get(0);
        Shape shape = first.shape();
        if (inputs.size() != 1 || shape.rank() == 0 || shape.rank() > 2 || first.type() == DataType.STRING) {
            return List.of();
        }
        long count = shape.rank() == 1 ? 1 : shape.dimension(1).isKnown() ? shape.size(1) : 0;
        if (count == 0 || count > MAX_COLUMNS) {
            return List.of();
        }
        String[] names = new String[(int) count];
        Arrays.setAll(names, i -> count == 1 ? first.name() : first.name() + "_" + i);
        return List.of(names);
    }

    private static void host(OpenApi api, String path, TriedModel model) {
        ObjectNode request = Schemas.of(
                "instances", Schemas.list(Schemas.row(model.inputs())).put("minItems", 1));
        Operation post = api.operation(path, "post", "host_predict", "Predict with '" + model.name() + "' (Vertex AI)")
                .tag(model.name())
                .request(Schemas.optional(request, "parameters", Schemas.object()))
                .answer(predictions(Schemas.list(Schemas.answerRow(model.outputs()))), "The predictions")
                .errors("Error", 400, 404, 405, 413, 415, 417, 500, 503);
        model.rowResults()
                .ifPresent(results -> post.example(
                        "rows",
                        "Rows",
                        Example.of(
                                ServingPaths.body("instances", model.instances()),
                                PredictResponseWriter.plain(model.outputs()).write(Form.ROWS, results))));
    }
}
