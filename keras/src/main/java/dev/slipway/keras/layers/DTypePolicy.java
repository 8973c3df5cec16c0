package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.config.Config;
import java.util.Optional;
import java.util.Set;

/**
 * In which types a layer keeps its weights and computes.
 *
 * <p>Source: {@code keras.DTypePolicy} of Keras 3.
 *
 * @param name Keras's name: of a type, or {@code mixed_float16} or {@code mixed_bfloat16}, or {@code int8_from_float32}
 * @param compute the type of what is computed, to which floating-point inputs are cast
 * @param variable the type of the weights, but of those kept in few bits
 * @param quantization how large weights are kept in few bits, if they are
 */
public record DTypePolicy(String name, DataType compute, DataType variable, Optional<Quantization> quantization) {
    /** Single precision for all: what a layer has that says nothing else. */
    public static final DTypePolicy FLOAT32 = plain("float32", DataType.FLOAT, DataType.FLOAT);

    /** The name of half precision with weights of single precision. */
    public static final String MIXED_FLOAT16 = "mixed_float16";

    private static final String KNOWN =
            "float32, float64, float16, bfloat16, mixed_float16, mixed_bfloat16, or such as int8_from_float32; save the model with"
                    + " one of them";

    /** Policies of these classes are no more than their names. */
    private static final Set<String> NAMED = Set.of("DTypePolicy", "FloatDTypePolicy", "Policy");

    private static final Set<String> QUANTIZED = Set.of(
            "AWQDTypePolicy",
            "GPTQDTypePolicy",
            "Int4DTypePolicy",
            "QuantizedDTypePolicy",
            "QuantizedFloat8DTypePolicy");

    /**
     * The policy of a name.
     *
     * @param name Keras's name
     * @return the policy
     * @throws IllegalArgumentException for a name that Keras or Slipway does not have
     */
    public static DTypePolicy of(String name) {
        int source = name.indexOf(Quantization.FROM);
        if (source > 0) {
            Quantization quantization =
                    Quantization.parse(name.substring(0, source)).orElseThrow(() -> refused(name));
            return of(name.substring(source + Quantization.FROM.length())).with(quantization);
        }
        DataType mixed = name.equals(MIXED_FLOAT16) ? DataType.FLOAT16 : DataType.BFLOAT16;
        if (name.startsWith("mixed_") && (mixed == DataType.FLOAT16 || name.equals("mixed_bfloat16"))) {
            return plain(name, mixed, DataType.FLOAT);
        }
        DataType type = DTypes.named(name).filter(DataType::isFloating).orElseThrow(() -> refused(name));
        return plain(name, type, type);
    }

    private static DTypePolicy plain(String name, DataType compute, DataType variable) {
        return new DTypePolicy(name, compute, variable, Optional.empty());
    }

    private DTypePolicy with(Quantization added) {
        return new DTypePolicy(added.text() + Quantization.FROM + name, compute, variable, Optional.of(added));
    }

    private static IllegalArgumentException refused(String name) {
        return new IllegalArgumentException("dtype policy: " + name + " (expected: " + KNOWN + ")");
    }

    /** The policy under {@code dtype}, which Keras writes as a bare name or as an object. */
    static DTypePolicy read(Config config) {
        JsonNode dtype = config.find("dtype").orElse(null);
        if (dtype == null || dtype.isTextual()) {
            return named(config, dtype == null ? FLOAT32.name : dtype.textValue());
        }
        String className = dtype.path("class_name").asText("");
        if (QUANTIZED.contains(className)) {
            return quantized(config, dtype.path("config"));
        }
        if (!NAMED.contains(className) || !dtype.path("config").path("name").isTextual()) {
            throw config.refused("dtype", className + " " + dtype.path("config"), KNOWN);
        }
        return named(config, dtype.path("config").path("name").textValue());
    }

    private static DTypePolicy quantized(Config config, JsonNode own) {
        DTypePolicy source = named(config, own.path("source_name").asText(FLOAT32.name));
        Quantization quantization = Quantization.parse(own.path("mode").asText(""))
                .orElseThrow(() -> config.refused("dtype", own.toString(), KNOWN));
        JsonNode history = own.path("amax_history_length");
        if (history.isMissingNode()) {
            return source.with(quantization);
        }
        if (!history.isInt() || history.intValue() < 1) {
            throw config.refused("dtype: amax_history_length", history.toString(), "a number from 1 on");
        }
        return source.with(quantization.withHistory(history.intValue()));
    }

    private static DTypePolicy named(Config config, String name) {
        try {
            return of(name);
        } catch (IllegalArgumentException e) {
            throw config.refused("dtype", name, KNOWN);
        }
    }

    void write(ObjectNode config) {
        ObjectNode policy = config.putObject("dtype");
        if (quantization.isPresent()) {
            policy.put("module", "keras.dtype_policies")
                    .put("class_name", quantization.get().policyClass());
            String source = name.substring(name.indexOf(Quantization.FROM) + Quantization.FROM.length());
            quantization.get().write(policy.putObject("config"), source);
        } else {
            policy.put("module", "keras").put("class_name", "DTypePolicy");
            policy.putObject("config").put("name", name);
        }
        policy.putNull("registered_name");
    }

    /**
     * Whether weights are cast before they are computed with.
     *
     * @return true if they are kept in another type
     */
    public boolean isMixed() {
        return compute != variable;
    }
}
