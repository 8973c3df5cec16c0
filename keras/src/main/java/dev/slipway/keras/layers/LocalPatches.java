package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What each place of a {@code LocallyConnected1D} or {@code LocallyConnected2D} sees, and where its numbers stand in the weight,
 * in the one order {@code [places, channels · size, filters]} for all the ways in which Keras 2 stores them.
 */
public final class LocalPatches {
    private final LocalKernel kernel;
    private final LocalKernel.Places places;

    private LocalPatches(LocalKernel kernel, LocalKernel.Places places) {
        this.kernel = kernel;
        this.places = places;
    }

    /**
     * The patches of a layer.
     *
     * @param layer a {@code LocallyConnected1D} or {@code LocallyConnected2D}
     * @param input the shape of its input, of which only the batch may be unknown
     * @return what it sees
     */
    public static LocalPatches of(Layer layer, Shape input) {
        ObjectNode written = Config.json();
        layer.writeConfig(written);
        Config config = new Config(layer.toString(), written);
        DataFormat format = DataFormat.read(config);
        LocalKernel kernel = LocalKernel.read(input.rank() - 2, config, format);
        List<Long> lengths = new ArrayList<>();
        for (int axis : format.spatialAxes(input.rank())) {
            lengths.add(input.size(axis));
        }
        return new LocalPatches(kernel, kernel.over(lengths, input.size(format.channelAxis())));
    }

    /**
     * The length of what is seen along each axis.
     *
     * @return the kernel's size
     */
    public List<Long> size() {
        return kernel.size();
    }

    /**
     * How far apart places are.
     *
     * @return the strides
     */
    public List<Long> strides() {
        return kernel.strides();
    }

    /**
     * Whether the channels come before the other axes.
     *
     * @return true for {@code channels_first}
     */
    public boolean channelsFirst() {
        return kernel.channelsFirst();
    }

    /**
     * The channels of the result.
     *
     * @return how many numbers each place gives
     */
    public long filters() {
        return kernel.filters();
    }

    /**
     * The channels of the input.
     *
     * @return how many there are
     */
    public long channels() {
        return places.channels();
    }

    /**
     * How many places there are along each axis.
     *
     * @return the lengths of the result
     */
    public List<Long> places() {
        return places.lengths();
    }

    /**
     * How many places there are.
     *
     * @return the product of {@link #places}
     */
    public long placeCount() {
        return product(places.lengths());
    }

    /**
     * How many numbers a place sees.
     *
     * @return channels times the kernel's size
     */
    public long seen() {
        return channels() * product(kernel.size());
    }

    private static long product(List<Long> lengths) {
        return lengths.stream().reduce(1L, Math::multiplyExact);
    }

    /**
     * How many zeros are seen before the input.
     *
     * @param axis the axis, from 0
     * @return 0 without padding
     */
    public long before(int axis) {
        return kernel.shift(axis);
    }

    /**
     * How many zeros are seen behind the input.
     *
     * @param axis the axis, from 0
     * @return 0 without padding
     */
    public long after(int axis) {
        long end = (places.lengths().get(axis) - 1) * kernel.strides().get(axis) + size().get(axis);
        return Math.max(0, end - before(axis) - places.input().get(axis));
    }

    /**
     * Where the numbers of the kernel stand in the stored weight.
     *
     * @return for each place in {@code [places, channels · size, filters]} the one in the weight, row-major; -1 for 0
     */
    public IntUnaryOperator sources() {
        int seen = Math.toIntExact(seen());
        int filters = Math.toIntExact(filters());
        int channels = Math.toIntExact(channels());
        int size = seen / channels;
        long[] found = kernel.implementation() == 1 ? new long[0] : places.sources(seen);
        long outside = places.storedShape().elementCount();
        return at -> {
            int row = at / filters;
            int in = row % seen;
            int stored = kernel.channelsFirst() ? in : in % size * channels + in / size;
            int place = (row - in + stored) * filters + at % filters;
            long source = found.length == 0 ? place : found[place];
            return source == outside && found.length > 0 ? -1 : (int) source;
        };
    }
}
