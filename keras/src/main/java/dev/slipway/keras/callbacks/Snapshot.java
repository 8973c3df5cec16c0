package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.Map;

/**
 * What something remembers between two batches, so that it can go on in another process as if nothing had happened.
 *
 * @param values numbers and texts, as JSON
 * @param tensors tensors by name
 */
public record Snapshot(ObjectNode values, Map<String, Tensor> tensors) {
    /**
     * Copies the map, not the tensors.
     *
     * @param values numbers and texts
     * @param tensors tensors by name
     */
    public Snapshot {
        tensors = Map.copyOf(tensors);
    }

    /**
     * A snapshot without tensors.
     *
     * @param values numbers and texts
     * @return the snapshot
     */
    public static Snapshot of(ObjectNode values) {
        return new Snapshot(values, Map.of());
    }

    /**
     * What remembers nothing.
     *
     * @return no values and no tensors
     */
    public static Snapshot none() {
        return of(Config.json());
    }

    /**
     * A number, which may be infinite or NaN, for which JSON has only text.
     *
     * @param name its name
     * @param absent its value if it is not there
     * @return the number
     */
    public double number(String name, double absent) {
        return values.has(name) ? Double.parseDouble(values.path(name).asText()) : absent;
    }

    /**
     * A whole number.
     *
     * @param name its name
     * @return the number, 0 if it is not there
     */
    public int integer(String name) {
        return values.path(name).asInt(0);
    }
}
