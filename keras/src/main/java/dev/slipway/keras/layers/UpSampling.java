package dev.slipway.keras.layers;

import dev.slipway.graph.Interpolation;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Backend;
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
    private final Interpolation interpolation;

    UpSampling(String name, List<Long> factors, DataFormat format, Interpolation interpolation) {
        super(name, true);
        this.factors = factors;
        this.format = format;
        this.interpolation = interpolation;
    }

    final List<Long> factors() {
        return factors;
    }

    final DataFormat format() {
        return format;
    }

    final Interpolation interpolation() {
        return interpolation;
    }

    @Override
    public final List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        format.requireRank(this, x.shape(), factors.size());
        if (interpolation == Interpolation.NEAREST) {
            return List.of(ops.upsample(x, axes(format, x), factors, interpolation));
        }
        // TensorFlow and JAX take the cubic that they take against aliasing too; where axes grow, there is none.
        boolean isOther = interpolation == Interpolation.CUBIC && call.backend() != Backend.TORCH;
        Interpolation between = isOther ? Interpolation.CUBIC_ANTIALIASED : interpolation;
        Value first = format.toChannelsFirst(ops, x);
        Value grown = Interpolations.apply(
                ops, first, between, images -> ops.upsample(images, List.of(2, 3), factors, between));
        return List.of(format.fromChannelsFirst(ops, grown));
    }

    private static List<Integer> axes(DataFormat format, Value x) {
        return Arrays.stream(format.spatialAxes(x.shape().rank())).boxed().toList();
    }
}
