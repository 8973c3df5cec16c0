package dev.slipway.keras.initializers;

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

/** The initializers that come with Slipway, by name. */
public final class Initializers {
    private static final Map<String, Function<Config, Initializer>> BY_CLASS = new TreeMap<>();

    /** Other names that Keras has for some. */
    private static final Map<String, String> ALIASES =
            Map.of("uniform", "RandomUniform", "normal", "RandomNormal", "one", "Ones", "zero", "Zeros");

    static {
        BY_CLASS.put("Zeros", config -> Filling.of("Zeros", 0));
        BY_CLASS.put("Ones", config -> Filling.of("Ones", 1));
        BY_CLASS.put("Constant", GivenArray::readConstant);
        BY_CLASS.put("Identity", config -> new Identity(config.number("gain", 1)));
        BY_CLASS.put("Orthogonal", Orthogonal::read);
        BY_CLASS.put("RandomNormal", Sampling::randomNormal);
        BY_CLASS.put("TruncatedNormal", Sampling::truncatedNormal);
        BY_CLASS.put("RandomUniform", Sampling::randomUniform);
        BY_CLASS.put("VarianceScaling", VarianceScaling::read);
        for (VarianceScaling.Preset preset : VarianceScaling.Preset.values()) {
            BY_CLASS.put(preset.className(), config -> VarianceScaling.read(preset, config));
        }
    }

    private Initializers() {}

    /**
     * An initializer with Keras's defaults.
     *
     * @param name its Keras name, as class ({@code GlorotUniform}) or in snake case ({@code glorot_uniform})
     * @return the initializer
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Initializer named(String name) {
        String alias = ALIASES.getOrDefault(name, name);
        String plain = alias.replace("_", "");
        String className = BY_CLASS.keySet().stream()
                .filter(known -> known.equalsIgnoreCase(plain))
                .findFirst()
                .orElse(name);
        return of(className, Config.json());
    }

    /**
     * An initializer of one number.
     *
     * @param value the number that every weight begins with
     * @return the initializer
     */
    public static Initializer constant(double value) {
        return of("Constant", Config.json().put("value", value));
    }

    /**
     * An initializer with a configuration.
     *
     * @param className its Keras class name, which some versions end in {@code Initializer}
     * @param config its configuration
     * @return the initializer
     * @throws IllegalArgumentException if there is none of that name
     * @throws dev.slipway.keras.config.ConfigException if a key is not supported
     */
    public static Initializer of(String className, ObjectNode config) {
        Function<Config, Initializer> reader = BY_CLASS.get(className.replaceFirst("Initializer$", ""));
        if (reader == null) {
            throw new IllegalArgumentException("initializer '" + className + "' (expected: one of " + names()
                    + "; nearest: " + Nearest.to(className, BY_CLASS.keySet()) + ")");
        }
        Config reading = new Config("initializer " + className, config);
        Initializer initializer = reader.apply(reading);
        reading.refuseOthers();
        return initializer;
    }

    /**
     * An initializer that a file names. One that is not known may be Python code of the file's authors: weights read from a
     * file do not need it; making a weight by it is refused.
     *
     * @param found its class and configuration as the file has them
     * @param own what the program supplies; as in Keras, that comes first
     * @return the initializer
     * @throws dev.slipway.keras.config.ConfigException if a key of a known one is not supported
     */
    public static Initializer ofFile(Serialized found, OwnObjects own) {
        return own.find(InitializerReader.class, found.className())
                .map(reader -> read(reader, found, own))
                .orElseGet(() -> ofKeras(found));
    }

    private static Initializer read(InitializerReader reader, Serialized found, OwnObjects own) {
        Config config = new Config("initializer " + found.className(), found.config(), own);
        Initializer made = reader.read(config);
        config.refuseOthers();
        return new ForeignInitializer(found, Optional.of(made));
    }

    private static Initializer ofKeras(Serialized found) {
        String className = found.className();
        ObjectNode config = found.config();
        String alias = ALIASES.getOrDefault(className, className);
        String plain = alias.replace("_", "").replaceFirst("Initializer$", "");
        return BY_CLASS.keySet().stream()
                .filter(known -> known.equalsIgnoreCase(plain))
                .findFirst()
                .map(known -> config.isEmpty() ? named(className) : of(known, config))
                .orElseGet(() -> new ForeignInitializer(found, Optional.empty()));
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
