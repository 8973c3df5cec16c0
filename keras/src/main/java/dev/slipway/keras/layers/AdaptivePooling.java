package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One number for each of a given number of stretches along each axis, each channel by itself: {@code [batch, …, channels]} to
 * {@code [batch, outputSize…, channels]}, or with the channels in front.
 *
 * <p>Of an axis of length n and an output of m, stretch i begins at {@code floor(i · n / m)} and ends before
 * {@code ceil((i + 1) · n / m)}; neighbours may share elements.
 *
 * <p>Source: {@code keras.layers.AdaptiveAveragePooling2D}, {@code AdaptiveMaxPooling2D} and those of one and three axes, of
 * Keras 3.12.
 */
public final class AdaptivePooling extends Layer {
    private final String className;
    private final Pool pool;
    private final List<Long> outputSize;
    private final DataFormat format;

    private AdaptivePooling(String name, String className, Pool pool, List<Long> outputSize, DataFormat format) {
        super(name, true);
        this.className = className;
        this.pool = pool;
        this.outputSize = outputSize;
        this.format = format;
    }

    /** What is taken of a stretch. */
    @FunctionalInterface
    interface Pool {
        Value of(Ops ops, Value x, Window window);
    }

    /** Reads the layer that takes the mean of stretches along some axes. */
    static LayerRegistry.Factory average(int rank) {
        return reader("AdaptiveAveragePooling" + rank + "D", rank, Ops::averagePool);
    }

    /** Reads the layer that takes the largest element of stretches along some axes. */
    static LayerRegistry.Factory max(int rank) {
        return reader("AdaptiveMaxPooling" + rank + "D", rank, Ops::maxPool);
    }

    private static LayerRegistry.Factory reader(String className, int rank, Pool pool) {
        return (name, config) -> {
            config.ignore("trainable");
            List<Long> outputSize = Lengths.read(config, "output_size", rank, 1);
            return new AdaptivePooling(name, className, pool, outputSize, DataFormat.read(config));
        };
    }

    @Override
    public String className() {
        return className;
    }

    @Override
    public void writeConfig(ObjectNode config) {
        Lengths.write(config, "output_size", outputSize);
        config.put("data_format", format.kerasName());
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        format.requireRank(this, call.input().shape(), outputSize.size());
        Value x = format.toChannelsFirst(ops, call.input());
        for (int i = outputSize.size() - 1; i >= 0; i--) {
            x = along(ops, x, i);
        }
        return List.of(format.fromChannelsFirst(ops, x));
    }

    private Value along(Ops ops, Value x, int axis) {
        Dimension length = x.shape().dimension(axis + 2);
        if (!length.isKnown()) {
            throw new IllegalArgumentException(this + ": input of shape " + x.shape() + " (expected: known lengths)");
        }
        long parts = outputSize.get(axis);
        if (length.size() % parts == 0) {
            return pool.of(ops, x, window(axis, length.size() / parts));
        }
        List<Value> pooled = new ArrayList<>();
        for (long i = 0; i < parts; i++) {
            long from = i * length.size() / parts;
            long to = ((i + 1) * length.size() + parts - 1) / parts;
            pooled.add(pool.of(ops, ops.slice(x, axis + 2, from, to), window(axis, to - from)));
        }
        return ops.concat(pooled, axis + 2);
    }

    /** A window along one axis, that moves as far as it is long. */
    private Window window(int axis, long length) {
        List<Long> lengths = new ArrayList<>(Collections.nCopies(outputSize.size(), 1L));
        lengths.set(axis, length);
        return Window.of(lengths).withStrides(lengths);
    }
}
