package dev.slipway.server;

import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.models.ModelState;
import java.util.List;

/** A server with every route there is, whose models come from something that loads and unloads in word only. */
final class FuzzedServer {
    private FuzzedServer() {}

    static ModelServer start() {
        ModelServer server = ModelServer.follow(
                ServerOptions.defaults()
                        .withAddress("127.0.0.1", 0)
                        .withMaxBodyBytes(1 << 18)
                        .withScoring(new ScoringOptions("line", "/host/health", "/host/predict")),
                FuzzedServer::source);
        server.models().report("broken", "1", ModelState.UNAVAILABLE, "no such layer");
        return server;
    }

    private static ModelSource source(ModelRepository models) {
        return new ModelSource() {
            @Override
            public void begin() {
                List.of(Models.line(), Models.mixed(), Models.words()).forEach(models::publish);
            }

            @Override
            public void load(String name) {
                if (!FuzzedRequest.NAMES.contains(name)) {
                    throw new ModelLoadException(name, "no such file (expected: a model)");
                }
            }

            @Override
            public void unload(String name) {
                load(name);
            }

            @Override
            public void close() {
                // There is nothing to be closed.
            }
        };
    }
}
