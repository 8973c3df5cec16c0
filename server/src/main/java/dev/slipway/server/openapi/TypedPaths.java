package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.json.RowsWriter;

/** {@code POST /models/{name}/predict}. */
final class TypedPaths {
    private TypedPaths() {}

    static void add(OpenApi api, TriedModel model) {
        describe(
                api.operation(
                        "/models/" + model.name() + "/predict",
                        "post",
                        "predict_" + model.name(),
                        "Predict with '" + model.name() + "'"),
                model);
    }

    static void addVersion(OpenApi api, TriedModel model) {
        String version = model.model().version();
        describe(
                api.operation(
                        "/models/" + model.name() + "/versions/" + version + "/predict",
                        "post",
                        "predictVersion_" + version + "_" + model.name(),
                        "Predict with version " + version + " of '" + model.name() + "'"),
                model);
    }

    private static void describe(Operation post, TriedModel model) {
        ObjectNode row = Schemas.namedRow(model.inputs());
        ObjectNode answer = Schemas.namedRow(model.outputs());
        post.tag(model.name())
                .description(
                        "An object of one row is answered by an object, a list of them by a list." + model.noExample())
                .request(Schemas.anyOf(row, Schemas.list(row.deepCopy()).put("minItems", 1)))
                .answer(Schemas.anyOf(answer, Schemas.list(answer.deepCopy())), "The prediction of each row")
                .errors("Error", 400, 404, 405, 413, 415, 417, 422, 500, 503);
        boolean one = model.rows() == 1;
        example(post, model, one ? "row" : "rows", one ? "One row" : "Rows");
        model.withMissing().ifPresent(missing -> example(post, missing, "missing", "Missing values"));
    }

    private static void example(Operation post, TriedModel model, String id, String summary) {
        model.rowResults().ifPresent(results -> {
            boolean one = model.rows() == 1;
            ArrayNode rows = JsonNodeFactory.instance.arrayNode();
            for (long i = 0; i < model.rows(); i++) {
                rows.add(model.namedRow());
            }
            JsonNode request = one ? rows.get(0) : rows;
            post.example(id, summary, Example.of(request, new RowsWriter(model.outputs()).write(!one, results)));
        });
    }
}
