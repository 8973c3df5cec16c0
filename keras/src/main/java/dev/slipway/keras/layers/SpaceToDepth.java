package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Channels out of blocks of pixels: {@code [batch, rows, columns, channels]} to {@code [batch, rows / b, columns / b, channels ·
 * b²]}.
 *
 * <p>Source: {@code tf.nn.space_to_depth}, which models of Keras 2 record and Keras 3 has no word for.
 */
final class SpaceToDepth extends PixelBlocks {
    private SpaceToDepth(String name, Config config) {
        super(name, config);
    }

    static SpaceToDepth read(String name, Config config) {
        return new SpaceToDepth(name, config);
    }

    @Override
    public String className() {
        return "SpaceToDepth";
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        int b = block();
        Value x = input(call, 2, b);
        input(call, 1, b);
        long channels = x.shape().size(3);
        Length batch = new Length(0, 1, 1);
        Length rows = new Length(1, 1, b);
        Length columns = new Length(2, 1, b);
        Value blocks =
                reshaped(ops, x, x, List.of(batch, rows, Length.of(b), columns, Length.of(b), Length.of(channels)));
        return List.of(reshaped(
                ops,
                ops.transpose(blocks, 0, 1, 3, 2, 4, 5),
                x,
                List.of(batch, rows, columns, Length.of(channels * b * b))));
    }
}
