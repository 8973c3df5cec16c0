package dev.slipway.graph;

/**
 * The element type of a tensor.
 *
 * <p>Source: {@code TensorProto.DataType} of the ONNX IR specification; {@link #onnxCode()} is its number there.
 */
public enum DataType {
    /** IEEE 754 single precision. */
    FLOAT(1, 4),
    /** Unsigned 8-bit integer. */
    UINT8(2, 1),
    /** Signed 8-bit integer. */
    INT8(3, 1),
    /** Unsigned 16-bit integer. */
    UINT16(4, 2),
    /** Signed 16-bit integer. */
    INT16(5, 2),
    /** Signed 32-bit integer. */
    INT32(6, 4),
    /** Signed 64-bit integer. */
    INT64(7, 8),
    /** Text; has no fixed size. */
    STRING(8, 0),
    /** Truth value in one byte. */
    BOOL(9, 1),
    /** IEEE 754 half precision. */
    FLOAT16(10, 2),
    /** IEEE 754 double precision. */
    DOUBLE(11, 8),
    /** Unsigned 32-bit integer. */
    UINT32(12, 4),
    /** Unsigned 64-bit integer. */
    UINT64(13, 8),
    /** The upper half of an IEEE 754 single. */
    BFLOAT16(16, 2);

    private final int onnxCode;
    private final int byteSize;

    DataType(int onnxCode, int byteSize) {
        this.onnxCode = onnxCode;
        this.byteSize = byteSize;
    }

    /**
     * The number of this type in {@code TensorProto.DataType}.
     *
     * @return the ONNX code
     */
    public int onnxCode() {
        return onnxCode;
    }

    /**
     * The bytes one element takes.
     *
     * @return bytes an element, 0 for {@link #STRING}
     */
    public int byteSize() {
        return byteSize;
    }

    /**
     * Whether this is a floating-point type, and so one through which gradients flow.
     *
     * @return true for the four floating-point types
     */
    public boolean isFloating() {
        return this == FLOAT || this == DOUBLE || this == FLOAT16 || this == BFLOAT16;
    }

    /**
     * Whether this is a signed or unsigned integer type.
     *
     * @return true for integers, false for floating-point, truth values and text
     */
    public boolean isInteger() {
        return !isFloating() && this != BOOL && this != STRING;
    }

    /**
     * The type with an ONNX code.
     *
     * @param onnxCode a number of {@code TensorProto.DataType}
     * @return its type
     * @throws IllegalArgumentException for a code that Slipway has no type for
     */
    public static DataType ofOnnxCode(int onnxCode) {
        for (DataType type : values()) {
            if (type.onnxCode == onnxCode) {
                return type;
            }
        }
        throw new IllegalArgumentException("ONNX element type: " + onnxCode + " (expected: a number of DataType)");
    }
}
