package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Tensors joined along an axis; integers beside floating-point numbers become such.
 *
 * <p>Source: {@code keras.layers.Concatenate}.
 */
public final class Concatenate extends Layer {
    private final int axis;

    private Concatenate(String name, int axis) {
        super(name, true);
        this.axis = axis;
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
        return new Concatenate("", axis);
    }

    static Concatenate read(String name, Config config) {
        config.ignore("trainable");
        return new Concatenate(name, config.integer("axis", -1));
    }

    @Override
    public String className() {
        return "Concatenate";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("axis", axis);
    }

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Masks.giveJoined(call, axis);
        return List.of(call.ops().concat(Merge.sameType(call.ops(), call.inputs()), axis));
    }
}
