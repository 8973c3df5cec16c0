package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a layer was told about its quantization: kept as it was read, and what of it says how the layer computes.
 *
 * <p>Source: {@code keras.quantizers.QuantizationConfig} of Keras 3.15.
 *
 * @param written as the file has it; empty if it says nothing
 * @param inputs how what the weights are multiplied with is cut, if it is; says nothing if {@code written} is empty
 * @param block how many inputs share a scale, 0 for all; empty where the policy alone says so
 */
record QuantizationConfig(Optional<JsonNode> written, Optional<AbsMaxQuantizer> inputs, OptionalInt block) {
    private static final String KEY = "quantization_config";

    private static final Set<String> CLASSES = Set.of(
            "AWQConfig", "Float8QuantizationConfig", "GPTQConfig", "Int4QuantizationConfig", "Int8QuantizationConfig");

    static QuantizationConfig none() {
        return new QuantizationConfig(Optional.empty(), Optional.empty(), OptionalInt.empty());
    }

    static QuantizationConfig read(Config config) {
        Optional<JsonNode> written = config.find(KEY);
        if (written.isEmpty()) {
            return none();
        }
        String className = written.get().path("class_name").asText("");
        if (!CLASSES.contains(className)) {
            throw config.refused(
                    KEY,
                    written.get().toString(),
                    "one of " + CLASSES.stream().sorted().toList());
        }
        JsonNode own = written.get().path("config");
        JsonNode inputs = own.path("activation_quantizer");
        JsonNode block = own.path("block_size");
        if (!(block.isMissingNode() || block.isNull() || block.isInt())) {
            throw config.refused(KEY + ": block_size", block.toString(), "null or a whole number");
        }
        return new QuantizationConfig(
                written,
                inputs.isObject()
                        ? Optional.of(AbsMaxQuantizer.read(config, KEY + ": activation_quantizer", inputs))
                        : Optional.empty(),
                className.equals("Int4QuantizationConfig")
                        ? OptionalInt.of(Math.max(0, block.asInt(0)))
                        : OptionalInt.empty());
    }

    /** How the inputs are cut: by default, as the kind of quantization has it. */
    Optional<AbsMaxQuantizer> inputsOr(Optional<AbsMaxQuantizer> usual) {
        return written.isPresent() ? inputs : usual;
    }

    /** The kind of quantization, with the length of the blocks that is said here. */
    Quantization applied(Quantization quantization) {
        return block.isPresent() ? quantization.withBlock(block.getAsInt()) : quantization;
    }

    void write(ObjectNode config) {
        written.ifPresent(node -> config.set(KEY, node));
    }
}
