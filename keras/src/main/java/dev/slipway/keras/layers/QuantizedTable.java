package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.initializers.Initializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of vectors in few bits: {@code int8} with a scale for each row, or {@code int4}, packed along rows, with a scale for each
 * row or a scale and a zero for each block of it.
 *
 * <p>Source: {@code _int8_call} and {@code _int4_call} of {@code keras.layers.Embedding} and {@code ReversibleEmbedding} of Keras 3.15.
 *
 * @param quantization the kind
 * @param config what else the file says of it
 * @param rows how many rows there are
 * @param width how long they are
 */
record QuantizedTable(Quantization quantization, QuantizationConfig config, int rows, int width) {
    private static final String TABLE = "embeddings";
    private static final String REVERSE = "reverse_embeddings";
    private static final String GROUPS = "g_idx";

    private int block() {
        return config.applied(quantization).block();
    }

    private boolean isPacked() {
        return quantization.isPacked();
    }

    private long blocks() {
        return (width + block() - 1L) / block();
    }

    List<WeightSpec> weights() {
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(fixed(TABLE, DataType.INT8, Shape.of(rows, stored()), "zeros"));
        Shape scale = block() > 0 ? Shape.of(rows, blocks()) : Shape.of(rows);
        weights.add(fixed(TABLE + "_scale", DataType.FLOAT, scale, "ones"));
        if (block() > 0) {
            weights.add(fixed(TABLE + "_zero", DataType.INT8, scale, "zeros"));
            weights.add(fixed(GROUPS, DataType.FLOAT, Shape.of(width), "zeros"));
        }
        return weights;
    }

    /** Those of a table of its own for the other direction. */
    List<WeightSpec> reverseWeights() {
        List<WeightSpec> weights = new ArrayList<>();
        weights.add(fixed(REVERSE, DataType.INT8, Shape.of(stored(), rows), "zeros"));
        Shape scale = block() > 0 ? Shape.of(blocks(), rows) : Shape.of(rows);
        weights.add(fixed(REVERSE + "_scale", DataType.FLOAT, scale, "ones"));
        if (block() > 0) {
            weights.add(fixed(REVERSE + "_zero", DataType.FLOAT, scale, "zeros"));
        }
        return weights;
    }

    private long stored() {
        return isPacked() ? PackedIntegers.bytes(width) : width;
    }

    private static WeightSpec fixed(String name, DataType type, Shape shape, String initializer) {
        return new WeightSpec(name, type, shape, Initializers.named(initializer), Optional.empty(), false);
    }

    /** The rows at some places, {@code [places…, width]}. */
    Value lookUp(LayerCall call, Value places) {
        Ops ops = call.ops();
        Value found = integers(call, ops.gather(call.weight(TABLE), places, 0));
        Value scale = ops.gather(call.narrow(call.weight(TABLE + "_scale")), places, 0);
        if (block() == 0) {
            return ops.div(found, ops.unsqueeze(scale, -1));
        }
        Value zero = ops.gather(call.narrow(call.weight(TABLE + "_zero")), places, 0);
        return scaledBlocks(call, found, zero, scale, -1);
    }

    private Value integers(LayerCall call, Value stored) {
        return isPacked()
                ? PackedIntegers.unpack(call.ops(), stored, stored.shape().rank() - 1, width, call.computeType())
                : call.narrow(stored);
    }

    /** The products of vectors with every row, {@code […, rows]}. */
    Value reversed(LayerCall call, boolean isTied) {
        Ops ops = call.ops();
        Value x = call.narrow(call.input());
        Optional<AbsMaxQuantizer.Cut> cut =
                config.inputsOr(Optional.of(AbsMaxQuantizer.usual())).map(quantizer -> quantizer.cut(ops, x, -1));
        Value kernel = isTied ? ops.transposeLast(integers(call, call.weight(TABLE))) : reverse(call);
        Value scale = call.narrow(call.weight((isTied ? TABLE : REVERSE) + "_scale"));
        if (block() > 0) {
            Value zero = call.narrow(call.weight((isTied ? TABLE : REVERSE) + "_zero"));
            kernel = scaledBlocks(
                    call,
                    kernel,
                    isTied ? ops.transposeLast(zero) : zero,
                    isTied ? ops.transposeLast(scale) : scale,
                    0);
        }
        Value product = product(call, cut.map(AbsMaxQuantizer.Cut::integers).orElse(x), kernel);
        Optional<Value> divisor = cut.map(AbsMaxQuantizer.Cut::scale);
        if (block() == 0) {
            divisor = Optional.of(divisor.map(s -> ops.mul(s, scale)).orElse(scale));
        }
        Value result = divisor.map(s -> ops.div(product, s)).orElse(product);
        if (cut.isEmpty() || !call.isTraining()) {
            return result;
        }
        throw new ConfigException(
                "layer '" + call.path() + "': reverse=True with dtype "
                        + quantization.text()
                        + " (expected: another one in training, as no gradient passes through inputs cut to integers, in Keras too)");
    }

    private Value reverse(LayerCall call) {
        Value stored = call.weight(REVERSE);
        return isPacked()
                ? PackedIntegers.unpack(call.ops(), stored, 0, width, call.computeType())
                : call.narrow(stored);
    }

    /** Sums of products of integers, which 16 bits do not hold. */
    private static Value product(LayerCall call, Value x, Value kernel) {
        return call.narrow(call.ops().matMul(call.wide(x), call.wide(kernel)));
    }

    private static Value scaledBlocks(LayerCall call, Value integers, Value zeros, Value scales, int axis) {
        Ops ops = call.ops();
        Value groups = ops.cast(call.variable(GROUPS), DataType.INT32);
        Value shifted = ops.sub(integers, ops.gather(zeros, groups, axis));
        return ops.mul(shifted, ops.gather(scales, groups, axis));
    }
}
