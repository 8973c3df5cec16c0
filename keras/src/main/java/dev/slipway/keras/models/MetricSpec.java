package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.metrics.Metrics;
import dev.slipway.keras.trainers.CompileOptions.MetricChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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
    static List<List<MetricSpec>> read(String key, JsonNode node, List<String> outputs) {
        if (!node.isArray() && !node.isObject()) {
            throw new ConfigException("compile: " + key + " = " + node + " (expected: a list, or a map by output)");
        }
        if (node.isArray() && node.isEmpty()) {
            return Collections.nCopies(outputs.size(), List.of());
        }
        if (node.isArray() && outputs.size() == 1) {
            return List.of(entry(node));
        }
        return PerOutput.entries(key, node, outputs).stream()
                .map(MetricSpec::entry)
                .toList();
    }

    private static List<MetricSpec> entry(JsonNode node) {
        List<MetricSpec> metrics = new ArrayList<>();
        for (JsonNode one : node.isArray() ? node : List.of(node)) {
            if (!PerOutput.isNone(one)) {
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
        JsonNode json = Metrics.isLossAlone(name) ? meanOf(name) : TextNode.valueOf(name);
        return new MetricSpec(json, (target, prediction) -> Metrics.named(name, target, prediction));
    }

    /** The mean of a loss, as Keras serializes it. */
    private static ObjectNode meanOf(String loss) {
        ObjectNode config = Config.json().put("name", loss).put("dtype", "float32");
        config.putObject("fn")
                .put("module", "builtins")
                .put("class_name", "function")
                .put("config", LossSpec.functionNamed(loss))
                .put("registered_name", "function");
        return new Serialized("MeanMetricWrapper", config).toJson("keras.metrics");
    }
}
