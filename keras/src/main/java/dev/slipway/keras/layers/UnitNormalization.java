package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code x / sqrt(max(sum(x²), 1e-12))}, the sum along some axes: each row's Euclidean length becomes 1; keeps the shape.
 *
 * <p>Source: {@code keras.layers.UnitNormalization}.
 */
public final class UnitNormalization extends Layer {
    private static final double LEAST_SQUARE = 1e-12;

    private final Axes axes;

    private UnitNormalization(String name, boolean trainable, Axes axes) {
        super(name, trainable);
        this.axes = axes;
    }

    /**
     * Normalizes along the last axis.
     *
     * @return the layer
     */
    public static UnitNormalization of() {
        return of(-1);
    }

    /**
     * Normalizes along some axes.
     *
     * @param first an axis, the batch being 0; negative from the end
     * @param more other axes
     * @return the layer
     */
    public static UnitNormalization of(int first, int... more) {
        return new UnitNormalization("", true, Axes.of(first, more));
    }

    static UnitNormalization read(String name, Config config) {
        return new UnitNormalization(name, config.truth("trainable", true), Axes.read(config, "axis", -1));
    }

    @Override
    public String className() {
        return "UnitNormalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        axes.write(config, "axis");
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        Value squares = ops.reduceSum(ops.mul(x, x), true, axes.of(x.shape()));
        return List.of(ops.div(x, ops.sqrt(ops.max(squares, ops.like(x, LEAST_SQUARE)))));
    }
}
