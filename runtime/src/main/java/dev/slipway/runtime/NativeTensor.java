package dev.slipway.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The border between {@link Tensor} and the engine's own tensor handles. */
final class NativeTensor {
    private NativeTensor() {}

    /** A handle over a tensor's memory, without copying; the caller closes it. */
    static OnnxTensor handle(Tensor tensor) throws OrtException {
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), tensor.bytes(), tensor.shape().toArray(), javaType(tensor.type()));
    }

    /** A tensor of its own with what the engine computed. */
    static Tensor copyOf(OnnxTensor computed) {
        TensorInfo info = computed.getInfo();
        Tensor copy = Tensor.zeros(DataType.ofOnnxCode(info.onnxType.value), Shape.of(info.getShape()));
        ByteBuffer elements = computed.getByteBuffer();
        copy.bytes().put(elements);
        return copy;
    }

    /** What the engine says of an input or output; lengths without a name get one from their place. */
    static TensorSpec spec(String name, TensorInfo info) {
        long[] lengths = info.getShape();
        String[] symbols = info.getDimensionNames();
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < lengths.length; axis++) {
            String symbol = symbols[axis].isEmpty() ? name + "_" + axis : symbols[axis];
            dimensions.add(lengths[axis] < 0 ? Dimension.symbol(symbol) : Dimension.of(lengths[axis]));
        }
        return new TensorSpec(name, DataType.ofOnnxCode(info.onnxType.value), Shape.of(dimensions));
    }

    private static OnnxJavaType javaType(DataType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case UINT16, UINT32, UINT64, STRING ->
                throw new IllegalArgumentException("tensor of " + type
                        + " (expected: a type that the engine's Java interface takes; cast it in the graph)");
        };
    }
}
