package dev.slipway.keras.regularizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.config.Serialized;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The regularizers that come with Slipway, by name: {@code l1 · sum(|w|) + l2 · sum(w²)} in Keras's three classes, and
 * {@link OrthogonalRegularizer}.
 */
public final class Regularizers {
    private static final double DEFAULT = 0.01;
    private static final Map<String, Function<Config, Regularizer>> BY_CLASS = new TreeMap<>(Map.of(
            "L1", config -> new Norms("L1", strength(config, "l1", DEFAULT), 0),
            "L2", config -> new Norms("L2", 0, strength(config, "l2", DEFAULT)),
            "L1L2", config -> new Norms("L1L2", strength(config, "l1", 0), strength(config, "l2", 0)),
            "OrthogonalRegularizer", OrthogonalRegularizer::read));

    private Regularizers() {}

    /**
     * A regularizer with Keras's defaults.
     *
     * @param name its Keras name, as class ({@code L2}) or in snake case ({@code l2}, {@code l1_l2})
     * @return the regularizer
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Regularizer named(String name) {
        if (name.equals("l1_l2")) {
            return new Norms("L1L2", DEFAULT, DEFAULT);
        }
        String plain = name.replace("_", "");
        return of(
                BY_CLASS.keySet().stream()
                        .filter(known -> known.equalsIgnoreCase(plain))
                        .findFirst()
                        .orElse(name),
                Config.json());
    }

    /** How much of a penalty is added: a number that is not negative. */
    static double strength(Config config, String key, double absent) {
        double found = config.number(key, absent);
        if (!(found >= 0 && found <= Double.MAX_VALUE)) {
            throw config.refused(key, String.valueOf(found), "a finite number >= 0");
        }
        return found;
    }

    /**
     * A regularizer that a file names. One that is not known may be Python code of the file's authors: predictions do not need
     * it; training with it is refused.
     *
     * @param found its class and configuration as the file has them
     * @param own what the program supplies; as in Keras, that comes first
     * @return the regularizer
     * @throws dev.slipway.keras.config.ConfigException if a key of a known one is not supported
     */
    public static Regularizer ofFile(Serialized found, OwnObjects own) {
        return own.find(RegularizerReader.class, found.className())
                .map(reader -> read(reader, found, own))
                .orElseGet(() -> ofKeras(found));
    }

    private static Regularizer read(RegularizerReader reader, Serialized found, OwnObjects own) {
        Config config = new Config("regularizer " + found.className(), found.config(), own);
        Regularizer made = reader.read(config);
        config.refuseOthers();
        return new ForeignRegularizer(found, Optional.of(made));
    }

    private static Regularizer ofKeras(Serialized found) {
        String className = found.className();
        ObjectNode config = found.config();
        String plain = className.replace("_", "");
        return BY_CLASS.keySet().stream()
                .filter(known -> known.equalsIgnoreCase(plain))
                .findFirst()
                .map(known -> config.isEmpty() ? named(className) : of(known, config))
                .orElseGet(() -> new ForeignRegularizer(found, Optional.empty()));
    }

    /**
     * The class names known.
     *
     * @return sorted
     */
    public static List<String> names() {
        return List.copyOf(BY_CLASS.keySet());
    }

    /**
     * A regularizer with a configuration.
     *
     * @param className its Keras class name
     * @param config its configuration
     * @return the regularizer
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Regularizer of(String className, ObjectNode config) {
        Function<Config, Regularizer> reader = BY_CLASS.get(className);
        if (reader == null) {
            throw new IllegalArgumentException(
                    "regularizer '" + className + "' (expected: one of " + BY_CLASS.keySet() + ")");
        }
        Config reading = new Config("regularizer " + className, config);
        Regularizer regularizer = reader.apply(reading);
        reading.refuseOthers();
        return regularizer;
    }

    private record Norms(String className, double l1, double l2) implements Regularizer {
        @Override
        public ObjectNode config() {
            ObjectNode config = Config.json();
            if (!className.equals("L2")) {
                config.put("l1", l1);
            }
            if (!className.equals("L1")) {
                config.put("l2", l2);
            }
            return config;
        }

        @Override
        public Value penalty(Ops ops, Value weight) {
            Value sum = ops.like(weight, 0);
            if (l1 != 0) {
                sum = ops.add(sum, ops.mul(ops.reduceSum(ops.abs(weight), false), ops.like(weight, l1)));
            }
            if (l2 != 0) {
                sum = ops.add(sum, ops.mul(ops.reduceSum(ops.mul(weight, weight), false), ops.like(weight, l2)));
            }
            return sum;
        }
    }
}
