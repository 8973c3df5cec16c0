package dev.slipway.keras.callbacks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Numbers as Python writes them, where Java has other zeros and exponents.
 *
 * <p>Source: the Python library reference, Format Specification Mini-Language; {@code float.__repr__}.
 */
final class PythonNumber {
    private static final int LEAST_EXPONENT = -4;
    private static final int REPR_DIGITS = 16;

    private PythonNumber() {}

    /** As {@code str} does: as many digits as tell it from other numbers, and always a point or an exponent. */
    static String plain(double number) {
        return Double.isFinite(number)
                ? written(new BigDecimal(Double.toString(number)), REPR_DIGITS, true)
                : special(number);
    }

    /** As the type f does: halves of what the number really is go to the even neighbour. */
    static String fixed(double number, int places) {
        return Double.isFinite(number)
                ? new BigDecimal(number)
                        .setScale(places, RoundingMode.HALF_EVEN)
                        .toPlainString()
                : special(number);
    }

    /** As the type e does. */
    static String scientific(double number, int places) {
        return Double.isFinite(number)
                ? String.format(Locale.ROOT, "%." + places + "e", rounded(number, places + 1))
                : special(number);
    }

    /** As the type g does: some significant digits, without zeros at the end. */
    static String general(double number, int digits) {
        int precision = Math.max(1, digits);
        return Double.isFinite(number) ? written(rounded(number, precision), precision, false) : special(number);
    }

    /** As a precision without a type does: as g, but a fraction or an exponent is always there. */
    static String significant(double number, int digits) {
        int precision = Math.max(1, digits);
        return Double.isFinite(number) ? written(rounded(number, precision), precision - 1, true) : special(number);
    }

    private static BigDecimal rounded(double number, int precision) {
        return new BigDecimal(number).round(new MathContext(precision, RoundingMode.HALF_EVEN));
    }

    private static String special(double number) {
        return String.valueOf(number).replace("Infinity", "inf").toLowerCase(Locale.ROOT);
    }

    /** With an exponent from {@code end} on, or where there would be four zeros after the point. */
    private static String written(BigDecimal number, int end, boolean hasPoint) {
        if (number.signum() == 0) {
            return hasPoint ? "0.0" : "0";
        }
        BigDecimal shortest = number.stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent < LEAST_EXPONENT || exponent >= end) {
            String mantissa =
                    shortest.movePointLeft(exponent).stripTrailingZeros().toPlainString();
            return mantissa + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
        }
        String plain = shortest.toPlainString();
        return hasPoint && plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
}
