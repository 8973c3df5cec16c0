package dev.slipway.keras.constraints;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.config.Serialized;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** The constraints that come with Slipway, by name. */
public final class Constraints {
    private static final Map<String, Function<Config, Constraint>> BY_CLASS = new TreeMap<>(Map.of(
            "MaxNorm", MaxNorm::read,
            "MinMaxNorm", MinMaxNorm::read,
            "NonNeg", config -> new NonNeg(),
            "UnitNorm", UnitNorm::read));

    private Constraints() {}

    /**
     * A constraint with Keras's defaults.
     *
     * @param name its Keras name, as class ({@code MaxNorm}) or in snake case ({@code max_norm})
     * @return the constraint
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Constraint named(String name) {
        String plain = name.replace("_", "");
        return of(
                names().stream()
                        .filter(known -> known.equalsIgnoreCase(plain))
                        .findFirst()
                        .orElse(name),
                Config.json());
    }

    /**
     * A constraint with a configuration.
     *
     * @param className its Keras class name
     * @param config its configuration
     * @return the constraint
     * @throws IllegalArgumentException if there is none of that name
     * @throws dev.slipway.keras.config.ConfigException if a key is not supported
     */
    public static Constraint of(String className, ObjectNode config) {
        Function<Config, Constraint> reader = BY_CLASS.get(className);
        if (reader == null) {
            throw new IllegalArgumentException("constraint '" + className + "' (expected: one of " + names()
                    + "; nearest: " + Nearest.to(className, BY_CLASS.keySet()) + ")");
        }
        Config reading = new Config("constraint " + className, config);
        Constraint constraint = reader.apply(reading);
        reading.refuseOthers();
        return constraint;
    }

    /**
     * A constraint that a file names. One that is not known may be Python code of the file's authors: predictions do not need
     * it; training with it is refused.
     *
     * @param found its class and configuration as the file has them
     * @param own what the program supplies; as in Keras, that comes first
     * @return the constraint
     * @throws dev.slipway.keras.config.ConfigException if a key of a known one is not supported
     */
    public static Constraint ofFile(Serialized found, OwnObjects own) {
        return own.find(ConstraintReader.class, found.className())
                .map(reader -> read(reader, found, own))
                .orElseGet(() -> ofKeras(found));
    }

    private static Constraint read(ConstraintReader reader, Serialized found, OwnObjects own) {
        Config config = new Config("constraint " + found.className(), found.config(), own);
        Constraint made = reader.read(config);
        config.refuseOthers();
        return new ForeignConstraint(found, Optional.of(made));
    }

    private static Constraint ofKeras(Serialized found) {
        String className = found.className();
        ObjectNode config = found.config();
        String plain = className.replace("_", "");
        return BY_CLASS.keySet().stream()
                .filter(known -> known.equalsIgnoreCase(plain))
                .findFirst()
                .map(known -> config.isEmpty() ? named(className) : of(known, config))
                .orElseGet(() -> new ForeignConstraint(found, Optional.empty()));
    }

    /**
     * The class names known.
     *
     * @return sorted
     */
    public static List<String> names() {
        return List.copyOf(BY_CLASS.keySet());
    }
}
