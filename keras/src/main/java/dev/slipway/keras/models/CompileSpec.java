package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.optimizers.Optimizers;
import dev.slipway.keras.trainers.CompileOptions;
import dev.slipway.keras.trainers.CompileOptions.Output;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How a model is trained, in Keras's words: {@code compile_config} of a model file.
 *
 * @param optimizer the optimizer
 * @param losses one for each output
 * @param lossWeights one for each output, or none
 * @param metrics a list for each output
 * @param weightedMetrics a list for each output
 */
record CompileSpec(
        Optimizer optimizer,
        List<LossSpec> losses,
        List<Double> lossWeights,
        List<List<MetricSpec>> metrics,
        List<List<MetricSpec>> weightedMetrics) {
    /** Whether training in half precision scales the loss: an argument of {@code compile} that files do not have. */
    static final String AUTO_SCALE_LOSS = "auto_scale_loss";

    /**
     * Reads a configuration.
     *
     * @param node the configuration
     * @param outputs the names of the outputs
     * @param isHalf whether half precision may be too little for small gradients, so that the loss is to be scaled
     */
    static CompileSpec read(ObjectNode node, List<String> outputs, boolean isHalf) {
        Config config = new Config("compile", node);
        config.ignore("run_eagerly", "steps_per_execution", "jit_compile");
        boolean isScaled = config.truth(AUTO_SCALE_LOSS, true) && isHalf;
        Serialized optimizer = Serialized.parse(
                "compile: optimizer",
                config.find("optimizer")
                        .orElseThrow(() -> config.refused("optimizer", "nothing", "an optimizer, such as sgd")));
        JsonNode loss = config.find("loss").orElse(NullNode.getInstance());
        List<Double> weights = config.find("loss_weights")
                .map(found -> lossWeights(config, found, outputs))
                .orElse(List.of());
        List<List<MetricSpec>> metrics = metrics(config, "metrics", outputs);
        List<List<MetricSpec>> weighted = metrics(config, "weighted_metrics", outputs);
        config.refuseOthers();
        Optimizer read = Optimizers.of(optimizer.className(), optimizer.config());
        return new CompileSpec(
                isScaled ? Optimizers.scaled(read) : read, LossSpec.read(loss, outputs), weights, metrics, weighted);
    }

    private static List<List<MetricSpec>> metrics(Config config, String key, List<String> outputs) {
        return config.find(key)
                .map(found -> MetricSpec.read(key, found, outputs))
                .orElseGet(() -> Collections.nCopies(outputs.size(), List.of()));
    }

    private static List<Double> lossWeights(Config config, JsonNode node, List<String> outputs) {
        List<JsonNode> entries = node.isNumber()
                ? Collections.nCopies(outputs.size(), node)
                : PerOutput.entries("loss_weights", node, outputs);
        for (JsonNode entry : entries) {
            if (!entry.isNumber()) {
                throw config.refused("loss_weights", node.toString(), "a number for each of the outputs " + outputs);
            }
        }
        return entries.stream().map(JsonNode::doubleValue).toList();
    }

    /** How to train as a version of Keras does. */
    CompileOptions options(KerasVersion version) {
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            outputs.add(new Output(
                    losses.get(i).choice(),
                    lossWeights.isEmpty() ? Optional.empty() : Optional.of(lossWeights.get(i)),
                    metrics.get(i).stream().map(MetricSpec::choice).toList(),
                    weightedMetrics.get(i).stream().map(MetricSpec::choice).toList()));
        }
        return new CompileOptions(optimizer, outputs, version);
    }

    ObjectNode toJson() {
        ObjectNode json = Config.json();
        json.set("optimizer", new Serialized(optimizer.className(), optimizer.config()).toJson("keras.optimizers"));
        json.set("loss", losses.size() == 1 ? losses.get(0).json() : array(losses));
        writeLossWeights(json);
        writeMetrics(json, "metrics", metrics);
        writeMetrics(json, "weighted_metrics", weightedMetrics);
        return json.put("run_eagerly", false).put("steps_per_execution", 1).put("jit_compile", false);
    }

    private static ArrayNode array(List<LossSpec> losses) {
        ArrayNode list = Config.json().arrayNode();
        losses.forEach(loss -> list.add(loss.json()));
        return list;
    }

    /** The weight of an only output is a bare number, which Keras multiplies with. */
    private void writeLossWeights(ObjectNode json) {
        if (lossWeights.isEmpty()) {
            json.putNull("loss_weights");
        } else if (lossWeights.size() == 1) {
            json.put("loss_weights", lossWeights.get(0));
        } else {
            ArrayNode list = json.putArray("loss_weights");
            lossWeights.forEach(list::add);
        }
    }

    private static void writeMetrics(ObjectNode json, String key, List<List<MetricSpec>> metrics) {
        if (metrics.stream().allMatch(List::isEmpty)) {
            json.putNull(key);
            return;
        }
        ArrayNode entries = json.putArray(key);
        for (List<MetricSpec> own : metrics) {
            ArrayNode entry = metrics.size() == 1 ? entries : entries.addArray();
            own.forEach(metric -> entry.add(metric.json()));
        }
    }
}
