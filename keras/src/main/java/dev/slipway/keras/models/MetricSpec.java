package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.metrics.Metrics;
import dev.slipway.keras.trainers.CompileOptions.MetricChoice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A metric as {@code compile_config} has it.
 *
 * <p>Source: {@code keras.trainers.compile_utils.CompileMetrics} of Keras 3.
 *
 * @param json its name or serialized object, as Keras reads it
 * @param choice makes it
 */
record MetricSpec(JsonNode json, MetricChoice choice) {
    /**
     * Reads the metrics of every output: for one output a list of metrics, for several a list with an entry for each
     * output, and for both a map from output names to entries. An entry is a metric, a list of metrics, or null.
     */
    static List<List<MetricSpec>> read(JsonNode node, List<String> outputs) {
        if (node.isObject()) {
            return ofNames(node, outputs);
        }
        if (!node.isArray()) {
            throw new ConfigException("compile: metrics = " + node + " (expected: a list, or a map by output)");
        }
        if (outputs.size() == 1) {
            return List.of(entry(node));
        }
        if (!node.isEmpty() && node.size() != outputs.size()) {
            throw new ConfigException("compile: metrics = " + node + " (expected: " + outputs.size()
                    + " entries, one for each of the outputs " + outputs + ")");
        }
        return outputs.stream()
                .map(output -> entry(node.path(outputs.indexOf(output))))
                .toList();
    }

    private static List<List<MetricSpec>> ofNames(JsonNode node, List<String> outputs) {
        Set<String> unknown = new HashSet<>();
        node.fieldNames().forEachRemaining(unknown::add);
        outputs.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new ConfigException(
                    "compile: metrics of outputs " + unknown + " (expected: some of the outputs " + outputs + ")");
        }
        return outputs.stream().map(output -> entry(node.path(output))).toList();
    }

    private static List<MetricSpec> entry(JsonNode node) {
        List<MetricSpec> metrics = new ArrayList<>();
        for (JsonNode one : node.isArray() ? node : List.of(node)) {
            if (!one.isNull() && !one.isMissingNode()) {
                metrics.add(read(one));
            }
        }
        return metrics;
    }

    private static MetricSpec read(JsonNode node) {
        Serialized serialized = Serialized.parse("compile: metric", node);
        if (node.path("config").isObject()) {
            Metric metric = Metrics.of(serialized.className(), serialized.config());
            return new MetricSpec(serialized.toJson("keras.metrics"), (target, prediction) -> metric);
        }
        String name = serialized.className();
        Metrics.requireKnown(name);
        return new MetricSpec(TextNode.valueOf(name), (target, prediction) -> Metrics.named(name, target, prediction));
    }
}
