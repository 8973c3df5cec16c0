package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.optimizers.Optimizers;
import dev.slipway.keras.trainers.CompileOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a model is trained, in Keras's words: {@code compile_config} of a model file.
 *
 * @param optimizer the optimizer
 * @param losses one for each output
 * @param metrics a list for each output
 */
record CompileSpec(Optimizer optimizer, List<Loss> losses, List<List<MetricSpec>> metrics) {
    static CompileSpec read(ObjectNode node, List<String> outputs) {
        Config config = new Config("compile", node);
        config.ignore("run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss");
        for (String key : new String[] {"loss_weights", "weighted_metrics"}) {
            config.find(key).ifPresent(value -> {
                throw config.refused(key, value.toString(), "not set, as it is not supported yet");
            });
        }
        Serialized optimizer = Serialized.parse(
                "compile: optimizer",
                config.find("optimizer")
                        .orElseThrow(() -> config.refused("optimizer", "nothing", "an optimizer, such as sgd")));
        JsonNode loss = config.find("loss")
                .orElseThrow(() -> config.refused("loss", "nothing", "a loss, such as mean_squared_error"));
        List<List<MetricSpec>> metrics = config.find("metrics")
                .map(found -> MetricSpec.read(found, outputs))
                .orElseGet(() -> Collections.nCopies(outputs.size(), List.of()));
        config.refuseOthers();
        return new CompileSpec(
                Optimizers.of(optimizer.className(), optimizer.config()), losses(loss, outputs.size()), metrics);
    }

    private static List<Loss> losses(JsonNode node, int outputs) {
        if (!node.isArray()) {
            return Collections.nCopies(outputs, loss(node));
        }
        if (node.size() != outputs) {
            throw new ConfigException("compile: " + node.size() + " losses (expected: " + outputs + ", one an output)");
        }
        List<Loss> losses = new ArrayList<>();
        node.forEach(one -> losses.add(loss(one)));
        return losses;
    }

    private static Loss loss(JsonNode node) {
        Serialized serialized = Serialized.parse("compile: loss", node);
        return node.isTextual() || serialized.config().isEmpty()
                ? Losses.named(serialized.className())
                : Losses.of(serialized.className(), serialized.config());
    }

    CompileOptions options() {
        List<List<CompileOptions.MetricChoice>> choices = metrics.stream()
                .map(own -> own.stream().map(MetricSpec::choice).toList())
                .toList();
        return new CompileOptions(optimizer, losses, choices);
    }

    ObjectNode toJson() {
        ObjectNode json = Config.json();
        json.set("optimizer", new Serialized(optimizer.className(), optimizer.config()).toJson("keras.optimizers"));
        ArrayNode list = json.putArray("loss");
        losses.forEach(one -> list.add(new Serialized(one.className(), one.config()).toJson("keras.losses")));
        if (losses.size() == 1) {
            json.set("loss", list.get(0));
        }
        json.putNull("loss_weights");
        ArrayNode entries = json.putArray("metrics");
        for (List<MetricSpec> own : metrics) {
            ArrayNode entry = metrics.size() == 1 ? entries : entries.addArray();
            own.forEach(metric -> entry.add(metric.json()));
        }
        json.putNull("weighted_metrics");
        return json.put("run_eagerly", false).put("steps_per_execution", 1).put("jit_compile", false);
    }
}
