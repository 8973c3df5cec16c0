package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Blocks of pixels out of channels: {@code [batch, rows, columns, channels]} to {@code [batch, rows · b, columns · b, channels /
 * b²]}.
 *
 * <p>Source: {@code tf.nn.depth_to_space}, which models of Keras 2 record and Keras 3 has no word for.
 */
final class DepthToSpace extends PixelBlocks {
    private DepthToSpace(String name, Config config) {
        super(name, config);
    }

    static DepthToSpace read(String name, Config config) {
        return new DepthToSpace(name, config);
    }

    @Override
    public String className() {
        return "DepthToSpace";
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        int b = block();
        Value x = input(call, 3, b * b);
        Length batch = new Length(0, 1, 1);
        Length kept = Length.of(x.shape().size(3) / b / b);
        Value parts = reshaped(
                ops, x, x, List.of(batch, new Length(1, 1, 1), new Length(2, 1, 1), Length.of(b), Length.of(b), kept));
        return List.of(reshaped(
                ops,
                ops.transpose(parts, 0, 1, 3, 2, 4, 5),
                x,
                List.of(batch, new Length(1, b, 1), new Length(2, b, 1), kept)));
    }
}
