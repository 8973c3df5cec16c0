package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.server.inference.ServedModel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The OpenAPI 3.1 description of a server, made from the signatures of its models. Every example has been answered by the
 * model itself.
 *
 * <p>Source: OpenAPI Specification 3.1.0; schemas are JSON Schema 2020-12.
 */
public final class OpenApi {
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final ObjectNode paths;

    private OpenApi(Described server) {
        int models = server.latest().size();
        root.put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Slipway")
                .put("version", server.version())
                .put("description", "Predictions of " + models + (models == 1 ? " model." : " models."));
        paths = root.putObject("paths");
    }

    /**
     * What is described.
     *
     * @param latest the models that answer requests without a version, by names
     * @param versions every model that answers requests with a version
     * @param routes what is set of routes
     * @param version the server's version
     */
    public record Described(
            List<ServedModel> latest, List<ServedModel> versions, ScoringPaths.Routes routes, String version) {
        /**
         * Copies the lists.
         *
         * @param latest the models that answer requests without a version
         * @param versions every model that answers requests with a version
         * @param routes what is set of routes
         * @param version the server's version
         */
        public Described {
            latest = List.copyOf(latest);
            versions = List.copyOf(versions);
        }
    }

    /**
     * Describes a server. Predicts once with every model.
     *
     * @param server its models and routes
     * @return a JSON document
     */
    public static byte[] describe(Described server) {
        OpenApi document = new OpenApi(server);
        document.addModels(server);
        Components.addTo(document.root);
        return document.root.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void addModels(Described server) {
        List<TriedModel> latest = server.latest().stream().map(TriedModel::new).toList();
        ScalarModel.find(server.latest()).ifPresent(model -> ScalarPath.add(this, model.name()));
        latest.forEach(model -> {
            TypedPaths.add(this, model);
            ServingPaths.add(this, model);
            OpenInferencePaths.add(this, model);
            ScoringPaths.addModel(this, model);
            RepositoryPaths.add(this, model);
            StatsPaths.add(this, model);
            TrafficPaths.add(this, model);
        });
        for (ServedModel version : server.versions()) {
            TriedModel tried = latest.stream()
                    .filter(model -> model.model() == version)
                    .findFirst()
                    .orElseGet(() -> new TriedModel(version));
            TypedPaths.addVersion(this, tried);
            ServingPaths.addVersion(this, tried);
            OpenInferencePaths.addVersion(this, tried);
        }
        ScoringPaths.add(this, latest, server.routes());
        OpenInferencePaths.addServer(this);
        RepositoryPaths.addServer(this);
        ServerPaths.add(this);
    }

    /** Begins the description of a method of a path. */
    Operation operation(String path, String method, String id, String summary) {
        ObjectNode item = paths.get(path) instanceof ObjectNode known ? known : paths.putObject(path);
        return new Operation(item.putObject(method), id, summary);
    }
}
