package dev.slipway.runtime;

/** IEEE 754 half precision, for which Java has a conversion only from version 20 on. */
final class HalfPrecision {
    private static final int EXPONENT_BIAS_DIFFERENCE = 127 - 15;

    private HalfPrecision() {}

    /** The value of 16 bits: 1 sign, 5 exponent, 10 fraction. */
    static float toFloat(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int wide = exponent == 0x1f ? 0xff : exponent + EXPONENT_BIAS_DIFFERENCE;
        return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
    }
}
