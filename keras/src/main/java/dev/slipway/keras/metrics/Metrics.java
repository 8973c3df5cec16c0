package dev.slipway.keras.metrics;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.losses.Targets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;

/** The metrics that come with Slipway, by their Keras names. */
public final class Metrics {
    private static final double THRESHOLD = 0.5;
    private static final Map<String, MeanMetric.Values> BY_NAME = new TreeMap<>();

    static {
        for (String loss : List.of(
                "mean_squared_error",
                "mean_absolute_error",
                "binary_crossentropy",
                "categorical_crossentropy",
                "sparse_categorical_crossentropy")) {
            BY_NAME.put(loss, ofLoss(loss));
        }
        BY_NAME.put("mse", ofLoss("mse"));
        BY_NAME.put("mae", ofLoss("mae"));
        BY_NAME.put("root_mean_squared_error", Metrics::squaredError);
        BY_NAME.put("binary_accuracy", Metrics::binaryAccuracy);
        BY_NAME.put("categorical_accuracy", Metrics::categoricalAccuracy);
        BY_NAME.put("sparse_categorical_accuracy", Metrics::sparseCategoricalAccuracy);
    }

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
        String meant = name.equals("accuracy") || name.equals("acc") ? accuracy(target, prediction) : name;
        MeanMetric.Values values = BY_NAME.get(meant);
        if (values == null) {
            throw new IllegalArgumentException("metric '" + name + "' (expected: one of " + names() + "; nearest: "
                    + Nearest.to(name, names()) + ")");
        }
        DoubleUnaryOperator finish =
                meant.equals("root_mean_squared_error") ? Math::sqrt : DoubleUnaryOperator.identity();
        return new MeanMetric(name, values, finish);
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
        TreeMap<String, Boolean> names = new TreeMap<>();
        BY_NAME.keySet().forEach(name -> names.put(name, true));
        names.put("accuracy", true);
        names.put("acc", true);
        return List.copyOf(names.keySet());
    }

    /** Source: {@code keras.trainers.compile_utils.get_metric}. */
    private static String accuracy(Shape target, Shape prediction) {
        boolean binary = prediction.dimension(-1).is(1);
        boolean sparse =
                target.rank() < prediction.rank() || (target.dimension(-1).is(1) && !binary);
        return binary ? "binary_accuracy" : sparse ? "sparse_categorical_accuracy" : "categorical_accuracy";
    }

    private static MeanMetric.Values ofLoss(String name) {
        Loss loss = Losses.named(name);
        boolean sparse = name.startsWith("sparse");
        return (ops, target, prediction) ->
                loss.values(ops, Targets.align(ops, target, prediction, !sparse), prediction);
    }

    private static Value squaredError(Ops ops, Value target, Value prediction) {
        Value error = ops.sub(prediction, Targets.align(ops, target, prediction, true));
        return ops.mul(error, error);
    }

    private static Value binaryAccuracy(Ops ops, Value target, Value prediction) {
        Value aligned = Targets.align(ops, target, prediction, true);
        Value decided = ops.cast(ops.greater(prediction, ops.like(prediction, THRESHOLD)), prediction.type());
        return ops.reduceMean(ops.cast(ops.equal(aligned, decided), DataType.FLOAT), false, -1);
    }

    private static Value categoricalAccuracy(Ops ops, Value target, Value prediction) {
        Value aligned = Targets.align(ops, target, prediction, true);
        return ops.equal(ops.argMax(aligned, -1), ops.argMax(prediction, -1));
    }

    private static Value sparseCategoricalAccuracy(Ops ops, Value target, Value prediction) {
        boolean column = target.shape().rank() == prediction.shape().rank()
                && target.shape().dimension(-1).is(1);
        Value classes = column ? ops.squeeze(target, -1) : target;
        return ops.equal(ops.cast(classes, DataType.INT64), ops.argMax(prediction, -1));
    }
}
