package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.config.Config;
import java.util.Set;

/**
 * In which types a layer keeps its weights and computes.
 *
 * <p>Source: {@code keras.DTypePolicy} of Keras 3.
 *
 * @param name Keras's name: of a type, or {@code mixed_float16} or {@code mixed_bfloat16}
 * @param compute the type of what is computed, to which floating-point inputs are cast
 * @param variable the type of the weights
 */
public record DTypePolicy(String name, DataType compute, DataType variable) {
    /** Single precision for all: what a layer has that says nothing else. */
    public static final DTypePolicy FLOAT32 = new DTypePolicy("float32", DataType.FLOAT, DataType.FLOAT);

    /** The name of half precision with weights of single precision. */
    public static final String MIXED_FLOAT16 = "mixed_float16";

    private static final String KNOWN =
            "float32, float64, float16, bfloat16, mixed_float16 or mixed_bfloat16; save the model with one of them";

    /** Policies of these classes are no more than their names. */
    private static final Set<String> NAMED = Set.of("DTypePolicy", "FloatDTypePolicy", "Policy");

    /**
     * The policy of a name.
     *
     * @param name Keras's name
     * @return the policy
     * @throws IllegalArgumentException for a name that Keras or Slipway does not have
     */
    public static DTypePolicy of(String name) {
        DataType mixed = name.equals(MIXED_FLOAT16) ? DataType.FLOAT16 : DataType.BFLOAT16;
        if (name.startsWith("mixed_") && (mixed == DataType.FLOAT16 || name.equals("mixed_bfloat16"))) {
            return new DTypePolicy(name, mixed, DataType.FLOAT);
        }
        DataType type = DTypes.named(name).filter(DataType::isFloating).orElseThrow(() -> refused(name));
        return new DTypePolicy(name, type, type);
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
        if (!NAMED.contains(className) || !dtype.path("config").path("name").isTextual()) {
            throw config.refused("dtype", className + " " + dtype.path("config"), KNOWN);
        }
        return named(config, dtype.path("config").path("name").textValue());
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
        policy.put("module", "keras").put("class_name", "DTypePolicy");
        policy.putObject("config").put("name", name);
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
