package dev.slipway.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.graph.UnsignedBorder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The border between {@link Tensor} and the engine's own tensor handles. */
final class NativeTensor {
    private NativeTensor() {}

    /** A handle over a tensor's memory, without copying; the caller closes it. */
    static OnnxTensor handle(Tensor tensor) throws OrtException {
        return handle(tensor, tensor.type());
    }

    /** The same for an input or output, whose unsigned integers the engine is given as the signed ones of their width. */
    static OnnxTensor borderHandle(Tensor tensor) throws OrtException {
        return handle(tensor, UnsignedBorder.outside(tensor.type()));
    }

    private static OnnxTensor handle(Tensor tensor, DataType type) throws OrtException {
        if (type == DataType.STRING) {
            return textHandle(tensor);
        }
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), tensor.bytes(), tensor.shape().toArray(), javaType(type));
    }

    /** What the engine calls an input or output. */
    static String nameOf(TensorSpec spec) {
        return UnsignedBorder.outside(spec.name(), spec.type());
    }

    /** Text is copied, as the engine keeps it in a form of its own. */
    private static OnnxTensor textHandle(Tensor tensor) throws OrtException {
        for (String text : tensor.texts()) {
            requireCarried(text);
        }
        return OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                tensor.texts().toArray(new String[0]),
                tensor.shape().toArray());
    }

    /** The engine's Java interface turns characters into Java's own kind of UTF-8, which differs from UTF-8 in these. */
    private static void requireCarried(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0 || Character.isSurrogate(text.charAt(i))) {
                throw new RefusedInputException(String.format(
                        "text with the character U+%04X (expected: U+0001 to U+FFFF, as the engine's Java interface takes"
                                + " no others)",
                        text.codePointAt(i)));
            }
        }
    }

    /** The engine gives text as nested arrays. */
    private static void flatten(Object nested, List<String> into) {
        if (nested instanceof Object[] array) {
            for (Object element : array) {
                flatten(element, into);
            }
        } else {
            into.add((String) nested);
        }
    }

    /** A tensor of its own, of the output's type, with what the engine computed. */
    static Tensor copyOf(OnnxTensor computed, DataType type) throws OrtException {
        TensorInfo info = computed.getInfo();
        if (type == DataType.STRING) {
            List<String> texts = new ArrayList<>();
            flatten(computed.getValue(), texts);
            return Tensor.of(Shape.of(info.getShape()), texts.toArray(new String[0]));
        }
        Tensor copy = Tensor.zeros(type, Shape.of(info.getShape()));
        ByteBuffer elements = computed.getByteBuffer();
        copy.bytes().put(elements);
        return copy;
    }

    /** What the engine says of an input or output; lengths without a name get one from their place. */
    static TensorSpec spec(String outside, TensorInfo info) {
        String name = UnsignedBorder.insideName(outside);
        long[] lengths = info.getShape();
        String[] symbols = info.getDimensionNames();
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < lengths.length; axis++) {
            String symbol = symbols[axis].isEmpty() ? name + "_" + axis : symbols[axis];
            dimensions.add(lengths[axis] < 0 ? Dimension.symbol(symbol) : Dimension.of(lengths[axis]));
        }
        return new TensorSpec(name, UnsignedBorder.insideType(outside, type(info)), Shape.of(dimensions));
    }

    /** The engine's own number of a type is not ONNX's, so its name decides. */
    private static DataType type(TensorInfo info) {
        return switch (info.onnxType) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> DataType.FLOAT;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> DataType.DOUBLE;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> DataType.FLOAT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> DataType.BFLOAT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> DataType.INT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> DataType.INT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> DataType.INT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> DataType.INT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> DataType.UINT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> DataType.UINT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> DataType.UINT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> DataType.UINT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> DataType.BOOL;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> DataType.STRING;
            default ->
                throw new IllegalArgumentException(
                        "engine element type: " + info.onnxType + " (expected: a type of DataType)");
        };
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
