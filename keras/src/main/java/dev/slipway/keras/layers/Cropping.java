package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * A tensor without the ends of the axes that are neither batch nor channels; an axis of length n keeps
 * {@code n - before - after} places.
 *
 * <p>Source: {@code keras.layers.Cropping1D}, {@code Cropping2D} and {@code Cropping3D}.
 */
public abstract class Cropping extends EdgeLayer {
    static final String KEY = "cropping";

    Cropping(String className, Edges edges) {
        super(className, edges);
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        edges().write(config, KEY);
        if (edges().rank() > 1) {
            writeFormat(config);
        }
    }

    @Override
    public final List<Value> call(LayerCall call) {
        Value x = call.input();
        requireRank(x);
        for (int i = 0; i < edges().rank(); i++) {
            long before = edges().before().get(i);
            long after = edges().after().get(i);
            Dimension length = x.shape().dimension(axis(i));
            if (length.isKnown() && length.size() <= before + after) {
                throw new IllegalArgumentException(this + ": axis " + axis(i) + " of input of shape "
                        + call.input().shape() + " cropped by " + before + " and " + after
                        + " (expected: something to be left)");
            }
            if (before + after > 0) {
                x = call.ops().slice(x, axis(i), before, after == 0 ? Long.MAX_VALUE : -after);
            }
        }
        return List.of(x);
    }
}
