package dev.slipway.keras.trainers;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loss and metrics of every epoch. Source: {@code keras.callbacks.History}. */
public final class History {
    private final Map<String, List<Double>> metrics = new LinkedHashMap<>();

    History() {}

    void add(Map<String, Double> logs) {
        logs.forEach((name, value) ->
                metrics.computeIfAbsent(name, k -> new ArrayList<>()).add(value));
    }

    /**
     * The values by name.
     *
     * @return for {@code loss} and each metric, and with {@code val_} in front for the validation, one value an epoch
     */
    public Map<String, List<Double>> metrics() {
        return Collections.unmodifiableMap(metrics);
    }

    /**
     * One metric's values.
     *
     * @param name its name, such as {@code loss}
     * @return one value an epoch
     * @throws IllegalArgumentException if there is none of that name
     */
    public List<Double> get(String name) {
        List<Double> found = metrics.get(name);
        if (found == null) {
            throw new IllegalArgumentException("metric '" + name + "' (expected: one of " + metrics.keySet() + ")");
        }
        return Collections.unmodifiableList(found);
    }
}
