package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Images whose values are stretched over all of a range, {@code low + (x - least) · (high - low) / (greatest - least)}, with the
 * least and the greatest value over the second and the third axis; where these are equal, images stay as they are.
 *
 * <p>Source: {@code keras.layers.AutoContrast}.
 */
public final class AutoContrast extends Layer {
    private final Augmentation.Range values;

    private AutoContrast(String name, boolean trainable, Augmentation.Range values) {
        super(name, trainable);
        this.values = values;
    }

    static AutoContrast read(String name, Config config) {
        config.ignore("bounding_box_format", "data_format");
        return new AutoContrast(name, config.truth("trainable", true), Augmentation.valueRange(config));
    }

    /** What this layer does to images of a range. */
    static Augmentation augmentation(Augmentation.Range values) {
        return (call, images, size) -> stretched(call.ops(), images, values);
    }

    @Override
    public String className() {
        return "AutoContrast";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.putArray("value_range").add(values.low()).add(values.high());
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        if (x.shape().rank() != 4) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + x.shape() + " (expected: a batch of images)");
        }
        return List.of(stretched(ops, x, values));
    }

    private static Value stretched(Ops ops, Value x, Augmentation.Range values) {
        Value least = ops.reduceMin(x, true, 1, 2);
        Value extent = ops.sub(ops.reduceMax(x, true, 1, 2), least);
        Value isFlat = ops.equal(extent, ops.like(extent, 0));
        Value parts = ops.div(ops.sub(x, least), ops.where(isFlat, ops.like(extent, 1), extent));
        Value stretched = ops.add(ops.mul(parts, ops.like(x, values.high() - values.low())), ops.like(x, values.low()));
        return ops.where(isFlat, x, stretched);
    }
}
