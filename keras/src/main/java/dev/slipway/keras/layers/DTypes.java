package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.Map;
import java.util.Optional;

/** Keras's names of element types. */
public final class DTypes {
    private static final Map<String, DataType> BY_NAME = Map.ofEntries(
            Map.entry("bfloat16", DataType.BFLOAT16),
            Map.entry("bool", DataType.BOOL),
            Map.entry("float16", DataType.FLOAT16),
            Map.entry("float32", DataType.FLOAT),
            Map.entry("float64", DataType.DOUBLE),
            Map.entry("int16", DataType.INT16),
            Map.entry("int32", DataType.INT32),
            Map.entry("int64", DataType.INT64),
            Map.entry("int8", DataType.INT8),
            Map.entry("string", DataType.STRING),
            Map.entry("uint8", DataType.UINT8));

    private DTypes() {}

    /**
     * The type of a name.
     *
     * @param name Keras's name, such as {@code float32}
     * @return the type; empty if Slipway has none of that name
     */
    public static Optional<DataType> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static DataType parse(Config config, String name) {
        DataType type = BY_NAME.get(name);
        if (type == null) {
            throw config.refused(
                    "dtype",
                    name,
                    "one of " + BY_NAME.keySet().stream().sorted().toList());
        }
        return type;
    }

    /**
     * The name of a type.
     *
     * @param type the type
     * @return Keras's name
     * @throws ConfigException if Keras has none
     */
    public static String name(DataType type) {
        return BY_NAME.entrySet().stream()
                .filter(entry -> entry.getValue() == type)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new ConfigException("dtype " + type + " (expected: a type that Keras names)"));
    }
}
