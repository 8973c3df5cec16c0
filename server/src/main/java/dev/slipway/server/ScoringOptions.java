package dev.slipway.server;

import dev.slipway.server.config.Setting;
import dev.slipway.server.openapi.ScoringPaths;

/**
 * {@code scoring}: the protocols that name no model, and the paths that a host of containers sets.
 *
 * @param defaultModel the model that answers them; empty for the only one
 * @param healthPath another path of health; empty for none
 * @param predictPath another path of predictions; empty for none
 */
public record ScoringOptions(
        @Setting("The model that answers where a protocol names none, such as /invocations; empty for the only one.")
        String defaultModel,

        @Setting("Another path of health, as Vertex AI sets in AIP_HEALTH_ROUTE; empty for none.")
        String healthPath,

        @Setting("Another path of predictions, as Vertex AI sets in AIP_PREDICT_ROUTE; empty for none.")
        String predictPath) {
    /**
     * Checks the options.
     *
     * @param defaultModel the model that answers them
     * @param healthPath another path of health
     * @param predictPath another path of predictions
     * @throws IllegalArgumentException if a path does not begin with a slash, or both are the same
     */
    public ScoringOptions {
        requirePath("health-path", healthPath);
        requirePath("predict-path", predictPath);
        if (!healthPath.isEmpty() && healthPath.equals(predictPath)) {
            throw new IllegalArgumentException(
                    "predict-path: '" + predictPath + "' (expected: another path than health-path)");
        }
    }

    private static void requirePath(String key, String path) {
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw new IllegalArgumentException(key + ": '" + path + "' (expected: a path that begins with /)");
        }
    }

    ScoringPaths.Routes routes() {
        return new ScoringPaths.Routes(defaultModel, healthPath, predictPath);
    }

    /**
     * The only model, and no other paths.
     *
     * @return the options used where none are given
     */
    public static ScoringOptions defaults() {
        return new ScoringOptions("", "", "");
    }
}
