package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import java.util.Map;
import java.util.Optional;

/** Keras's names of element types. */
public final class DTypes {
    private static final Map<String, DataType> BY_NAME = Map.of(
            "float32", DataType.FLOAT,
            "float64", DataType.DOUBLE,
            "int32", DataType.INT32,
            "int64", DataType.INT64,
            "bool", DataType.BOOL,
            "string", DataType.STRING,
            "uint8", DataType.UINT8);

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
