package dev.slipway.server.http;

import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequestReader;
import dev.slipway.server.models.ModelAddress;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.openapi.OpenApi;
import dev.slipway.server.openapi.ScoringPaths;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * The OpenAPI document of the models that are there now: written when it is first asked for, as a server must not wait for it at
 * its start, and anew after models have come or gone. One for all event loops.
 */
public final class LiveOpenApi {
    private final ModelRepository models;
    private final ScoringPaths.Routes routes;
    private final String version;
    private volatile Optional<Written> written = Optional.empty();

    private record Written(Object snapshot, Buffer document) {}

    /**
     * Makes sure that the document can be written.
     *
     * @param models the models
     * @param routes what is set of routes
     * @param version the server's version
     * @throws IllegalArgumentException if JSON cannot carry a model's inputs
     */
    public LiveOpenApi(ModelRepository models, ScoringPaths.Routes routes, String version) {
        this.models = models;
        this.routes = routes;
        this.version = version;
        models.latest().forEach(model -> new PredictRequestReader(model.inputs()));
    }

    /** The document, if it is still true. */
    Optional<Buffer> current() {
        return written.filter(now -> now.snapshot() == models.snapshot()).map(Written::document);
    }

    /** The document of the models that are there now. Predicts the examples, so not for an event loop. */
    synchronized Buffer update() {
        return current().orElseGet(() -> {
            Written now = write();
            written = Optional.of(now);
            return now.document();
        });
    }

    private Written write() {
        Object snapshot = models.snapshot();
        List<Lease> leases = models.index().stream()
                .map(status -> ModelAddress.version(status.name(), status.version()))
                .flatMap(address -> models.find(address).stream())
                .flatMap(model -> Lease.on(model).stream())
                .toList();
        try {
            List<ServedModel> versions = leases.stream().map(Lease::model).toList();
            List<ServedModel> latest =
                    models.latest().stream().filter(versions::contains).toList();
            return new Written(
                    snapshot,
                    Buffer.buffer(OpenApi.describe(new OpenApi.Described(latest, versions, routes, version))));
        } finally {
            leases.forEach(Lease::close);
        }
    }
}
