package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The kernel of a {@link LocallyConnected} layer, which Keras 2 stores in one of three ways, the {@code implementation}.
 *
 * <table>
 * <caption>Layouts, channels last</caption>
 * <tr><th></th><th>shape</th><th>what there is</th></tr>
 * <tr><td>1</td><td>{@code [places, size · channels, filters]}</td><td>each place's own; {@code [channels · size]} with the
 * channels in front</td></tr>
 * <tr><td>2</td><td>{@code [input…, channels, places…, filters]}</td><td>a dense matrix, of which only what is near counts
 * </td></tr>
 * <tr><td>3</td><td>{@code [connections]}</td><td>what counts of that matrix, sorted by output, then by input</td></tr>
 * </table>
 *
 * <p>The place {@code p} sees {@code stride · p - shift + i} for i in the kernel, shift being 0, or with padding {@code same}
 * half the kernel, rounded down; what lies outside counts nothing.
 *
 * <p>Source: {@code keras.layers.locally_connected} and {@code conv_utils.conv_connected_inputs} of Keras 2.15.
 *
 * @param rank how many axes it moves along
 * @param filters how many channels the result has
 * @param size its length along each axis
 * @param strides how far it moves
 * @param same whether the padding is {@code same}
 * @param implementation which of the layouts
 * @param channelsFirst whether the channels are in front
 */
record LocalKernel(
        int rank,
        long filters,
        List<Long> size,
        List<Long> strides,
        boolean same,
        int implementation,
        boolean channelsFirst) {
    /** Longer axes would take too much memory in any layout. */
    static final long MAX_LENGTH = 1 << 16;

    static LocalKernel read(int rank, Config config, DataFormat format) {
        String padding = config.text("padding", "valid");
        int implementation = config.integer("implementation", 1);
        boolean isKnown = implementation >= 1 && implementation <= 3;
        if (!isKnown) {
            throw config.refused("implementation", implementation + "", "1, 2 or 3");
        }
        if (!padding.equals("valid") && (implementation == 1 || !padding.equals("same"))) {
            throw config.refused("padding", padding, "valid, or same with implementation 2 or 3");
        }
        int filters = config.integer("filters");
        if (filters < 1) {
            throw config.refused("filters", filters + "", ">= 1");
        }
        return new LocalKernel(
                rank,
                filters,
                Lengths.read(config, "kernel_size", rank, 1),
                Lengths.read(config, "strides", rank, 1, 1),
                padding.equals("same"),
                implementation,
                format == DataFormat.CHANNELS_FIRST);
    }

    void write(ObjectNode config) {
        config.put("filters", filters);
        Lengths.write(config, "kernel_size", size);
        Lengths.write(config, "strides", strides);
        config.put("padding", same ? "same" : "valid").put("implementation", implementation);
    }

    /** The places of the kernel over an input. */
    Places over(List<Long> input, long channels) {
        List<Long> lengths = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            long stride = strides.get(i);
            long length = same ? input.get(i) + stride - 1 : input.get(i) - size.get(i) + stride;
            if (length < stride) {
                throw new IllegalArgumentException(
                        "kernel_size " + size + " over " + input + " (expected: a kernel that fits in)");
            }
            lengths.add(length / stride);
        }
        return new Places(this, input, channels, lengths);
    }

    long shift(int axis) {
        return same ? size.get(axis) / 2 : 0;
    }

    /**
     * The kernel over an input of given lengths.
     *
     * @param kernel the kernel
     * @param input the lengths of the input's axes
     * @param channels the input's channels
     * @param lengths how many places there are along each axis
     */
    record Places(LocalKernel kernel, List<Long> input, long channels, List<Long> lengths) {
        /** The shape of the weight. */
        Shape storedShape() {
            if (kernel.implementation == 1) {
                return Shape.of(product(lengths), product(kernel.size) * channels, kernel.filters);
            }
            if (kernel.implementation == 3) {
                return Shape.of(connections());
            }
            List<Long> shape = new ArrayList<>();
            addAxes(shape, input, channels);
            addAxes(shape, lengths, kernel.filters);
            return Shape.of(shape.stream().mapToLong(Long::longValue).toArray());
        }

        private void addAxes(List<Long> shape, List<Long> places, long last) {
            if (kernel.channelsFirst) {
                shape.add(last);
            }
            shape.addAll(places);
            if (!kernel.channelsFirst) {
                shape.add(last);
            }
        }

        private static long product(List<Long> lengths) {
            return lengths.stream().reduce(1L, Math::multiplyExact);
        }

        private long connections() {
            long count = channels * kernel.filters;
            for (int axis = 0; axis < kernel.rank; axis++) {
                long seen = 0;
                for (long place = 0; place < lengths.get(axis); place++) {
                    long start = place * kernel.strides.get(axis) - kernel.shift(axis);
                    seen += Math.min(input.get(axis), start + kernel.size.get(axis)) - Math.max(0, start);
                }
                count = Math.multiplyExact(count, Math.max(seen, 0));
            }
            return count;
        }

        /** What each place sees: {@code [batch, places, size · channels]} of {@code [batch, …, channels]}. */
        Value patches(Ops ops, Value x) {
            int axes = kernel.rank;
            long[] before = new long[axes + 2];
            long[] after = new long[axes + 2];
            for (int i = 0; i < axes; i++) {
                before[i + 1] = kernel.shift(i);
                long end = (lengths.get(i) - 1) * kernel.strides.get(i) + kernel.size.get(i);
                after[i + 1] = Math.max(0, end - kernel.shift(i) - input.get(i));
            }
            Value padded = kernel.same ? ops.pad(x, before, after) : x;
            Shape flat =
                    Shape.of(product(lengths), channels, 1).prepend(x.shape().dimension(0));
            List<Value> parts = new ArrayList<>();
            for (long offset = 0; offset < product(kernel.size); offset++) {
                long[] start = places(offset, kernel.size);
                Value part = padded;
                for (int i = 0; i < axes; i++) {
                    long stride = kernel.strides.get(i);
                    long end = start[i] + (lengths.get(i) - 1) * stride + 1;
                    part = ops.slice(part, i + 1, start[i], end, stride);
                }
                parts.add(ops.reshape(part, flat));
            }
            Value joined = ops.concat(parts, -1);
            Value ordered = kernel.channelsFirst ? joined : ops.transpose(joined, 0, 1, 3, 2);
            return ops.reshape(
                    ordered,
                    Shape.of(product(lengths), product(kernel.size) * channels)
                            .prepend(x.shape().dimension(0)));
        }

        private static long[] places(long flat, List<Long> lengths) {
            long[] places = new long[lengths.size()];
            long rest = flat;
            for (int i = lengths.size() - 1; i >= 0; i--) {
                places[i] = rest % lengths.get(i);
                rest /= lengths.get(i);
            }
            return places;
        }

        /** The kernel as {@code [places, size · channels, filters]}; outside the input it is 0. */
        Value byPlace(Ops ops, Value stored) {
            if (kernel.implementation == 1) {
                return stored;
            }
            Value zero = ops.like(stored, 0);
            Value flat = ops.concat(
                    List.of(
                            ops.reshape(stored, Shape.of(storedShape().elementCount())),
                            ops.reshape(zero, Shape.of(1))),
                    0);
            long seen = product(kernel.size) * channels;
            Value gathered = ops.gather(flat, ops.constant(sources(seen)), 0);
            return ops.reshape(gathered, Shape.of(product(lengths), seen, kernel.filters));
        }

        /** Where each number of the kernel by places is in the stored one; behind its end for those outside. */
        long[] sources(long seen) {
            long count = product(lengths);
            long filters = kernel.filters;
            long[] sources = new long[Math.toIntExact(count * seen * filters)];
            Arrays.fill(sources, storedShape().elementCount());
            long next = 0;
            for (long out = 0; out < count * filters; out++) {
                long place = kernel.channelsFirst ? out % count : out / filters;
                long filter = kernel.channelsFirst ? out / count : out % filters;
                for (long in = 0; in < seen; in++) {
                    long size = product(kernel.size);
                    long offset = kernel.channelsFirst ? in % size : in / channels;
                    long channel = kernel.channelsFirst ? in / size : in % channels;
                    long position = position(place, offset);
                    if (position >= 0) {
                        int target = Math.toIntExact((place * seen + in) * filters + filter);
                        sources[target] = kernel.implementation == 3 ? next++ : dense(position, channel, out);
                    }
                }
            }
            return sources;
        }

        /** What an offset in the kernel sees from a place, all axes in a row; -1 outside the input. */
        private long position(long place, long offset) {
            long[] at = places(place, lengths);
            long[] by = places(offset, kernel.size);
            long position = 0;
            for (int i = 0; i < kernel.rank; i++) {
                long seen = at[i] * kernel.strides.get(i) - kernel.shift(i) + by[i];
                if (seen < 0 || seen >= input.get(i)) {
                    return -1;
                }
                position = position * input.get(i) + seen;
            }
            return position;
        }

        private long dense(long position, long channel, long out) {
            long in = kernel.channelsFirst ? channel * product(input) + position : position * channels + channel;
            return in * product(lengths) * kernel.filters + out;
        }
    }
}
