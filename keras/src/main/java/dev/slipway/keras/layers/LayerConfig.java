package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.constraints.Constraints;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** The parts of a layer's configuration that are serialized objects themselves. */
final class LayerConfig {
    private LayerConfig() {}

    static Activation activation(Config config, String key, String absent) {
        String subject = config.subject() + ": " + key;
        return config.find(key)
                .map(node -> activation(config, key, Serialized.parse(subject, node)))
                .orElseGet(() -> Activations.named(absent));
    }

    private static Activation activation(Config config, String key, Serialized found) {
        return LayerActivation.find(config.subject() + ": " + key, found, config.own())
                .or(() -> Activations.ofFile(found, config.own()))
                .orElseThrow(() -> config.refused(key, found.className(), Activations.expected(found)));
    }

    static Initializer initializer(Config config, String key, String absent) {
        return object(config, key, Initializers::ofFile).orElseGet(() -> Initializers.named(absent));
    }

    static Optional<Regularizer> regularizer(Config config, String key) {
        return object(config, key, Regularizers::ofFile);
    }

    static Optional<Constraint> constraint(Config config, String key) {
        return object(config, key, Constraints::ofFile);
    }

    /** Keras gives an object by its name alone, or by its class and configuration. */
    private static <T> Optional<T> object(Config config, String key, BiFunction<Serialized, OwnObjects, T> reader) {
        return config.find(key).map(node -> {
            Serialized found = Serialized.parse(config.subject() + ": " + key, node);
            return about(config, key, found, () -> reader.apply(found, config.own()));
        });
    }

    /** Says which layer and key a refusal is about. */
    private static <T> T about(Config config, String key, Serialized found, Supplier<T> reader) {
        try {
            return reader.get();
        } catch (IllegalArgumentException e) {
            throw config.refused(key, found.className(), "a supported one: " + e.getMessage());
        }
    }

    static void refuseTrue(Config config, String key) {
        if (config.truth(key, false)) {
            throw config.refused(key, "true", "false, as Slipway does not support it yet");
        }
    }

    /** The name of the type policy, which Keras writes bare or as an object. */
    static Optional<String> typePolicy(Config config) {
        return config.find("dtype")
                .map(dtype -> dtype.isTextual()
                        ? dtype.textValue()
                        : dtype.path("config").path("name").asText(dtype.toString()));
    }

    static void refuseSet(Config config, String... keys) {
        for (String key : keys) {
            config.find(key).ifPresent(value -> {
                throw config.refused(key, value.toString(), "not set, as Slipway does not support it yet");
            });
        }
    }

    /** Reads the layer that another one holds. */
    static Layer layer(Config config, String key, LayerRegistry.InnerReader inner) {
        return inner.read(config.find(key).orElseThrow(() -> config.refused(key, "nothing", "a layer")));
    }

    static JsonNode orNull(Optional<JsonNode> node) {
        return node.orElseGet(NullNode::getInstance);
    }

    static void write(ObjectNode config, String key, Activation activation) {
        config.set(key, activation.toJson());
    }

    static void write(ObjectNode config, String key, Initializer initializer) {
        config.set(key, initializer.toJson());
    }

    static void write(ObjectNode config, String key, Optional<Regularizer> regularizer) {
        config.set(key, orNull(regularizer.map(Regularizer::toJson)));
    }

    static void writeConstraint(ObjectNode config, String key, Optional<Constraint> constraint) {
        config.set(key, orNull(constraint.map(Constraint::toJson)));
    }
}
