package dev.slipway.keras.saving;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a layer as a version of Keras wrote them, in Keras 3's form.
 *
 * <table>
 * <caption>Differences</caption>
 * <tr><th>stored</th><th>Keras 3</th></tr>
 * <tr><td>Keras 1's LSTM and GRU: kernel, recurrent kernel and bias of each gate; LSTM's gates in the order i, c, f, o
 * </td><td>three weights; i, f, c, o</td></tr>
 * <tr><td>Keras 1's channels-first convolutions: {@code [filters, channels, size…]}</td><td>{@code [size…, channels,
 * filters]}</td></tr>
 * <tr><td>Keras 1's Convolution1D: {@code [size, 1, channels, filters]} or {@code [filters, channels, size, 1]}</td><td>
 * {@code [size, channels, filters]}</td></tr>
 * <tr><td>Keras 1's channels-last Deconvolution2D: {@code [size…, channels, filters]}</td><td>{@code [size…, filters,
 * channels]}</td></tr>
 * <tr><td>kernels that Theano convolved with, but those of separable layers: from their ends</td><td>as they are correlated
 * with</td></tr>
 * <tr><td>CuDNNLSTM and CuDNNGRU: each gate's kernels {@code [units, …]}, two biases in a row</td><td>{@code […,
 * units]}; LSTM one bias, GRU two</td></tr>
 * </table>
 *
 * <p>Source: {@code preprocess_weights_for_loading} and {@code _convert_rnn_weights} of Keras 2.2, {@code
 * conv_utils.convert_kernel}.
 */
final class OldWeights {
    private final Dialect dialect;
    private final boolean isFlipped;

    /**
     * How a version of Keras wrote weights.
     *
     * @param dialect which Keras
     * @param isFlipped whether it ran on Theano, which convolves where the others correlate
     */
    OldWeights(Dialect dialect, boolean isFlipped) {
        this.dialect = dialect;
        this.isFlipped = isFlipped;
    }

    /**
     * Where each weight of a top-level layer stands in its group.
     *
     * @param group the group
     * @param wanted the layer's weights in the order of {@code .h5} files
     * @return their sources, by the weights' paths
     * @throws MalformedFileException if the group has more weights
     */
    Map<String, WeightSource> sources(StoredGroup group, List<StoredVariable> wanted) {
        Map<String, WeightSource> sources = new HashMap<>();
        int first = 0;
        for (int from = 0; from < wanted.size(); ) {
            int to = from + 1;
            while (to < wanted.size()
                    && wanted.get(to).owner().equals(wanted.get(from).owner())) {
                to++;
            }
            first += put(group, wanted.subList(from, to), first, sources);
            from = to;
        }
        group.refuseMore(first);
        return sources;
    }

    /** Finds the weights of one layer inside; gives how many the file has of it. */
    private int put(StoredGroup group, List<StoredVariable> own, int first, Map<String, WeightSource> into) {
        if (dialect != Dialect.KERAS_3 && OldGates.areIn(own)) {
            OldGates gates = new OldGates(own, first);
            if (dialect == Dialect.KERAS_1 && gates.areSeparate(group)) {
                return gates.putSeparate(into);
            }
            if (gates.areOfCudnn(group)) {
                return gates.putCudnn(into);
            }
        }
        for (int i = 0; i < own.size(); i++) {
            into.put(own.get(i).path(), source(own.get(i), first + i));
        }
        return own.size();
    }

    /**
     * Where a weight stands in its group, or a slot of it in the optimizer's, if it stands there as one.
     *
     * @param variable the weight
     * @param index its place in the group
     */
    WeightSource source(StoredVariable variable, int index) {
        boolean isKernel = dialect != Dialect.KERAS_3
                && variable.owner().isConvolution()
                && variable.shape().rank() > 2;
        return isKernel
                ? stored -> kernel(stored, index, variable)
                : stored -> stored.read(index, variable, variable.shape());
    }

    private Tensor kernel(StoredGroup group, int index, StoredVariable variable) {
        Tensor kernel = dialect == Dialect.KERAS_1
                ? kernelOfKeras1(group, index, variable)
                : group.read(index, variable, variable.shape());
        return isFlipped && !variable.owner().isSeparable() ? Rearranged.flipped(kernel) : kernel;
    }

    private static Tensor kernelOfKeras1(StoredGroup group, int index, StoredVariable variable) {
        int[] order = order(group.shape(index), variable);
        Shape shape = variable.shape();
        if (order.length == 0) {
            return group.read(index, variable, shape);
        }
        long[] wanted = order.length == shape.rank() ? shape.toArray() : withOne(shape);
        long[] stored = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            stored[order[i]] = wanted[i];
        }
        if (group.shape(index).equals(shape) && !shape.equals(Shape.of(stored))) {
            return group.read(index, variable, shape);
        }
        Tensor read = group.read(index, variable, Shape.of(stored));
        return Rearranged.transposed(read, order).reshaped(shape);
    }

    /** A kernel of one axis was one of two, the second of length 1. */
    private static long[] withOne(Shape shape) {
        return new long[] {shape.size(0), 1, shape.size(1), shape.size(2)};
    }

    /** Which stored axis becomes which of Keras 3; empty if they are the same. */
    private static int[] order(Shape stored, StoredVariable variable) {
        boolean channelsFirst = variable.owner().channelsFirst();
        List<Integer> order = new ArrayList<>();
        switch (variable.owner().className()) {
            case "Conv1D" -> {
                boolean isNew = stored.rank() == 4
                        && stored.dimension(1).is(1)
                        && stored.dimension(0).is(variable.shape().size(0));
                order.addAll(isNew ? List.of(0, 1, 2, 3) : List.of(2, 3, 1, 0));
            }
            case "Conv2DTranspose" -> order.addAll(channelsFirst ? List.of(2, 3, 0, 1) : List.of(0, 1, 3, 2));
            case "Conv3D" -> order.addAll(channelsFirst ? List.of(2, 3, 4, 1, 0) : List.of());
            default -> order.addAll(channelsFirst ? List.of(2, 3, 1, 0) : List.of());
        }
        return order.stream().mapToInt(Integer::intValue).toArray();
    }
}
