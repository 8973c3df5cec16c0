package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Keras2Masks;
import java.util.List;

/**
 * Tensors joined along an axis; integers beside floating-point numbers become such.
 *
 * <p>Source: {@code keras.layers.Concatenate}.
 */
public final class Concatenate extends Layer {
    private final int axis;
    private final boolean hasMasksOfKeras2;

    private Concatenate(String name, int axis, boolean hasMasksOfKeras2) {
        super(name, true);
        this.axis = axis;
        this.hasMasksOfKeras2 = hasMasksOfKeras2;
    }

    /**
     * Joins along the last axis.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Concatenate of() {
        return of(-1);
    }

    /**
     * Joins along an axis.
     *
     * @param axis the axis, the batch being 0; negative from the end
     * @return a layer to be applied to one or more tensors
     */
    public static Concatenate of(int axis) {
        return new Concatenate("", axis, false);
    }

    static Concatenate read(String name, Config config) {
        config.ignore("trainable");
        return new Concatenate(name, config.integer("axis", -1), Keras2Masks.isIn(config));
    }

    @Override
    public String className() {
        return "Concatenate";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("axis", axis);
        if (hasMasksOfKeras2) {
            config.put(Keras2Masks.KEY, true);
        }
    }

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Masks.giveJoined(call, axis, hasMasksOfKeras2);
        return List.of(call.ops().concat(Merge.sameType(call.ops(), call.inputs()), axis));
    }
}
