package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.json.ExamplesWriter;
import dev.slipway.server.json.PredictRequest.Form;
import dev.slipway.server.json.PredictResponseWriter;
import java.util.List;

/** TensorFlow Serving's protocol: {@code /v1/models/{name}}. */
final class ServingPaths {
    private static final String NUMBERS = " NaN and infinities are the bare words NaN, Infinity and -Infinity, in"
            + " answers too, though those are no JSON; the strings of these names are taken as well.";

    private ServingPaths() {}

    static void add(OpenApi api, TriedModel model) {
        String path = "/v1/models/" + model.name();
        predict(
                api.operation(path + ":predict", "post", "v1_predict_" + model.name(), named("Predict with", model)),
                model);
        examples(api, path, model);
        api.operation(path, "get", "v1_status_" + model.name(), named("State of", model))
                .tag(model.name())
                .answer(status(), "The state of every version")
                .errors("Error", 400, 404);
        api.operation(path + "/metadata", "get", "v1_metadata_" + model.name(), named("Inputs and outputs of", model))
                .tag(model.name())
                .answer(
                        Schemas.property(Schemas.of("model_spec", Schemas.object()), "metadata", Schemas.object()),
                        "Names, types and shapes")
                .errors("Error", 400, 404, 503);
    }

    static void addVersion(OpenApi api, TriedModel model) {
        String version = model.model().version();
        predict(
                api.operation(
                        "/v1/models/" + model.name() + "/versions/" + version + ":predict",
                        "post",
                        "v1_predictVersion_" + version + "_" + model.name(),
                        named("Predict with version " + version + " of", model)),
                model);
    }

    private static String named(String what, TriedModel model) {
        return what + " '" + model.name() + "' (TensorFlow Serving)";
    }

    private static void predict(Operation post, TriedModel model) {
        post.tag(model.name())
                .description("Rows (`instances`) or whole tensors (`inputs`)." + NUMBERS + model.noExample())
                .request(Schemas.anyOf(
                        Schemas.of(
                                "instances",
                                Schemas.list(Schemas.row(model.inputs())).put("minItems", 1)),
                        Schemas.of("inputs", Schemas.columns(model.inputs()))))
                .answer(
                        Schemas.anyOf(
                                Schemas.of("predictions", Schemas.list(Schemas.answerRow(model.outputs()))),
                                Schemas.of("outputs", Schemas.answerColumns(model.outputs()))),
                        "The predictions")
                .errors("Error", 400, 404, 413, 415, 417, 500, 503);
        rows(post, model, "rows", "Rows");
        model.withMissing().ifPresent(missing -> rows(post, missing, "missing", "Missing values"));
        PredictResponseWriter writer = PredictResponseWriter.of(model.outputs());
        model.results()
                .ifPresent(results -> post.example(
                        "columns",
                        "Whole tensors",
                        Example.of(body("inputs", model.columns()), writer.write(Form.COLUMNS, results))));
    }

    private static void rows(Operation post, TriedModel model, String id, String summary) {
        PredictResponseWriter writer = PredictResponseWriter.of(model.outputs());
        model.rowResults()
                .ifPresent(results -> post.example(
                        id,
                        summary,
                        Example.of(body("instances", model.instances()), writer.write(Form.ROWS, results))));
    }

    static ObjectNode body(String member, JsonNode value) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set(member, value);
        return body;
    }

    /** Classification and regression, where the model's outputs are that. */
    private static void examples(OpenApi api, String path, TriedModel model) {
        ExamplesWriter writer = new ExamplesWriter(model.outputs());
        if (!model.model().rowsAreIndependent()) {
            return;
        }
        if (writer.canClassify()) {
            ObjectNode pair = Schemas.list(Schemas.anyOf(Schemas.type("string"), Schemas.reference("Float")));
            describe(
                    api.operation(
                            path + ":classify", "post", "v1_classify_" + model.name(), named("Classify with", model)),
                    model,
                    Schemas.list(pair.put("minItems", 2).put("maxItems", 2)),
                    writer::classes);
        }
        if (writer.canRegress()) {
            describe(
                    api.operation(
                            path + ":regress", "post", "v1_regress_" + model.name(), named("Regress with", model)),
                    model,
                    Schemas.reference("Float"),
                    writer::values);
        }
    }

    @FunctionalInterface
    private interface Writer {
        byte[] write(List<Tensor> results);
    }

    private static void describe(Operation post, TriedModel model, ObjectNode result, Writer writer) {
        ObjectNode features = Schemas.object();
        model.inputs().forEach(input -> {
            ObjectNode value = Schemas.element(input);
            Schemas.property(features, input.name(), Schemas.anyOf(value, Schemas.list(value.deepCopy())));
        });
        ObjectNode request = Schemas.of("examples", Schemas.list(features).put("minItems", 1));
        post.tag(model.name())
                .description(
                        "A feature is a value or a flat list of values; those of all examples may be in `context`.")
                .request(Schemas.optional(request, "context", Schemas.object()))
                .answer(Schemas.of("results", Schemas.list(result)), "The result of each example")
                .errors("Error", 400, 404, 413, 415, 417, 500, 503);
        model.results().ifPresent(results -> {
            ObjectNode example = JsonNodeFactory.instance.objectNode();
            for (int i = 0; i < model.inputs().size(); i++) {
                example.set(model.inputs().get(i).name(), model.flat(i));
            }
            JsonNode list = JsonNodeFactory.instance.arrayNode().add(example);
            post.example("example", "One example", Example.of(body("examples", list), writer.write(results)));
        });
    }

    private static ObjectNode status() {
        ObjectNode status = Schemas.of("error_code", Schemas.type("string"));
        Schemas.property(status, "error_message", Schemas.type("string"));
        ObjectNode version = Schemas.of("version", Schemas.type("string"));
        Schemas.property(version, "state", Schemas.type("string"));
        Schemas.property(version, "status", status);
        ObjectNode answer = Schemas.of("model_version_status", Schemas.list(version));
        Schemas.property(answer, "name", Schemas.type("string"));
        return Schemas.property(answer, "ready", Schemas.type("boolean"));
    }
}
