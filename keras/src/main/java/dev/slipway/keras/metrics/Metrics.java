package dev.slipway.keras.metrics;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.losses.Ranks;
import dev.slipway.keras.losses.TargetKind;
import dev.slipway.keras.losses.Targets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;

/** The metrics that come with Slipway, by their Keras classes and names. */
public final class Metrics {
    private static final double THRESHOLD = 0.5;
    private static final Map<String, Function<Config, MeanMetric>> BY_CLASS = new TreeMap<>(Map.of(
            "MeanSquaredError", config -> ofLoss("MeanSquaredError", config),
            "MeanAbsoluteError", config -> ofLoss("MeanAbsoluteError", config),
            "BinaryCrossentropy", config -> ofLoss("BinaryCrossentropy", config),
            "CategoricalCrossentropy", config -> ofLoss("CategoricalCrossentropy", config),
            "SparseCategoricalCrossentropy", config -> ofLoss("SparseCategoricalCrossentropy", config),
            "RootMeanSquaredError", Metrics::rootMeanSquaredError,
            "BinaryAccuracy", Metrics::binaryAccuracy,
            "CategoricalAccuracy", config -> mean("categorical_accuracy", config, Metrics::categoricalAccuracy),
            "SparseCategoricalAccuracy",
                    config -> mean("sparse_categorical_accuracy", config, Metrics::sparseCategoricalAccuracy)));

    private static final Map<String, String> CLASS_BY_NAME = Map.ofEntries(
            entry("mse", "MeanSquaredError"),
            entry("mean_squared_error", "MeanSquaredError"),
            entry("mae", "MeanAbsoluteError"),
            entry("mean_absolute_error", "MeanAbsoluteError"),
            entry("bce", "BinaryCrossentropy"),
            entry("binary_crossentropy", "BinaryCrossentropy"),
            entry("categorical_crossentropy", "CategoricalCrossentropy"),
            entry("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
            entry("root_mean_squared_error", "RootMeanSquaredError"),
            entry("binary_accuracy", "BinaryAccuracy"),
            entry("categorical_accuracy", "CategoricalAccuracy"),
            entry("sparse_categorical_accuracy", "SparseCategoricalAccuracy"));

    private Metrics() {}

    /**
     * A metric by name. {@code accuracy} and {@code acc} mean the binary, categorical or sparse one, as the shapes say.
     *
     * @param name its Keras name, under which it is shown
     * @param target the shape of the targets
     * @param prediction the shape of the output
     * @return the metric
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Metric named(String name, Shape target, Shape prediction) {
        String meant = name.equals("accuracy") || name.equals("acc")
                ? TargetKind.of(target, prediction).prefix() + "Accuracy"
                : CLASS_BY_NAME.getOrDefault(name, name);
        if (!BY_CLASS.containsKey(meant)) {
            throw new IllegalArgumentException("metric '" + name + "' (expected: one of " + names() + "; nearest: "
                    + Nearest.to(name, names()) + ")");
        }
        return of(meant, Config.json().put("name", name));
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
        Function<Config, MeanMetric> reader = BY_CLASS.get(className);
        if (reader == null) {
            throw new IllegalArgumentException(
                    "metric '" + className + "' (expected: one of " + BY_CLASS.keySet() + ")");
        }
        Config reading = new Config("metric " + className, config);
        String type = reading.text("dtype", "float32");
        if (!type.equals("float32")) {
            throw reading.refused("dtype", type, "float32");
        }
        Metric metric = reader.apply(reading);
        reading.refuseOthers();
        return metric;
    }

    /**
     * Refuses a name that is not known.
     *
     * @param name the name
     * @throws IllegalArgumentException naming the nearest
     */
    public static void requireKnown(String name) {
        named(name, Shape.of(1, 1), Shape.of(1, 1));
    }

    /**
     * The names known.
     *
     * @return sorted
     */
    public static List<String> names() {
        return Stream.concat(CLASS_BY_NAME.keySet().stream(), Stream.of("accuracy", "acc"))
                .sorted()
                .toList();
    }

    private static MeanMetric mean(String name, Config config, MeanMetric.Values values) {
        return new MeanMetric(config.text("name", name), values, DoubleUnaryOperator.identity());
    }

    /** The mean of a loss, whose keys a metric has too, but for the reduction. */
    private static MeanMetric ofLoss(String className, Config config) {
        ObjectNode options = Config.json();
        for (String key : new String[] {"from_logits", "label_smoothing", "axis"}) {
            config.find(key).ifPresent(value -> options.set(key, value));
        }
        Loss loss = Losses.of(className, options);
        return mean(loss.name(), config, loss::rows);
    }

    private static MeanMetric rootMeanSquaredError(Config config) {
        MeanMetric.Values squares = (ops, target, prediction) -> {
            Ranks aligned = Targets.aligned(ops, target, prediction);
            Value error = ops.sub(aligned.second(), aligned.first());
            return ops.mul(error, error);
        };
        return new MeanMetric(config.text("name", "root_mean_squared_error"), squares, Math::sqrt);
    }

    private static MeanMetric binaryAccuracy(Config config) {
        double threshold = config.number("threshold", THRESHOLD);
        return mean("binary_accuracy", config, (ops, target, prediction) -> {
            Ranks aligned = Targets.aligned(ops, target, prediction);
            Value found = aligned.second();
            Value decided = ops.cast(ops.greater(found, ops.like(found, threshold)), found.type());
            return ops.reduceMean(ops.cast(ops.equal(aligned.first(), decided), DataType.FLOAT), false, -1);
        });
    }

    private static Value categoricalAccuracy(Ops ops, Value target, Value prediction) {
        Ranks aligned = Targets.aligned(ops, target, prediction);
        return ops.equal(ops.argMax(aligned.first(), -1), ops.argMax(aligned.second(), -1));
    }

    private static Value sparseCategoricalAccuracy(Ops ops, Value target, Value prediction) {
        boolean column = target.shape().rank() == prediction.shape().rank()
                && target.shape().dimension(-1).is(1);
        Value classes = column ? ops.squeeze(target, -1) : target;
        return ops.equal(ops.cast(classes, DataType.INT64), ops.argMax(prediction, -1));
    }
}
