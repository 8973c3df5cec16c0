package dev.slipway.keras.metrics;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.config.Serialized;
import dev.slipway.keras.layers.SnakeCase;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.TargetKind;
import dev.slipway.keras.losses.Targets;
import dev.slipway.keras.losses.UnitVectors;
import dev.slipway.keras.metrics.ConfusionMetric.Counts;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** The metrics that come with Slipway, by their Keras classes and names. */
public final class Metrics {
    private static final int TOP = 5;
    private static final double HALF = 0.5;

    private static final Map<String, Function<Config, Metric>> BY_CLASS = new TreeMap<>(Map.ofEntries(
            entry("AUC", Curves::read),
            entry("Accuracy", config -> mean("accuracy", config, Accuracies::exact)),
            entry("BinaryAccuracy", Metrics::binaryAccuracy),
            entry("BinaryCrossentropy", config -> ofLoss("BinaryCrossentropy", "binary_crossentropy", config)),
            entry("BinaryIoU", IntersectionOverUnion::readBinary),
            entry("CategoricalAccuracy", config -> mean("categorical_accuracy", config, Accuracies::categorical)),
            entry(
                    "CategoricalCrossentropy",
                    config -> ofLoss("CategoricalCrossentropy", "categorical_crossentropy", config)),
            entry("CategoricalHinge", config -> ofLoss("CategoricalHinge", "categorical_hinge", config)),
            entry("ConcordanceCorrelation", Metrics::concordance),
            entry("CosineSimilarity", Metrics::cosine),
            entry("F1Score", config -> FBeta.read(config, "f1_score", 1)),
            entry("FBetaScore", config -> FBeta.read(config, "fbeta_score", config.number("beta", 1))),
            entry("FalseNegatives", config -> Confusions.count(config, "false_negatives", Counts::falseNegatives)),
            entry("FalsePositives", config -> Confusions.count(config, "false_positives", Counts::falsePositives)),
            entry("Hinge", config -> ofLoss("Hinge", "hinge", config)),
            entry("IoU", config -> IntersectionOverUnion.read(config, "io_u", false, true)),
            entry("KLDivergence", config -> ofLoss("KLDivergence", "kl_divergence", config)),
            entry("LogCoshError", config -> ofLoss("LogCosh", "logcosh", config)),
            entry("MeanAbsoluteError", config -> ofLoss("MeanAbsoluteError", "mean_absolute_error", config)),
            entry(
                    "MeanAbsolutePercentageError",
                    config -> ofLoss("MeanAbsolutePercentageError", "mean_absolute_percentage_error", config)),
            entry("MeanIoU", config -> IntersectionOverUnion.read(config, "mean_io_u", true, true)),
            entry("MeanSquaredError", config -> ofLoss("MeanSquaredError", "mean_squared_error", config)),
            entry(
                    "MeanSquaredLogarithmicError",
                    config -> ofLoss("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error", config)),
            entry("OneHotIoU", config -> IntersectionOverUnion.read(config, "one_hot_io_u", false, false)),
            entry("OneHotMeanIoU", config -> IntersectionOverUnion.read(config, "one_hot_mean_io_u", true, false)),
            entry("PearsonCorrelation", Metrics::pearson),
            entry("Poisson", config -> ofLoss("Poisson", "poisson", config)),
            entry("Precision", config -> Confusions.share(config, "precision", Counts::falsePositives)),
            entry(
                    "PrecisionAtRecall",
                    config -> Confusions.bounded(
                            config, "precision_at_recall", "recall", Confusions::recall, Confusions::precision)),
            entry("R2Score", R2Score::read),
            entry("Recall", config -> Confusions.share(config, "recall", Counts::falseNegatives)),
            entry(
                    "RecallAtPrecision",
                    config -> Confusions.bounded(
                            config, "recall_at_precision", "precision", Confusions::precision, Confusions::recall)),
            entry(
                    "RootMeanSquaredError",
                    config -> RootMeanSquaredError.named(config.text("name", "root_mean_squared_error"))),
            entry(
                    "SensitivityAtSpecificity",
                    config -> Confusions.bounded(
                            config,
                            "sensitivity_at_specificity",
                            "specificity",
                            Confusions::specificity,
                            Confusions::recall)),
            entry(
                    "SparseCategoricalAccuracy",
                    config -> mean("sparse_categorical_accuracy", config, Accuracies::sparse)),
            entry(
                    "SparseCategoricalCrossentropy",
                    config -> ofLoss("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy", config)),
            entry("SparseTopKCategoricalAccuracy", Metrics::topSparse),
            entry(
                    "SpecificityAtSensitivity",
                    config -> Confusions.bounded(
                            config,
                            "specificity_at_sensitivity",
                            "sensitivity",
                            Confusions::recall,
                            Confusions::specificity)),
            entry("SquaredHinge", config -> ofLoss("SquaredHinge", "squared_hinge", config)),
            entry("TopKCategoricalAccuracy", Metrics::topCategorical),
            entry("TrueNegatives", config -> Confusions.count(config, "true_negatives", Counts::trueNegatives)),
            entry("TruePositives", config -> Confusions.count(config, "true_positives", Counts::truePositives))));

    /** Those that read the type of their counts themselves. */
    private static final Set<String> COUNTED_IN_INTEGERS =
            Set.of("BinaryIoU", "IoU", "MeanIoU", "OneHotIoU", "OneHotMeanIoU");

    private static final Map<String, String> SHORT = Map.of(
            "bce", "BinaryCrossentropy",
            "mae", "MeanAbsoluteError",
            "mape", "MeanAbsolutePercentageError",
            "mse", "MeanSquaredError",
            "msle", "MeanSquaredLogarithmicError");

    private static final Map<String, String> CLASS_BY_NAME = classByName();

    private Metrics() {}

    /** The words of each class in snake case, and short names in both cases. */
    private static Map<String, String> classByName() {
        Map<String, String> names = new TreeMap<>();
        BY_CLASS.keySet().forEach(className -> names.put(SnakeCase.of(className), className));
        SHORT.forEach((name, className) -> {
            names.put(name, className);
            names.put(name.toUpperCase(Locale.ROOT), className);
        });
        return names;
    }

    /**
     * A metric by name. {@code accuracy} and {@code acc}, in any case, mean the binary, categorical or sparse one, as the
     * shapes say; the name of a loss means its mean.
     *
     * @param name its Keras name, under which it is shown
     * @param target the shape of the targets
     * @param prediction the shape of the output
     * @return the metric
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Metric named(String name, Shape target, Shape prediction) {
        String meant = isAnyAccuracy(name)
                ? TargetKind.of(target, prediction).prefix() + "Accuracy"
                : CLASS_BY_NAME.getOrDefault(name, name);
        if (BY_CLASS.containsKey(meant)) {
            return of(meant, Config.json().put("name", name));
        }
        if (Losses.names().contains(name)) {
            return new MeanMetric(name, Losses.named(name)::rows);
        }
        throw new IllegalArgumentException(
                "metric '" + name + "' (expected: one of " + names() + "; nearest: " + Nearest.to(name, names()) + ")");
    }

    private static boolean isAnyAccuracy(String name) {
        return name.equalsIgnoreCase("accuracy") || name.equalsIgnoreCase("acc");
    }

    /**
     * A metric with a configuration.
     *
     * @param className its Keras class name
     * @param config its configuration
     * @return the metric
     * @throws IllegalArgumentException if there is none of that name
     * @throws dev.slipway.keras.config.ConfigException if a key is not supported
     */
    public static Metric of(String className, ObjectNode config) {
        if (className.equals("MeanMetricWrapper")) {
            return wrapped(config);
        }
        Function<Config, Metric> reader = BY_CLASS.get(className);
        if (reader == null) {
            throw new IllegalArgumentException(
                    "metric '" + className + "' (expected: one of " + BY_CLASS.keySet() + ")");
        }
        Config reading = new Config("metric " + className, config);
        if (!COUNTED_IN_INTEGERS.contains(className)) {
            requireFloat(reading);
        }
        Metric metric = reader.apply(reading);
        reading.refuseOthers();
        return metric;
    }

    private static void requireFloat(Config config) {
        config.find("dtype").ifPresent(type -> {
            String found = type.isTextual()
                    ? type.textValue()
                    : type.path("config").path("name").asText();
            if (!found.equals("float32")) {
                throw config.refused("dtype", found, "float32");
            }
        });
    }

    /** A function with its arguments, which are those of the class that stands for it. */
    private static Metric wrapped(ObjectNode config) {
        ObjectNode arguments = config.deepCopy();
        String function = Serialized.parse("metric MeanMetricWrapper: fn", config.path("fn"))
                .className();
        arguments.remove("fn");
        String className = CLASS_BY_NAME.getOrDefault(function, function);
        return BY_CLASS.containsKey(className) ? of(className, arguments) : ofFunction(function, arguments);
    }

    private static Metric ofFunction(String function, ObjectNode arguments) {
        String name = arguments.path("name").asText(function);
        arguments.remove(List.of("name", "dtype"));
        Loss loss = Losses.of(Losses.named(function).className(), arguments);
        return new MeanMetric(name, loss::rows);
    }

    /**
     * Refuses a name that is not known, or that of a class that needs a configuration.
     *
     * @param name the name
     * @throws IllegalArgumentException naming the nearest, or what is missing
     */
    public static void requireKnown(String name) {
        if (!BY_CLASS.containsKey(name)
                && !names().contains(name)
                && !Losses.names().contains(name)) {
            named(name, Shape.of(1, 1), Shape.of(1, 1));
        }
    }

    /**
     * Whether a name is that of a function in Keras, which finds it among losses only: a file of Keras 3 has to say so.
     *
     * @param name a name that is known here
     * @return true for names of losses without a metric of their own
     */
    public static boolean isLossAlone(String name) {
        return !BY_CLASS.containsKey(name)
                && !CLASS_BY_NAME.containsKey(name)
                && Losses.names().contains(name);
    }

    /**
     * The names known.
     *
     * @return sorted
     */
    public static List<String> names() {
        return Stream.concat(CLASS_BY_NAME.keySet().stream(), Stream.of("accuracy", "acc"))
                .filter(name -> !SHORT.containsKey(name.toLowerCase(Locale.ROOT)) || SHORT.containsKey(name))
                .distinct()
                .sorted()
                .toList();
    }

    /**
     * The classes known.
     *
     * @return Keras's class names, sorted
     */
    public static List<String> classNames() {
        return List.copyOf(BY_CLASS.keySet());
    }

    private static Metric mean(String name, Config config, MeanMetric.Values values) {
        return new MeanMetric(config.text("name", name), values);
    }

    /** The mean of a loss, whose keys a metric has too, but for the reduction. */
    private static Metric ofLoss(String className, String name, Config config) {
        ObjectNode options = Config.json();
        for (String key : new String[] {"from_logits", "label_smoothing", "axis"}) {
            config.find(key).ifPresent(value -> options.set(key, value));
        }
        Loss loss = Losses.of(className, options);
        return mean(name, config, loss::rows);
    }

    private static Metric binaryAccuracy(Config config) {
        double threshold = config.number("threshold", HALF);
        return mean("binary_accuracy", config, (ops, t, p) -> Accuracies.binary(ops, t, p, threshold));
    }

    private static Metric topCategorical(Config config) {
        int k = config.integer("k", TOP);
        return mean("top_k_categorical_accuracy", config, (ops, t, p) -> Accuracies.topCategorical(ops, t, p, k));
    }

    private static Metric topSparse(Config config) {
        int k = config.integer("k", TOP);
        return mean("sparse_top_k_categorical_accuracy", config, (ops, t, p) -> Accuracies.topSparse(ops, t, p, k));
    }

    private static Metric cosine(Config config) {
        int axis = config.integer("axis", -1);
        return mean("cosine_similarity", config, (ops, t, p) -> {
            Ranks ranks = Targets.aligned(ops, t, p);
            return UnitVectors.cosine(ops, ranks.first(), ranks.second(), axis);
        });
    }

    private static Metric pearson(Config config) {
        int axis = config.integer("axis", -1);
        return mean("pearson_correlation", config, (ops, t, p) -> Correlations.pearson(ops, t, p, axis));
    }

    private static Metric concordance(Config config) {
        int axis = config.integer("axis", -1);
        return mean("concordance_correlation", config, (ops, t, p) -> Correlations.concordance(ops, t, p, axis));
    }
}
