package dev.slipway.graph;

import java.nio.ByteBuffer;

/**
 * One number of a tensor, in the bytes of its type.
 *
 * <p>Source: IEEE 754-2008 for the floating-point types; {@link DataType#BFLOAT16} is the upper half of a single.
 */
public final class Element {
    private static final int HALF_INFINITY = 0x7c00;
    private static final int HALF_NAN = 0x7e00;
    private static final int HALF_FRACTION_BITS = 10;
    private static final int LEAST_HALF_EXPONENT = -14;
    private static final int EXPONENT_BIAS_DIFFERENCE = 127 - 15;

    private Element() {}

    /**
     * Writes a number at the position of a buffer, rounded to the nearest that the type has, halves to even; integers as a
     * Java cast converts them, truth values as false for zero.
     *
     * @param bytes where to; its byte order counts
     * @param type the element type
     * @param number the number
     * @throws IllegalArgumentException for text
     */
    public static void put(ByteBuffer bytes, DataType type, double number) {
        switch (type) {
            case FLOAT -> bytes.putFloat((float) number);
            case DOUBLE -> bytes.putDouble(number);
            case FLOAT16 -> bytes.putShort(half(number));
            case BFLOAT16 -> bytes.putShort(brain((float) number));
            case INT64, UINT64 -> bytes.putLong((long) number);
            case INT32, UINT32 -> bytes.putInt((int) (long) number);
            case INT16, UINT16 -> bytes.putShort((short) number);
            case INT8, UINT8 -> bytes.put((byte) number);
            case BOOL -> bytes.put((byte) (number == 0 ? 0 : 1));
            case STRING -> throw new IllegalArgumentException("element of type STRING (expected: a number type)");
        }
    }

    /**
     * Reads a number.
     *
     * @param bytes where from; its byte order counts
     * @param type the element type
     * @param index the number's place among numbers of that type, from the beginning of the buffer
     * @return the number, exact for every type but 64-bit integers above 2^53
     * @throws IllegalArgumentException for text
     */
    public static double get(ByteBuffer bytes, DataType type, int index) {
        return switch (type) {
            case FLOAT -> bytes.getFloat(index * 4);
            case DOUBLE -> bytes.getDouble(index * 8);
            case FLOAT16 -> ofHalf(bytes.getShort(index * 2));
            case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort(index * 2) << 16);
            case INT64 -> (double) bytes.getLong(index * 8);
            case UINT64 -> unsigned(bytes.getLong(index * 8));
            case INT32 -> bytes.getInt(index * 4);
            case UINT32 -> Integer.toUnsignedLong(bytes.getInt(index * 4));
            case INT16 -> bytes.getShort(index * 2);
            case UINT16 -> Short.toUnsignedInt(bytes.getShort(index * 2));
            case INT8 -> bytes.get(index);
            case UINT8, BOOL -> Byte.toUnsignedInt(bytes.get(index));
            case STRING -> throw new IllegalArgumentException("element of type STRING (expected: a number type)");
        };
    }

    /** Half precision: 1 bit sign, 5 exponent, 10 fraction. Java has this conversion only from version 20 on. */
    private static short half(double number) {
        int sign = number < 0 || 1 / number < 0 ? 0x8000 : 0;
        double magnitude = Math.abs(number);
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return (short) (sign | (Double.isNaN(number) ? HALF_NAN : HALF_INFINITY));
        }
        int exponent = Math.max(Math.getExponent(magnitude), LEAST_HALF_EXPONENT);
        double fraction = Math.rint(Math.scalb(magnitude, HALF_FRACTION_BITS - exponent));
        // The fraction's leading bit, which is not stored, counts the exponent up by one; so does a carry.
        double bits = ((exponent - LEAST_HALF_EXPONENT) << HALF_FRACTION_BITS) + fraction;
        return (short) (sign | (int) Math.min(bits, HALF_INFINITY));
    }

    private static float ofHalf(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> HALF_FRACTION_BITS) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1f ? 0xff : exponent + EXPONENT_BIAS_DIFFERENCE;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }

    private static short brain(float number) {
        int bits = Float.floatToIntBits(number);
        int rounded = Float.isNaN(number) ? bits : bits + 0x7fff + ((bits >> 16) & 1);
        return (short) (rounded >> 16);
    }

    /** Halves what a signed number cannot hold; the bit shifted out stays as the lowest, or rounding would go wrong. */
    private static double unsigned(long bits) {
        return bits >= 0 ? (double) bits : (double) ((bits >>> 1) | (bits & 1)) * 2;
    }
}
