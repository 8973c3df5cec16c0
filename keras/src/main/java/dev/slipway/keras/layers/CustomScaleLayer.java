package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * A tensor and a scaled one added to it, {@code a + b · scale}: how Keras's InceptionResNetV2 adds its residuals.
 *
 * <p>Source: {@code keras.src.applications.inception_resnet_v2.CustomScaleLayer} of Keras 3.15.
 */
public final class CustomScaleLayer extends Layer {
    private final double scale;

    private CustomScaleLayer(String name, boolean trainable, double scale) {
        super(name, trainable);
        this.scale = scale;
    }

    /**
     * The layer.
     *
     * @param scale the factor of the second tensor
     * @return a layer to be applied to two tensors
     */
    public static CustomScaleLayer of(double scale) {
        return new CustomScaleLayer("", true, scale);
    }

    static CustomScaleLayer read(String name, Config config) {
        double scale = config.number("scale", Double.NaN);
        if (Double.isNaN(scale)) {
            throw config.refused("scale", "nothing", "a number");
        }
        return new CustomScaleLayer(name, config.truth("trainable", true), scale);
    }

    @Override
    public String className() {
        return "CustomScaleLayer";
    }

    /** Keras has no public name for it. */
    @Override
    public String module() {
        return "keras.src.applications.inception_resnet_v2";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("scale", scale);
    }

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        if (call.inputs().size() != 2) {
            throw new IllegalArgumentException(this + ": " + call.inputs().size() + " inputs (expected: two)");
        }
        Ops ops = call.ops();
        Value residual = call.inputs().get(1);
        return List.of(ops.add(call.inputs().get(0), ops.mul(residual, ops.like(residual, scale))));
    }
}
