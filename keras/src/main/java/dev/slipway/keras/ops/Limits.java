package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;

/** The least and the greatest finite number of a type. */
final class Limits {
    /** The greatest double below 2 to the power of 63. */
    private static final double LARGEST_LONG = 0x1.fffffffffffffp62;

    private Limits() {}

    static double[] of(DataType type) {
        return switch (type) {
            case DOUBLE -> both(Double.MAX_VALUE);
            case FLOAT16 -> both(65504);
            case BFLOAT16 -> both(3.3895313892515355e38);
            case INT8 -> new double[] {Byte.MIN_VALUE, Byte.MAX_VALUE};
            case INT16 -> new double[] {Short.MIN_VALUE, Short.MAX_VALUE};
            case INT32 -> new double[] {Integer.MIN_VALUE, Integer.MAX_VALUE};
            case INT64 -> new double[] {Long.MIN_VALUE, LARGEST_LONG};
            case UINT8 -> new double[] {0, 255};
            case UINT16 -> new double[] {0, 65535};
            case UINT32 -> new double[] {0, 4294967295.0};
            case UINT64 -> new double[] {0, LARGEST_LONG * 2};
            case BOOL -> new double[] {0, 1};
            default -> both(Float.MAX_VALUE);
        };
    }

    private static double[] both(double largest) {
        return new double[] {-largest, largest};
    }
}
