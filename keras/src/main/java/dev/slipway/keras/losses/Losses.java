package dev.slipway.keras.losses;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.config.Serialized;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The losses that come with Slipway, by name. */
public final class Losses {
    private static final Map<String, Function<Config, Loss>> BY_CLASS = new TreeMap<>(Map.ofEntries(
            entry("BinaryCrossentropy", BinaryCrossentropy::new),
            entry("BinaryFocalCrossentropy", BinaryFocalCrossentropy::new),
            entry("CTC", CTC::new),
            entry("CategoricalCrossentropy", CategoricalCrossentropy::new),
            entry("CategoricalFocalCrossentropy", CategoricalFocalCrossentropy::new),
            entry("CategoricalGeneralizedCrossEntropy", CategoricalGeneralizedCrossEntropy::new),
            entry("CategoricalHinge", CategoricalHinge::new),
            entry("Circle", Circle::new),
            entry("CosineSimilarity", CosineSimilarity::new),
            entry("Dice", Dice::new),
            entry("Hinge", Hinge::new),
            entry("Huber", Huber::new),
            entry("KLDivergence", KLDivergence::new),
            entry("LogCosh", LogCosh::new),
            entry("MeanAbsoluteError", MeanAbsoluteError::new),
            entry("MeanAbsolutePercentageError", MeanAbsolutePercentageError::new),
            entry("MeanSquaredError", MeanSquaredError::new),
            entry("MeanSquaredLogarithmicError", MeanSquaredLogarithmicError::new),
            entry("Poisson", Poisson::new),
            entry("SparseCategoricalCrossentropy", SparseCategoricalCrossentropy::new),
            entry("SquaredHinge", SquaredHinge::new),
            entry("Tversky", Tversky::new)));

    /** Keras's functions, their short names, and names of Keras 2. */
    private static final Map<String, String> CLASS_BY_NAME = Map.ofEntries(
            entry("bce", "BinaryCrossentropy"),
            entry("binary_crossentropy", "BinaryCrossentropy"),
            entry("binary_focal_crossentropy", "BinaryFocalCrossentropy"),
            entry("categorical_crossentropy", "CategoricalCrossentropy"),
            entry("categorical_focal_crossentropy", "CategoricalFocalCrossentropy"),
            entry("categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy"),
            entry("categorical_hinge", "CategoricalHinge"),
            entry("circle", "Circle"),
            entry("cosine_similarity", "CosineSimilarity"),
            entry("ctc", "CTC"),
            entry("dice", "Dice"),
            entry("hinge", "Hinge"),
            entry("huber", "Huber"),
            entry("huber_loss", "Huber"),
            entry("kl_divergence", "KLDivergence"),
            entry("kld", "KLDivergence"),
            entry("kullback_leibler_divergence", "KLDivergence"),
            entry("log_cosh", "LogCosh"),
            entry("logcosh", "LogCosh"),
            entry("mae", "MeanAbsoluteError"),
            entry("mape", "MeanAbsolutePercentageError"),
            entry("mean_absolute_error", "MeanAbsoluteError"),
            entry("mean_absolute_percentage_error", "MeanAbsolutePercentageError"),
            entry("mean_squared_error", "MeanSquaredError"),
            entry("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError"),
            entry("mse", "MeanSquaredError"),
            entry("msle", "MeanSquaredLogarithmicError"),
            entry("poisson", "Poisson"),
            entry("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
            entry("squared_hinge", "SquaredHinge"),
            entry("tversky", "Tversky"));

    private Losses() {}

    /**
     * A loss with Keras's defaults.
     *
     * @param name its Keras name, such as {@code mse}, or its class name
     * @return the loss
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Loss named(String name) {
        return of(classNamed(name), Config.json());
    }

    private static String classNamed(String name) {
        String className = CLASS_BY_NAME.getOrDefault(name.toLowerCase(Locale.ROOT), name);
        if (!BY_CLASS.containsKey(className)) {
            throw new IllegalArgumentException("loss '" + name + "' (expected: one of " + names() + "; nearest: "
                    + Nearest.to(name, CLASS_BY_NAME.keySet()) + ")");
        }
        return className;
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
        if (className.equals("LossFunctionWrapper")) {
            return wrapped(config);
        }
        Function<Config, Loss> reader = BY_CLASS.get(className);
        if (reader == null) {
            throw new IllegalArgumentException("loss '" + className + "' (expected: one of " + BY_CLASS.keySet() + ")");
        }
        Config reading = new Config("loss " + className, config);
        requireFloat(reading);
        Loss loss = reader.apply(reading);
        reading.refuseOthers();
        return loss;
    }

    /** A function with its arguments, which are those of the class that stands for it. */
    private static Loss wrapped(ObjectNode config) {
        ObjectNode arguments = config.deepCopy();
        Serialized function = Serialized.parse("loss LossFunctionWrapper: fn", config.path("fn"));
        arguments.remove("fn");
        return of(classNamed(function.className()), arguments);
    }

    /** Losses are computed in float32, whatever a model's type, unless told otherwise. */
    private static void requireFloat(Config config) {
        config.find("dtype").ifPresent(type -> {
            String name = type.isTextual()
                    ? type.textValue()
                    : type.path("config").path("name").asText();
            if (!name.equals("float32")) {
                throw config.refused("dtype", name, "float32");
            }
        });
    }

    /**
     * The classes known.
     *
     * @return Keras's class names, sorted
     */
    public static List<String> classNames() {
        return List.copyOf(BY_CLASS.keySet());
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
