package dev.slipway.keras.saving;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The kernel, recurrent kernel and bias of a recurrent layer with gates, out of how older versions stored them. */
final class OldGates {
    private static final int[] LSTM_ORDER = {0, 2, 1, 3};
    private static final int[] GRU_ORDER = {0, 1, 2};

    private final List<StoredVariable> own;
    private final int first;
    private final int units;
    private final int gates;

    /**
     * The weights of one layer.
     *
     * @param own the kernel, the recurrent kernel, and the bias if there is one
     * @param first where the layer's weights begin in its group
     */
    OldGates(List<StoredVariable> own, int first) {
        this.own = own;
        this.first = first;
        Shape recurrent = own.get(1).shape();
        this.units = (int) recurrent.size(-2);
        this.gates = (int) (recurrent.size(-1) / units);
    }

    /** Whether weights are those of a recurrent layer. */
    static boolean areIn(List<StoredVariable> own) {
        return own.size() > 1
                && own.get(1).path().endsWith("/recurrent_kernel")
                && own.get(1).shape().rank() >= 2
                && own.get(1).shape().size(-2) > 0;
    }

    /** Whether each gate has weights of its own, as in Keras 1 unless its layers were told to prefer a GPU. */
    boolean areSeparate(StoredGroup group) {
        Shape kernel = group.shape(first);
        long all = own.get(0).shape().elementCount();
        return gates > 1 && kernel.isKnown() && kernel.elementCount() * gates == all;
    }

    int putSeparate(Map<String, WeightSource> into) {
        for (int kind = 0; kind < own.size(); kind++) {
            int offset = first + kind;
            StoredVariable variable = own.get(kind);
            into.put(variable.path(), group -> joined(group, offset, variable));
        }
        return 3 * gates;
    }

    private Tensor joined(StoredGroup group, int offset, StoredVariable variable) {
        long[] lengths = variable.shape().toArray();
        lengths[lengths.length - 1] /= gates;
        List<Tensor> parts = new ArrayList<>();
        for (int gate : gates == 4 ? LSTM_ORDER : GRU_ORDER) {
            parts.add(part(group, offset + 3 * gate, variable, lengths));
        }
        return Rearranged.joined(parts);
    }

    /** The kernels of Keras 1's channels-first ConvLSTM2D have the filters in front. */
    private static Tensor part(StoredGroup group, int index, StoredVariable variable, long[] lengths) {
        if (lengths.length != 4 || !variable.owner().channelsFirst()) {
            return group.read(index, variable, Shape.of(lengths));
        }
        Shape stored = Shape.of(lengths[3], lengths[2], lengths[0], lengths[1]);
        return Rearranged.transposed(group.read(index, variable, stored), 2, 3, 1, 0);
    }

    /** Whether a layer of cuDNN wrote them, which has two biases in a row. */
    boolean areOfCudnn(StoredGroup group) {
        Shape bias = group.shape(first + 2);
        return own.size() == 3
                && own.get(1).shape().rank() == 2
                && bias.rank() == 1
                && bias.dimension(0).is(2L * gates * units);
    }

    int putCudnn(Map<String, WeightSource> into) {
        into.put(
                own.get(0).path(),
                group -> turned(group.read(first, own.get(0), own.get(0).shape())));
        into.put(
                own.get(1).path(),
                group -> turned(group.read(first + 1, own.get(1), own.get(1).shape())));
        into.put(own.get(2).path(), this::biases);
        return 3;
    }

    /** Each gate's block {@code [rows, units]} holds the numbers of {@code [units, rows]} in a row. */
    private Tensor turned(Tensor kernel) {
        int width = units * gates;
        int rows = (int) kernel.shape().size(0);
        return Rearranged.gathered(kernel, kernel.shape(), place -> {
            int gate = place % width / units;
            int flat = place % units * rows + place / width;
            return flat / units * width + gate * units + flat % units;
        });
    }

    private Tensor biases(StoredGroup group) {
        StoredVariable bias = own.get(2);
        int width = units * gates;
        Tensor both = group.read(first + 2, bias, Shape.of(2L * width));
        if (both.type() == DataType.INT64 && bias.shape().rank() == 1) {
            // Places, to write numbers to: the sum stands in the first bias, and the second is zero.
            return Rearranged.gathered(both, bias.shape(), place -> place);
        }
        if (bias.shape().rank() == 2) {
            return both.reshaped(bias.shape());
        }
        float[] sums = new float[width];
        for (int i = 0; i < width; i++) {
            sums[i] = (float) (both.element(i) + both.element(width + i));
        }
        return Tensor.of(bias.shape(), sums);
    }
}
