package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.graph.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

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
    /** Along an axis: where stretches are not alike, each is a node or more of the graph. */
    private static final long MAX_OUTPUT_SIZE = 1 << 14;

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
    private enum Pool {
        MEAN {
            @Override
            Value of(Ops ops, Value x, Window window) {
                return ops.averagePool(x, window);
            }

            @Override
            Value ofStretches(Ops ops, Value x, Value isInside) {
                Value counts = ops.cast(isInside, x.type());
                return ops.div(ops.reduceSum(ops.mul(x, counts), false, -1), ops.reduceSum(counts, false, -1));
            }
        },
        MAX {
            @Override
            Value of(Ops ops, Value x, Window window) {
                return ops.maxPool(x, window);
            }

            @Override
            Value ofStretches(Ops ops, Value x, Value isInside) {
                return ops.reduceMax(ops.where(isInside, x, ops.like(x, Double.NEGATIVE_INFINITY)), false, -1);
            }
        };

        abstract Value of(Ops ops, Value x, Window window);

        /** Of {@code x [batch, channels, …, 1, length]} and truth values {@code [parts, length]}. */
        abstract Value ofStretches(Ops ops, Value x, Value isInside);

        /** Along an axis whose length only the engine knows. */
        Value ofPlaces(Ops ops, Value x, int axis, Value isInside) {
            int rank = x.shape().rank();
            int[] order = IntStream.range(0, rank).toArray();
            order[axis] = rank - 1;
            order[rank - 1] = axis;
            Value last = ops.transpose(x, order);
            return ops.transpose(ofStretches(ops, ops.unsqueeze(last, -2), isInside), order);
        }
    }

    /** Reads the layer that takes the mean of stretches along some axes. */
    static LayerRegistry.Factory average(int rank) {
        return reader("AdaptiveAveragePooling" + rank + "D", rank, Pool.MEAN);
    }

    /** Reads the layer that takes the largest element of stretches along some axes. */
    static LayerRegistry.Factory max(int rank) {
        return reader("AdaptiveMaxPooling" + rank + "D", rank, Pool.MAX);
    }

    private static LayerRegistry.Factory reader(String className, int rank, Pool pool) {
        return (name, config) -> {
            config.ignore("trainable");
            List<Long> outputSize = Lengths.read(config, "output_size", rank, 1);
            if (Collections.max(outputSize) > MAX_OUTPUT_SIZE) {
                throw config.refused(
                        "output_size", outputSize.toString(), "at most " + MAX_OUTPUT_SIZE + " along an axis");
            }
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
            return pool.ofPlaces(ops, x, axis + 2, places(ops, x, axis));
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

    /** Truth values {@code [outputSize, length]}: which places of an axis of unknown length are in which stretch. */
    private Value places(Ops ops, Value x, int axis) {
        Value length = ops.gather(ops.shape(x), ops.constant(DataType.INT64, axis + 2.0), 0);
        Value place =
                ops.range(ops.constant(DataType.INT64, 0.0), length, x.shape().dimension(axis + 2));
        int parts = Math.toIntExact(outputSize.get(axis));
        long[] numbers = LongStream.range(0, parts).toArray();
        Value part = ops.unsqueeze(ops.constant(numbers), 1);
        // Place p is in stretch i where floor(i · n / m) <= p < ceil((i + 1) · n / m), all whole numbers.
        Value from = ops.div(ops.mul(part, length), ops.like(length, parts));
        Value next = ops.mul(ops.add(part, ops.like(part, 1)), length);
        Value to = ops.div(ops.add(next, ops.like(length, parts - 1)), ops.like(length, parts));
        return ops.and(ops.greaterOrEqual(place, from), ops.less(place, to));
    }

    /** A window along one axis, that moves as far as it is long. */
    private Window window(int axis, long length) {
        List<Long> lengths = new ArrayList<>(Collections.nCopies(outputSize.size(), 1L));
        lengths.set(axis, length);
        return Window.of(lengths).withStrides(lengths);
    }
}
