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
 * A kernel in few bits, and what inputs multiplied with it are.
 *
 * <p>With rows summed over and columns not: {@code int8} keeps {@code kernel} and {@code kernel_scale [columns]}, and gives
 * {@code (cut inputs · kernel) / (input scale · kernel_scale)}; {@code int4} and the calibrated kinds keep packed integers, scales
 * and zeros of blocks of rows, and multiply with {@code (kernel - zero) · scale}, or {@code kernel / scale} without blocks; {@code
 * float8} rounds both operands.
 *
 * <p>Source: {@code _int8_call}, {@code _int4_call}, {@code _float8_call}, {@code _gptq_call} and {@code _awq_call} of {@code
 * keras.layers.Dense} and {@code EinsumDense} of Keras 3.15.
 */
final class QuantizedKernel {
    private static final String KERNEL = "kernel";
    private static final String SCALE = "kernel_scale";
    private static final String ZERO = "kernel_zero";
    private static final String GROUPS = "g_idx";
    private static final String INPUT_SCALES = "awq_scales";

    private final Layer layer;
    private final Quantization quantization;
    private final QuantizationConfig config;
    private final KernelGeometry geometry;

    QuantizedKernel(Layer layer, Quantization quantization, QuantizationConfig config, KernelGeometry geometry) {
        this.layer = layer;
        this.quantization = config.applied(quantization);
        this.config = config;
        this.geometry = geometry;
    }

    /** The weights of the layer, in the order in which Keras stores them. */
    List<WeightSpec> weights(WeightSpec plain, Optional<WeightSpec> bias) {
        List<WeightSpec> weights = new ArrayList<>();
        switch (quantization.mode()) {
            case INT8 -> {
                weights.add(fixed(KERNEL, DataType.INT8, geometry.kernel(), "zeros"));
                bias.ifPresent(weights::add);
                weights.add(fixed(SCALE, DataType.FLOAT, geometry.scale(), "ones"));
            }
            case INT4 -> {
                long columns = columns(geometry.rows());
                Shape packed = Shape.of(geometry.rows(), PackedIntegers.bytes(columns));
                weights.add(fixed(KERNEL, DataType.INT8, packed, "zeros"));
                bias.ifPresent(weights::add);
                boolean hasBlocks = quantization.block() > 0;
                Shape scale = hasBlocks ? Shape.of(blocks(geometry.rows()), columns) : Shape.of(columns);
                weights.add(fixed(SCALE, DataType.FLOAT, scale, "ones"));
                if (hasBlocks) {
                    weights.add(fixed(ZERO, DataType.INT8, scale, "zeros"));
                    weights.add(fixed(GROUPS, DataType.FLOAT, Shape.of(geometry.rows()), "zeros"));
                }
            }
            case GPTQ, AWQ -> {
                long rows = geometry.calibratedRows();
                long columns = columns(rows);
                bias.ifPresent(weights::add);
                long stored = quantization.isPacked() ? PackedIntegers.bytes(columns) : columns;
                weights.add(fixed(KERNEL, DataType.UINT8, Shape.of(stored, rows), "zeros"));
                Shape scale = Shape.of(columns, blocks(rows));
                weights.add(fixed(SCALE, DataType.FLOAT, scale, "ones"));
                weights.add(fixed(ZERO, DataType.UINT8, scale, "zeros"));
                if (quantization.mode() == Quantization.Mode.AWQ) {
                    weights.add(fixed(INPUT_SCALES, DataType.FLOAT, Shape.of(rows), "ones"));
                }
                weights.add(fixed(GROUPS, DataType.FLOAT, Shape.of(rows), "zeros"));
            }
            case FLOAT8 -> {
                weights.add(plain);
                bias.ifPresent(weights::add);
                for (String part : List.of("inputs", KERNEL, "outputs_grad")) {
                    weights.add(learned(part + "_scale", Shape.of(), "ones"));
                    weights.add(learned(part + "_amax_history", Shape.of(quantization.history()), "zeros"));
                }
            }
        }
        return weights;
    }

    private static WeightSpec fixed(String name, DataType type, Shape shape, String initializer) {
        return new WeightSpec(name, type, shape, Initializers.named(initializer), Optional.empty(), false);
    }

    /** Keras counts these among the trainable weights, as it writes them while it computes gradients. */
    private static WeightSpec learned(String name, Shape shape, String initializer) {
        return new WeightSpec(name, DataType.FLOAT, shape, Initializers.named(initializer), Optional.empty(), true);
    }

    private long columns(long rows) {
        long numbers = 1;
        for (long length : geometry.kernel().toArray()) {
            numbers *= length;
        }
        return numbers / rows;
    }

    private long blocks(long rows) {
        return quantization.block() == 0 ? 1 : (rows + quantization.block() - 1) / quantization.block();
    }

    /** The inputs times the kernel, in the type in which the layer computes. */
    Value product(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        return switch (quantization.mode()) {
            case INT8 -> {
                Value kernel = call.wide(ops.cast(call.weight(KERNEL), x.type()));
                yield cutProduct(call, Optional.of(AbsMaxQuantizer.usual()), kernel, Optional.of(call.weight(SCALE)));
            }
            case INT4 -> cutProduct(call, Optional.empty(), whole(ops, fourBits(call)), Optional.empty());
            case GPTQ, AWQ -> geometry.multiply(ops, x, whole(ops, calibrated(call)));
            case FLOAT8 -> {
                requireInference(call);
                Value kernel = Float8.rounded(ops, call.weight(KERNEL), call.narrow(call.weight(SCALE)));
                yield geometry.multiply(ops, Float8.rounded(ops, x, call.narrow(call.weight("inputs_scale"))), kernel);
            }
        };
    }

    private void requireInference(LayerCall call) {
        if (call.isTraining()) {
            throw new ConfigException(layer + ": dtype " + quantization.text()
                    + " (expected: another one in training, as Slipway does not support it yet)");
        }
    }

    /** A bias as it is added to products of 8 bits: rounded to 16. */
    Value bias(LayerCall call, Value bias) {
        boolean isRounded = quantization.mode() == Quantization.Mode.FLOAT8 && call.computeType() == DataType.FLOAT;
        return isRounded ? call.ops().cast(call.ops().cast(bias, DataType.BFLOAT16), DataType.FLOAT) : bias;
    }

    /**
     * The product with inputs cut to integers, if they are, and divided by scales. Its gradient is that of the product of the inputs
     * themselves, as in Keras: of the cut, it would be zero.
     */
    private Value cutProduct(
            LayerCall call, Optional<AbsMaxQuantizer> usual, Value kernel, Optional<Value> kernelScale) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        Optional<AbsMaxQuantizer> quantizer = config.inputsOr(usual);
        if (quantizer.isEmpty()) {
            return divided(call, multiplied(call, x, kernel), kernelScale);
        }
        AbsMaxQuantizer.Cut cut = quantizer.get().cut(ops, x, geometry.summed());
        Value inputScale = geometry.alongResults(ops, cut.scale());
        Value scale = kernelScale.map(s -> ops.mul(s, inputScale)).orElse(inputScale);
        Value result = divided(call, multiplied(call, cut.integers(), kernel), Optional.of(scale));
        if (!call.isTraining()) {
            return result;
        }
        Value smooth = divided(call, multiplied(call, x, kernel), kernelScale);
        return ops.add(ops.stopGradient(result), ops.sub(smooth, ops.stopGradient(smooth)));
    }

    /** Sums of products of integers, which 16 bits do not hold. */
    private Value multiplied(LayerCall call, Value x, Value kernel) {
        return call.narrow(geometry.multiply(call.ops(), call.ops().cast(x, kernel.type()), kernel));
    }

    private static Value divided(LayerCall call, Value x, Optional<Value> scale) {
        return scale.map(s -> call.ops().div(x, s)).orElse(x);
    }

    private Value whole(Ops ops, Value matrix) {
        return ops.reshape(matrix, geometry.kernel());
    }

    /** The matrix of the numbers that integers of four bits stand for: {@code [rows, columns]}. */
    private Value fourBits(LayerCall call) {
        Ops ops = call.ops();
        DataType type = call.computeType();
        long columns = columns(geometry.rows());
        Value integers = PackedIntegers.unpack(ops, call.weight(KERNEL), 1, columns, type);
        return quantization.block() == 0 ? ops.div(integers, call.weight(SCALE)) : scaledBlocks(call, integers, 0);
    }

    /** {@code [rows, columns]} of integers that are stored the other way round. */
    private Value calibrated(LayerCall call) {
        Ops ops = call.ops();
        DataType type = call.computeType();
        Value stored = call.weight(KERNEL);
        Value integers = quantization.isPacked()
                ? PackedIntegers.unpack(ops, stored, 0, columns(geometry.calibratedRows()), type)
                : ops.cast(stored, type);
        Value matrix = ops.transposeLast(scaledBlocks(call, integers, 1));
        return quantization.mode() == Quantization.Mode.AWQ
                ? ops.div(matrix, ops.unsqueeze(call.weight(INPUT_SCALES), -1))
                : matrix;
    }

    /** {@code (integers - zero) · scale}, those of the block that each row is of. */
    private static Value scaledBlocks(LayerCall call, Value integers, int axis) {
        Ops ops = call.ops();
        Value groups = ops.cast(call.variable(GROUPS), DataType.INT32);
        Value zeros = ops.gather(ops.cast(call.weight(ZERO), integers.type()), groups, axis);
        Value scales = ops.gather(call.weight(SCALE), groups, axis);
        return ops.mul(ops.sub(integers, zeros), scales);
    }
}
