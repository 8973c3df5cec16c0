package dev.slipway.keras.layers;

import dev.slipway.graph.Interpolation;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor whose axes, but those of batch and channels, are some whole number of times as long; each element is repeated, or
 * what is between two is interpolated.
 *
 * <p>Source: {@code keras.layers.UpSampling1D}, {@code UpSampling2D} and {@code UpSampling3D}.
 */
public abstract class UpSampling extends Layer {
    private final List<Long> factors;
    private final DataFormat format;
    private final Sampling sampling;

    UpSampling(String name, List<Long> factors, DataFormat format, Sampling sampling) {
        super(name, true);
        this.factors = factors;
        this.format = format;
        this.sampling = sampling;
    }

    final List<Long> factors() {
        return factors;
    }

    final DataFormat format() {
        return format;
    }

    final Sampling sampling() {
        return sampling;
    }

    @Override
    public final List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        format.requireRank(this, x.shape(), factors.size());
        if (sampling == Sampling.NEAREST) {
            return List.of(ops.upsample(x, axes(format, x), factors, Interpolation.NEAREST));
        }
        Value grown = sampling.upsample(call, format.toChannelsFirst(ops, x), factors);
        return List.of(format.fromChannelsFirst(ops, grown));
    }

    private static List<Integer> axes(DataFormat format, Value x) {
        return Arrays.stream(format.spatialAxes(x.shape().rank())).boxed().toList();
    }
}
