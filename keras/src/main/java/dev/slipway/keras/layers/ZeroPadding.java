package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * A tensor with zeros at the ends of the axes that are neither batch nor channels; an axis of length n becomes
 * {@code n + before + after} long.
 *
 * <p>Source: {@code keras.layers.ZeroPadding1D}, {@code ZeroPadding2D} and {@code ZeroPadding3D}.
 */
public abstract class ZeroPadding extends EdgeLayer {
    static final String KEY = "padding";

    ZeroPadding(String className, Edges edges) {
        super(className, edges);
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        edges().write(config, KEY);
        writeFormat(config);
    }

    @Override
    public final List<Value> call(LayerCall call) {
        Value x = call.input();
        requireRank(x);
        long[] before = new long[x.shape().rank()];
        long[] after = new long[x.shape().rank()];
        for (int i = 0; i < edges().rank(); i++) {
            before[axis(i)] = edges().before().get(i);
            after[axis(i)] = edges().after().get(i);
        }
        return List.of(call.ops().pad(x, before, after));
    }
}
