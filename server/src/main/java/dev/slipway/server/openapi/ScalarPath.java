package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.graph.Shape;

/** {@code GET /prediction/{input_value}}. */
final class ScalarPath {
    private ScalarPath() {}

    static void add(OpenApi api, String model) {
        api.operation("/prediction/{input_value}", "get", "prediction", "Predict for one number with '" + model + "'")
                .tag(model)
                .pathParameter("input_value", Schemas.reference("Float"), JsonNodeFactory.instance.numberNode(10))
                .answer(
                        Schemas.of("prediction", Schemas.nested(Shape.of(1, 1), Schemas.reference("Float"))),
                        "The prediction")
                .errors("Error", 400, 405, 422, 500, 503);
    }
}
