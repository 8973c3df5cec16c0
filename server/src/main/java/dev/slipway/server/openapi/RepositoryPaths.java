package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Triton's extensions of the Open Inference Protocol: statistics, configuration, and the repository of models. */
final class RepositoryPaths {
    private RepositoryPaths() {}

    static void addServer(OpenApi api) {
        api.operation("/v2/models", "get", "v2_models", "The names of all models")
                .tag("server")
                .answer(Schemas.of("models", Schemas.list(Schemas.type("string"))), "Their names")
                .errors("Error", 405);
        statistics(api, "/v2/models/stats", "v2_stats", "Statistics of all models")
                .tag("server");
        ObjectNode version = Schemas.of("name", Schemas.type("string"));
        Schemas.property(version, "version", Schemas.type("string"));
        Schemas.property(version, "state", Schemas.type("string"));
        Schemas.property(version, "reason", Schemas.type("string"));
        api.operation("/v2/repository/index", "post", "v2_index", "The state of every version of every model")
                .tag("server")
                .description("An empty body asks for all; `{\"ready\": true}` for those that answer.")
                .request(Schemas.optional(Schemas.object(), "ready", Schemas.type("boolean")))
                .answer(Schemas.list(version), "Every version")
                .errors("Error", 400, 405, 413);
    }

    static void add(OpenApi api, TriedModel model) {
        String name = model.name();
        String path = "/v2/models/" + name;
        statistics(api, path + "/stats", "v2_stats_" + name, "Statistics of '" + name + "'")
                .tag(name);
        ObjectNode config = Schemas.of("name", Schemas.type("string"));
        Schemas.property(config, "platform", Schemas.type("string"));
        Schemas.property(config, "backend", Schemas.type("string"));
        Schemas.property(config, "max_batch_size", Schemas.type("integer"));
        Schemas.property(config, "input", Schemas.list(tensor()));
        Schemas.property(config, "output", Schemas.list(tensor()));
        api.operation(path + "/config", "get", "v2_config_" + name, "Configuration of '" + name + "'")
                .tag(name)
                .answer(config, "Inputs and outputs as Triton configures them")
                .errors("Error", 404, 405, 503);
        change(api, name, "load", "Load '%s' from the directory of models, or load it again");
        change(api, name, "unload", "Let '%s' answer no more");
    }

    private static void change(OpenApi api, String name, String what, String summary) {
        api.operation(
                        "/v2/repository/models/" + name + "/" + what,
                        "post",
                        "v2_" + what + "_" + name,
                        String.format(summary, name))
                .tag(name)
                .description("Needs scope admin, and a server of a directory of models.")
                .request(Schemas.object())
                .answer(Schemas.object(), "It is done")
                .errors("Error", 400, 404, 405, 413);
    }

    private static Operation statistics(OpenApi api, String path, String id, String summary) {
        ObjectNode model = Schemas.of("name", Schemas.type("string"));
        Schemas.property(model, "version", Schemas.type("string"));
        Schemas.property(model, "last_inference", Schemas.type("integer"));
        Schemas.property(model, "inference_count", Schemas.type("integer"));
        Schemas.property(model, "execution_count", Schemas.type("integer"));
        Schemas.property(model, "inference_stats", Schemas.object());
        Schemas.property(model, "batch_stats", Schemas.list(Schemas.object()));
        return api.operation(path, "get", id, summary + " (Open Inference Protocol)")
                .answer(Schemas.of("model_stats", Schemas.list(model)), "Counts, and times in nanoseconds")
                .errors("Error", 404, 405, 503);
    }

    private static ObjectNode tensor() {
        ObjectNode tensor = Schemas.of("name", Schemas.type("string"));
        Schemas.property(tensor, "data_type", Schemas.type("string"));
        return Schemas.property(tensor, "dims", Schemas.list(Schemas.type("integer")));
    }
}
