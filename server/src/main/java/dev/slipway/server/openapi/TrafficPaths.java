package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The traffic rule of a model: which version answers requests that name none. */
final class TrafficPaths {
    private TrafficPaths() {}

    static void add(OpenApi api, TriedModel model) {
        String name = model.name();
        String path = "/v2/repository/models/" + name + "/traffic";
        describe(api.operation(path, "get", "traffic_" + name, "The traffic rule of '" + name + "'"), model)
                .answer(state(), "The rule in force, and what came of it");
        describe(api.operation(path, "put", "traffic_put_" + name, "Set the traffic rule of '" + name + "'"), model)
                .request(rule())
                .answer(state(), "The rule in force")
                .errors("Error", 400, 413);
        describe(
                        api.operation(
                                path,
                                "delete",
                                "traffic_delete_" + name,
                                "Delete the rule of '" + name + "' that was set"),
                        model)
                .answer(Schemas.object(), "That of `serving.json` is in force, if there is one");
        describe(
                        api.operation(
                                path + "/reset",
                                "post",
                                "traffic_reset_" + name,
                                "Give a canary of '" + name + "' that was rolled back its share again"),
                        model)
                .answer(state(), "The rule, begun anew");
    }

    private static Operation describe(Operation operation, TriedModel model) {
        return operation
                .tag(model.name())
                .description("Needs scope admin, and a server of a directory of models.")
                .errors("Error", 404, 405);
    }

    private static ObjectNode rule() {
        ObjectNode weight = Schemas.type("number").put("minimum", 0);
        ObjectNode split = Schemas.object();
        split.set("additionalProperties", weight);
        split.put("description", "The weight of each version or label.").put("minProperties", 1);
        ObjectNode rule = Schemas.of("split", split);
        Schemas.optional(rule, "sticky", mark().put("description", "What keeps a sender with a version."));
        ObjectNode selection = mark();
        Schemas.optional(selection, "value", Schemas.type("string"));
        Schemas.optional(selection, "to", Schemas.type("string"));
        Schemas.optional(rule, "select", Schemas.list(selection));
        Schemas.optional(rule, "shadow", shadow());
        return Schemas.optional(rule, "roll-back", rollBack());
    }

    private static ObjectNode mark() {
        ObjectNode mark = Schemas.object();
        Schemas.optional(mark, "header", Schemas.type("string"));
        return Schemas.optional(mark, "cookie", Schemas.type("string"));
    }

    private static ObjectNode shadow() {
        ObjectNode shadow = Schemas.of("to", Schemas.type("string"));
        Schemas.optional(shadow, "percent", Schemas.type("number"));
        Schemas.optional(shadow, "queue", Schemas.type("integer"));
        Schemas.optional(shadow, "absolute", Schemas.type("number"));
        return Schemas.optional(shadow, "relative", Schemas.type("number"));
    }

    private static ObjectNode rollBack() {
        ObjectNode rollBack = Schemas.object();
        Schemas.optional(rollBack, "canary", Schemas.type("string"));
        Schemas.optional(rollBack, "champion", Schemas.type("string"));
        Schemas.optional(rollBack, "window-seconds", Schemas.type("integer"));
        Schemas.optional(rollBack, "min-requests", Schemas.type("integer"));
        Schemas.optional(rollBack, "max-error-percent", Schemas.type("number"));
        Schemas.optional(rollBack, "max-mean-millis", Schemas.type("number"));
        Schemas.optional(rollBack, "max-p99-millis", Schemas.type("number"));
        Schemas.optional(rollBack, "max-mean-ratio", Schemas.type("number"));
        return Schemas.optional(rollBack, "max-p99-ratio", Schemas.type("number"));
    }

    private static ObjectNode state() {
        ObjectNode state = Schemas.of("model", Schemas.type("string"));
        Schemas.property(state, "source", Schemas.type("string"));
        Schemas.optional(state, "rule", rule());
        Schemas.optional(state, "variants", Schemas.list(Schemas.object()));
        Schemas.optional(state, "other-requests", Schemas.type("integer"));
        Schemas.optional(state, "rolled-back", Schemas.object());
        return Schemas.optional(state, "shadow", Schemas.object());
    }
}
