package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer of an old file that cannot be said in Keras 3's words. It keeps its place and says why, so that it is refused together
 * with every other layer that is not supported, and not before they are known.
 */
public final class Unreadable {
    private static final String KEY = "unreadable";

    private Unreadable() {}

    /** Changes a layer to Keras 3's form; writes into it what stood against it. */
    static void orMarked(JsonNode layer, Runnable change) {
        try {
            change.run();
        } catch (ConfigException e) {
            if (!(layer instanceof ObjectNode marked)) {
                throw e;
            }
            ArrayNode problems = marked.withArrayProperty(KEY);
            e.problems().forEach(problems::add);
        }
    }

    /**
     * Refuses a layer that was marked.
     *
     * @param layer the serialized layer
     * @throws ConfigException with all that stood against it
     */
    public static void refuse(JsonNode layer) {
        List<String> problems = new ArrayList<>();
        layer.path(KEY).forEach(problem -> problems.add(problem.asText()));
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }
}
