package dev.slipway.server.json;

import java.util.Optional;

/**
 * The three numbers that JSON cannot write, as the strings {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 *
 * <p>Source: the JSON mapping of protocol buffers 3, which has the same three strings for {@code float} and {@code double}.
 */
public final class NonFinite {
    private NonFinite() {}

    /**
     * Reads a number's name.
     *
     * @param text any text
     * @return the number, empty for every other text
     */
    public static Optional<Double> parse(String text) {
        return switch (text) {
            case "NaN" -> Optional.of(Double.NaN);
            case "Infinity" -> Optional.of(Double.POSITIVE_INFINITY);
            case "-Infinity" -> Optional.of(Double.NEGATIVE_INFINITY);
            default -> Optional.empty();
        };
    }

    /**
     * Whether a number needs a name.
     *
     * @param number any number
     * @return true if JSON cannot write it as a number
     */
    public static boolean is(double number) {
        return !Double.isFinite(number);
    }
}
