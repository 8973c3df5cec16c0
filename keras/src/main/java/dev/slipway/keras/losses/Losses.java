package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Nearest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The losses that come with Slipway, by name. */
public final class Losses {
    private static final Map<String, Function<Config, Loss>> BY_CLASS = new TreeMap<>(Map.of(
            "MeanSquaredError", MeanSquaredError::new,
            "MeanAbsoluteError", MeanAbsoluteError::new,
            "Huber", Huber::new,
            "BinaryCrossentropy", BinaryCrossentropy::new,
            "CategoricalCrossentropy", CategoricalCrossentropy::new,
            "SparseCategoricalCrossentropy", SparseCategoricalCrossentropy::new));

    private static final Map<String, String> CLASS_BY_NAME = Map.of(
            "mse", "MeanSquaredError",
            "mean_squared_error", "MeanSquaredError",
            "mae", "MeanAbsoluteError",
            "mean_absolute_error", "MeanAbsoluteError",
            "huber", "Huber",
            "huber_loss", "Huber",
            "bce", "BinaryCrossentropy",
            "binary_crossentropy", "BinaryCrossentropy",
            "categorical_crossentropy", "CategoricalCrossentropy",
            "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy");

    private Losses() {}

    /**
     * A loss with Keras's defaults.
     *
     * @param name its Keras name, such as {@code mse}, or its class name
     * @return the loss
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Loss named(String name) {
        String className = CLASS_BY_NAME.getOrDefault(name.toLowerCase(Locale.ROOT), name);
        if (!BY_CLASS.containsKey(className)) {
            throw new IllegalArgumentException("loss '" + name + "' (expected: one of " + names() + "; nearest: "
                    + Nearest.to(name, CLASS_BY_NAME.keySet()) + ")");
        }
        return of(className, Config.json());
    }

    /**
     * A loss by name. {@code crossentropy} and {@code ce} mean the binary, categorical or sparse one, as the shapes say.
     *
     * @param name its Keras name or class name
     * @param target the shape of the targets
     * @param prediction the shape of the output
     * @return the loss
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Loss named(String name, Shape target, Shape prediction) {
        if (!isAnyCrossentropy(name)) {
            return named(name);
        }
        return of(TargetKind.of(target, prediction).prefix() + "Crossentropy", Config.json());
    }

    private static boolean isAnyCrossentropy(String name) {
        return name.equalsIgnoreCase("crossentropy") || name.equalsIgnoreCase("ce");
    }

    /**
     * Refuses a name that is not known.
     *
     * @param name the name
     * @throws IllegalArgumentException naming the nearest
     */
    public static void requireKnown(String name) {
        if (!isAnyCrossentropy(name)) {
            named(name);
        }
    }

    /**
     * A loss with a configuration.
     *
     * @param className its Keras class name
     * @param config its configuration
     * @return the loss
     * @throws IllegalArgumentException if there is none of that name
     * @throws dev.slipway.keras.config.ConfigException if a key is not supported
     */
    public static Loss of(String className, ObjectNode config) {
        Function<Config, Loss> reader = BY_CLASS.get(className);
        if (reader == null) {
            throw new IllegalArgumentException("loss '" + className + "' (expected: one of " + BY_CLASS.keySet() + ")");
        }
        Config reading = new Config("loss " + className, config);
        reading.ignore("dtype", "fn");
        Loss loss = reader.apply(reading);
        reading.refuseOthers();
        return loss;
    }

    /**
     * The names known.
     *
     * @return Keras's snake-case names, sorted
     */
    public static List<String> names() {
        return CLASS_BY_NAME.keySet().stream().sorted().toList();
    }
}
