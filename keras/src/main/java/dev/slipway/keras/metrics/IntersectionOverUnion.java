package dev.slipway.keras.metrics;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.losses.SampleWeights;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How well regions agree: the mean over some classes of the places where target and prediction both are that class, over
 * the places where one is. Classes that come nowhere are left out, as are places whose target or prediction is none of the
 * classes. Counts are whole numbers unless {@code dtype} says others, so
 * that weights lose what is behind the point.
 *
 * <p>Source: {@code keras.src.metrics.iou_metrics} of Keras 3.15.
 *
 * @param name the name under which it is shown
 * @param classes how many classes there are
 * @param counted the classes whose mean it is
 * @param ignored a class of targets whose places do not count
 * @param form what targets and predictions are
 * @param isWhole whether counts are whole numbers
 */
record IntersectionOverUnion(
        String name, int classes, List<Integer> counted, Optional<Integer> ignored, Form form, boolean isWhole)
        implements Metric {
    private static final Set<String> WHOLE = Set.of("int", "int32", "int64");
    private static final double EPSILON = 1e-7;
    private static final double NOWHERE = 1e-9;

    /**
     * What targets and predictions are.
     *
     * @param sparseTargets whether targets are class numbers rather than vectors
     * @param sparsePredictions whether predictions are
     * @param axis along which vectors lie
     * @param threshold from what on a prediction is class 1 of two; empty if predictions are classes themselves
     */
    record Form(boolean sparseTargets, boolean sparsePredictions, int axis, Optional<Double> threshold) {}

    /** Reads the metrics of class numbers; the mean is that over all classes. */
    static Metric read(Config config, String name, boolean mean, boolean sparse) {
        int classes = config.integer("num_classes");
        config.ignore("sparse_y_true", "sparse_y_pred", "target_class_ids");
        List<Integer> all = IntStream.range(0, classes).boxed().toList();
        List<Integer> counted = mean
                ? all
                : ids(config).orElseThrow(() -> config.refused("target_class_ids", "nothing", "a list of classes"));
        if (!all.containsAll(counted)) {
            throw config.refused("target_class_ids", counted.toString(), "classes in [0, " + classes + ")");
        }
        Form form = new Form(
                sparse && config.truth("sparse_y_true", true),
                config.truth("sparse_y_pred", sparse),
                config.integer("axis", -1),
                Optional.empty());
        Optional<Integer> ignored = config.find("ignore_class").map(found -> config.integer("ignore_class"));
        return new IntersectionOverUnion(config.text("name", name), classes, counted, ignored, form, isWhole(config));
    }

    static Metric readBinary(Config config) {
        Form form = new Form(true, true, -1, Optional.of(config.number("threshold", 0.5)));
        List<Integer> counted = ids(config).orElse(List.of(0, 1));
        return new IntersectionOverUnion(
                config.text("name", "binary_io_u"), 2, counted, Optional.empty(), form, isWhole(config));
    }

    private static boolean isWhole(Config config) {
        String type = config.find("dtype")
                .map(found -> found.isTextual()
                        ? found.textValue()
                        : found.at("/config/name").asText())
                .orElse("int");
        if (!WHOLE.contains(type) && !type.equals("float32")) {
            throw config.refused("dtype", type, "int, int32, int64 or float32");
        }
        return WHOLE.contains(type);
    }

    private static Optional<List<Integer>> ids(Config config) {
        return config.numbers("target_class_ids")
                .map(ids -> DoubleStream.of(ids).mapToObj(id -> (int) id).toList());
    }

    @Override
    public List<Shape> state() {
        return List.of(Shape.of((long) classes * classes));
    }

    @Override
    public List<Value> update(Ops ops, List<Value> state, Outcome outcome) {
        Value target = classes(ops, outcome.target(), form.sparseTargets());
        Value weights = flat(ops, weights(ops, target, outcome.sampleWeight()));
        Value truth = flat(ops, target);
        Value guess = flat(ops, classes(ops, decided(ops, outcome.prediction()), form.sparsePredictions()));
        Value counts = ops.and(isClass(ops, truth), isClass(ops, guess));
        if (ignored.isPresent()) {
            counts = ops.and(counts, ops.not(ops.equal(truth, ops.like(truth, ignored.get()))));
        }
        Value place = ops.add(ops.mul(truth, ops.like(truth, classes)), guess);
        Value places = ops.mul(place, ops.cast(counts, DataType.INT64));
        Value added = ops.mul(weights, ops.cast(counts, DataType.FLOAT));
        return List.of(ops.scatterElements(state.get(0), places, added, 0, true));
    }

    private Value isClass(Ops ops, Value id) {
        return ops.and(ops.greaterOrEqual(id, ops.like(id, 0)), ops.less(id, ops.like(id, classes)));
    }

    private Value decided(Ops ops, Value prediction) {
        return form.threshold()
                .map(t -> ops.greaterOrEqual(prediction, ops.like(prediction, t)))
                .orElse(prediction);
    }

    private Value classes(Ops ops, Value x, boolean sparse) {
        return sparse ? ops.cast(x, DataType.INT64) : ops.argMax(x, form.axis());
    }

    private Value weights(Ops ops, Value target, Optional<Value> weight) {
        Value ones = ops.expandLike(ops.constant(DataType.FLOAT, 1.0), target);
        return weight.map(w -> isWhole ? ops.cast(w, DataType.INT64) : w)
                .map(w -> SampleWeights.product(ops, ones, ops.cast(w, DataType.FLOAT)))
                .orElse(ones);
    }

    private static Value flat(Ops ops, Value x) {
        return ops.reshape(x, ops.constant(-1L), Shape.of(List.of(Dimension.symbol("places"))));
    }

    @Override
    public double[] result(List<Tensor> state) {
        Tensor matrix = state.get(0);
        double sum = 0;
        int found = 0;
        for (int id : counted) {
            double both = matrix.element(id * classes + id);
            double either = -both;
            for (int other = 0; other < classes; other++) {
                either += matrix.element(id * classes + other) + matrix.element(other * classes + id);
            }
            sum += both / (either + EPSILON);
            found += either > NOWHERE ? 1 : 0;
        }
        return new double[] {sum / (found + EPSILON)};
    }
}
