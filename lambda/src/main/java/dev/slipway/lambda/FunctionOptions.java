package dev.slipway.lambda;

import dev.slipway.server.ServerOptions;
import dev.slipway.server.directory.DirectoryOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a function serves.
 *
 * @param models the directory of models
 * @param directory how it is read
 * @param server how it is served
 */
record FunctionOptions(Path models, DirectoryOptions directory, ServerOptions server) {
    /** Lambda's name of the directory that holds a deployment package. */
    static final String PACKAGE = "LAMBDA_TASK_ROOT";

    /** Names the directory of models; by default {@code models} in the deployment package. */
    static final String MODELS = "SLIPWAY_MODELS";

    /** Names the file of API keys, as it does for {@code slipway serve}. */
    static final String KEYS = "SLIPWAY_AUTH_KEYS_FILE";

    /**
     * Reads variables of the environment.
     *
     * @throws IllegalArgumentException if none says where models are
     */
    static FunctionOptions of(Map<String, String> environment) {
        Path models = Optional.ofNullable(environment.get(MODELS))
                .map(Path::of)
                .or(() -> Optional.ofNullable(environment.get(PACKAGE)).map(root -> Path.of(root, "models")))
                .orElseThrow(() -> new IllegalArgumentException(MODELS
                        + ": not set (expected: a directory of models, where " + PACKAGE + " is not set either)"));
        ServerOptions server = ServerOptions.defaults()
                .withAddress("127.0.0.1", 0)
                // The files do not change, so what is served is not to be changed by a request: not on a port that
                // events reach.
                .withAdminPort(0)
                .withEventLoops(1)
                .withRequestLog(new FileOutputStream(FileDescriptor.out));
        String keys = environment.get(KEYS);
        if (keys != null) {
            server = server.withSecurity(
                    server.security().withAuth(server.security().auth().withKeys(Path.of(keys))));
        }
        DirectoryOptions defaults = DirectoryOptions.defaults();
        return new FunctionOptions(
                models,
                new DirectoryOptions(
                        false,
                        defaults.poll(),
                        Duration.ZERO,
                        defaults.keep(),
                        defaults.loadWait(),
                        defaults.trafficFile()),
                server);
    }

    /** These options with other ones of the server. */
    FunctionOptions withServer(ServerOptions changed) {
        return new FunctionOptions(models, directory, changed);
    }
}
