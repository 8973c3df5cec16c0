package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;

/**
 * How a model of Keras 1 or 2 was compiled, in Keras 3's form. What Keras 3 does not have stays, and is refused where a
 * model is to be trained; such a model still predicts.
 *
 * <p>Source: {@code training_config} of {@code keras.engine.saving} of Keras 2.2, {@code saving_utils} of {@code tf.keras}
 * 2.10, {@code keras.models.save_model} of Keras 1.2.
 */
final class Keras2Training {
    private Keras2Training() {}

    /** {@code training_config}, its optimizer already under {@code optimizer}, in the form of {@code compile_config}. */
    static ObjectNode compileConfig(ObjectNode compile) {
        if (compile.get("optimizer") instanceof ObjectNode optimizer) {
            optimizer(optimizer);
        }
        losses(compile.path("loss"));
        if (compile.get("metrics") instanceof ArrayNode metrics) {
            compile.set("metrics", metrics(metrics));
        }
        return compile;
    }

    private static void optimizer(ObjectNode optimizer) {
        // The optimizers of 2.11 and later were stored as if they were a program's own.
        optimizer.put("class_name", optimizer.path("class_name").asText().replaceFirst("^Custom>", ""));
        if (optimizer.get("config") instanceof ObjectNode config) {
            Keras2Layers.rename(config, "lr", "learning_rate");
            if (config.path("decay").asDouble() == 0) {
                config.remove("decay");
            }
            if (config.path("weight_decay").asText().equals("0.0")) {
                config.remove("weight_decay");
            }
        }
    }

    private static void losses(JsonNode loss) {
        if (loss.get("config") instanceof ObjectNode config
                && config.path("reduction").asText().equals("auto")) {
            config.remove("reduction");
        } else if (loss.isContainerNode()) {
            loss.forEach(Keras2Training::losses);
        }
    }

    /** A model of one output had its metrics in a list of their own, each wrapped. */
    private static ArrayNode metrics(ArrayNode metrics) {
        ArrayNode plain = Config.json().arrayNode();
        for (JsonNode metric : metrics.size() == 1 && metrics.get(0).isArray() ? metrics.get(0) : metrics) {
            boolean wrapped = metric.path("class_name").asText().equals("MeanMetricWrapper");
            JsonNode name = metric.path("config").path("name");
            boolean isAccuracy =
                    name.asText().equals("accuracy") || name.asText().equals("acc");
            plain.add(
                    !wrapped
                            ? metric
                            : isAccuracy ? name : metric.path("config").path("fn"));
        }
        return plain;
    }
}
