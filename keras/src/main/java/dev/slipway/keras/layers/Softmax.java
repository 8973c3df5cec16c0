package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code e^x / sum(e^x)}, the sum along one or more axes, computed without overflow; keeps the shape. Where the argument
 * {@code mask} is false, 1e9 is taken off x first; 3e4 in half precision. Since Keras
 * 3.10 the result is 0 there, also where the mask hides everything along an axis.
 *
 * <p>Source: {@code keras.layers.Softmax}.
 */
public final class Softmax extends Layer {
    private final Axes axes;

    private Softmax(String name, boolean trainable, Axes axes) {
        super(name, trainable);
        this.axes = axes;
    }

    /**
     * Along the last axis.
     *
     * @return the layer
     */
    public static Softmax of() {
        return of(-1);
    }

    /**
     * Along given axes.
     *
     * @param first an axis, the batch being 0; negative from the end
     * @param more other axes, summed over together with it
     * @return the layer
     */
    public static Softmax of(int first, int... more) {
        return new Softmax("", true, Axes.of(first, more));
    }

    static Softmax read(String name, Config config) {
        return new Softmax(name, config.truth("trainable", true), Axes.read(config, "axis", -1));
    }

    @Override
    public String className() {
        return "Softmax";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        axes.write(config, "axis");
    }

    @Override
    public List<String> argumentNames() {
        return List.of("mask");
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.mask().map(mask -> masked(ops, call.input(), mask)).orElseGet(call::input);
        Value result = softmax(ops, x, axes.of(x.shape()));
        if (call.mask().isPresent() && call.version().hidesWholeAxes()) {
            Value counts = ops.cast(call.mask().get(), DataType.BOOL);
            result = ops.where(counts, result, ops.like(result, 0));
        }
        return List.of(result);
    }

    private static Value softmax(Ops ops, Value x, int[] summed) {
        if (summed.length == 1) {
            return ops.softmax(x, summed[0]);
        }
        Value powers = ops.exp(ops.sub(x, ops.reduceMax(x, true, summed)));
        return ops.div(powers, ops.reduceSum(powers, true, summed));
    }

    private static Value masked(Ops ops, Value x, Value mask) {
        Value counts = ops.cast(mask, x.type());
        return ops.add(x, ops.mul(ops.sub(ops.like(x, 1), counts), ops.like(x, AttentionScores.leftOut(x.type()))));
    }
}
