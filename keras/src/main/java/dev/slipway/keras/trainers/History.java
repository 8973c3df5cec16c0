package dev.slipway.keras.trainers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Loss and metrics of every epoch. Source: {@code keras.callbacks.History}. */
public final class History {
    private final List<Integer> epochs = new ArrayList<>();
    private final Map<String, List<Double>> metrics = new LinkedHashMap<>();

    History() {}

    void add(int epoch, Map<String, Double> logs) {
        epochs.add(epoch);
        logs.forEach((name, value) ->
                metrics.computeIfAbsent(name, k -> new ArrayList<>()).add(value));
    }

    /** Writes all of it; what JSON has no number for is text. */
    void writeTo(ObjectNode json) {
        ArrayNode numbers = json.putArray("epochs");
        epochs.forEach(numbers::add);
        ObjectNode values = json.putObject("metrics");
        metrics.forEach((name, series) -> series.forEach(values.withArrayProperty(name)::add));
    }

    void read(JsonNode json) {
        json.path("epochs").forEach(epoch -> epochs.add(epoch.asInt()));
        json.path("metrics").properties().forEach(entry -> {
            List<Double> series = metrics.computeIfAbsent(entry.getKey(), k -> new ArrayList<>());
            entry.getValue().forEach(value -> series.add(Double.parseDouble(value.asText())));
        });
    }

    /**
     * Which epochs were trained.
     *
     * @return their numbers, from 0
     */
    public List<Integer> epochs() {
        return Collections.unmodifiableList(epochs);
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
