package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How a model is compiled, in Keras 2's words; {@link Keras2Training} reads them. Only words that mean the same: Keras 3 has
 * other formulas for the optimizers that are not here.
 *
 * <p>Source: {@code training_config} of {@code keras.engine.saving} of Keras 2.3.
 */
final class Keras2Compile {
    private static final Set<String> OPTIMIZERS = Set.of("SGD", "Adam", "Adamax");

    private static final Set<String> OPTIONS =
            Set.of("learning_rate", "momentum", "nesterov", "beta_1", "beta_2", "epsilon", "amsgrad");

    /** What stands in a configuration whether or not it is used. */
    private static final Set<String> UNUSED = Set.of("name", "ema_momentum");

    /** Losses, which are metrics too. */
    private static final Set<String> FUNCTIONS = Set.of(
            "binary_crossentropy",
            "categorical_crossentropy",
            "categorical_hinge",
            "hinge",
            "mae",
            "mape",
            "mean_absolute_error",
            "mean_absolute_percentage_error",
            "mean_squared_error",
            "mean_squared_logarithmic_error",
            "mse",
            "msle",
            "poisson",
            "sparse_categorical_crossentropy",
            "squared_hinge");

    private static final Set<String> ACCURACIES =
            Set.of("acc", "accuracy", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy");

    /** Which know the learning rate by its old name only; {@code tf.keras} of that time takes both. */
    private static final Pattern OLD_RATE = Pattern.compile("2\\.[0-2]\\..*");

    private Keras2Compile() {}

    /**
     * {@code training_config}; empty if Keras 2 has no words for all of it.
     *
     * @param version the version of Keras 2 that is to read it
     */
    static Optional<String> trainingConfig(ObjectNode compile, String version) {
        JsonNode loss = compile.path("loss");
        JsonNode metrics = compile.path("metrics");
        Optional<ObjectNode> optimizer = optimizer(compile.path("optimizer"));
        boolean isPlain = compile.path("weighted_metrics").isNull() && isNamed(loss, false) && isNamed(metrics, true);
        if (optimizer.isEmpty() || !isPlain || !isKnownWeight(compile.path("loss_weights"))) {
            return Optional.empty();
        }
        if (OLD_RATE.matcher(version).matches() && optimizer.get().get("config") instanceof ObjectNode options) {
            Keras2Layers.rename(options, "learning_rate", "lr");
        }
        ObjectNode config = Config.json();
        config.set("optimizer_config", optimizer.get());
        config.set("loss", loss);
        config.set("metrics", metrics.isNull() ? config.arrayNode() : metrics);
        config.putNull("weighted_metrics").putNull("sample_weight_mode");
        config.set("loss_weights", compile.path("loss_weights"));
        return Optional.of(PythonJson.text(config));
    }

    private static Optional<ObjectNode> optimizer(JsonNode optimizer) {
        ObjectNode config = Config.json();
        for (Map.Entry<String, JsonNode> option : optimizer.path("config").properties()) {
            JsonNode value = option.getValue();
            if (OPTIONS.contains(option.getKey()) && (value.isNumber() || value.isBoolean())) {
                config.set(option.getKey(), value);
            } else if (!UNUSED.contains(option.getKey()) && !value.isNull() && !isFalse(value)) {
                return Optional.empty();
            }
        }
        String className = optimizer.path("class_name").asText();
        ObjectNode written = Config.json().put("class_name", className);
        written.set("config", config);
        return Optional.of(written).filter(any -> OPTIMIZERS.contains(className));
    }

    private static boolean isFalse(JsonNode value) {
        return value.isBoolean() && !value.booleanValue();
    }

    private static boolean isNamed(JsonNode names, boolean isMetric) {
        if (names.isTextual()) {
            return FUNCTIONS.contains(names.asText()) || (isMetric && ACCURACIES.contains(names.asText()));
        }
        boolean all = isMetric && names.isNull();
        if (names.isArray()) {
            all = true;
            for (JsonNode name : names) {
                all &= isNamed(name, isMetric);
            }
        }
        return all;
    }

    /** One number for each of several outputs; that of an only one meant something else. */
    private static boolean isKnownWeight(JsonNode weights) {
        return weights.isNull() || weights.isArray();
    }
}
