package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code (x - mean) / max(sqrt(variance), 1e-7)} along some axes; inverted, {@code mean + x · max(sqrt(variance), 1e-7)}.
 *
 * <p>Weights, unless mean and variance are given: {@code mean} and {@code variance}, one number for each place of the kept
 * axes, and {@code count []}; they are not trained.
 *
 * <p>Source: {@code keras.layers.Normalization}.
 */
public final class Normalization extends Layer {
    private static final double EPSILON = 1e-7;

    private final int[] axes;
    private final boolean invert;
    private final Optional<GivenNumbers> mean;
    private final Optional<GivenNumbers> variance;

    private Normalization(
            String name, int[] axes, boolean invert, Optional<GivenNumbers> mean, Optional<GivenNumbers> variance) {
        super(name, true);
        this.axes = axes;
        this.invert = invert;
        this.mean = mean;
        this.variance = variance;
    }

    /**
     * Normalizes the last axis with given numbers.
     *
     * @param mean the mean for each place of the last axis
     * @param variance the variance for each place of the last axis
     * @return the layer
     */
    public static Normalization of(double[] mean, double[] variance) {
        return new Normalization(
                "",
                new int[] {-1},
                false,
                Optional.of(GivenNumbers.listOf(mean)),
                Optional.of(GivenNumbers.listOf(variance)));
    }

    /**
     * Normalizes the last axis by what data have.
     *
     * @param data rows to learn from, numbers of shape {@code […, features]}
     * @return the layer
     * @throws IllegalArgumentException if there is no row
     */
    public static Normalization adapt(Tensor data) {
        int features = (int) data.shape().size(-1);
        int count = (int) data.shape().elementCount();
        if (count == 0) {
            throw new IllegalArgumentException("adapt: " + data + " (expected: at least one row)");
        }
        double[] mean = new double[features];
        double[] variance = new double[features];
        int rows = count / features;
        for (int i = 0; i < count; i++) {
            mean[i % features] += data.element(i) / rows;
        }
        for (int i = 0; i < count; i++) {
            double distance = data.element(i) - mean[i % features];
            variance[i % features] += distance * distance / rows;
        }
        return of(mean, variance);
    }

    static Normalization read(String name, Config config) {
        config.ignore("trainable");
        int[] absent = config.isNull("axis") ? new int[0] : new int[] {-1};
        int[] axes = config.numbers("axis").map(Normalization::ints).orElse(absent);
        Optional<GivenNumbers> mean = GivenNumbers.find(config, "mean");
        Optional<GivenNumbers> variance = GivenNumbers.find(config, "variance");
        if (mean.isPresent() != variance.isPresent()) {
            throw config.refused("mean", mean.isPresent() + "", "both mean and variance, or neither");
        }
        return new Normalization(name, axes, config.truth("invert", false), mean, variance);
    }

    private static int[] ints(double[] numbers) {
        return Arrays.stream(numbers).mapToInt(d -> (int) d).toArray();
    }

    @Override
    public String className() {
        return "Normalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        if (axes.length == 0) {
            config.putNull("axis");
        } else {
            ArrayNode list = config.putArray("axis");
            Arrays.stream(axes).forEach(list::add);
        }
        config.put("invert", invert);
        config.set("mean", LayerConfig.orNull(mean.map(GivenNumbers::json)));
        config.set("variance", LayerConfig.orNull(variance.map(GivenNumbers::json)));
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        if (mean.isPresent()) {
            return List.of();
        }
        Shape kept = kept(inputs.get(0));
        return List.of(
                weight("mean", DataType.FLOAT, kept, "zeros"),
                weight("variance", DataType.FLOAT, kept, "ones"),
                weight("count", DataType.INT32, Shape.scalar(), "zeros"));
    }

    private static WeightSpec weight(String name, DataType type, Shape shape, String initializer) {
        return new WeightSpec(name, type, shape, Initializers.named(initializer), Optional.empty(), false);
    }

    private Shape kept(Shape input) {
        List<Dimension> lengths = new ArrayList<>();
        for (int axis : sortedAxes(input)) {
            lengths.add(input.dimension(axis));
        }
        return Shape.of(lengths);
    }

    private int[] sortedAxes(Shape input) {
        return Arrays.stream(axes).map(input::axis).sorted().toArray();
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        Value center = broadcastable(call, "mean", mean);
        Value deviation = ops.sqrt(broadcastable(call, "variance", variance));
        Value scale = ops.max(deviation, ops.like(deviation, EPSILON));
        return List.of(invert ? ops.add(center, ops.mul(x, scale)) : ops.div(ops.sub(x, center), scale));
    }

    /** The statistic with length 1 on every axis that is not kept. */
    private Value broadcastable(LayerCall call, String weight, Optional<GivenNumbers> given) {
        Shape input = call.input().shape();
        long[] lengths = new long[input.rank()];
        Arrays.fill(lengths, 1);
        for (int axis : sortedAxes(input)) {
            lengths[axis] = input.size(axis);
        }
        Shape shape = Shape.of(lengths);
        return given.map(numbers -> numbers.along(call, this, weight, shape, sortedAxes(input)))
                .orElseGet(() -> call.ops().reshape(call.weight(weight), shape));
    }
}
