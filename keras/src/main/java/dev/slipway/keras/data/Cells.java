package dev.slipway.keras.data;

import java.util.Optional;

/** What stands in a cell of a table, read as a number or text. */
final class Cells {
    /** Whole numbers beyond it are not all there in double precision. */
    private static final double MAX_EXACT = 1L << 53;

    private Cells() {}

    static Optional<Double> number(Object cell) {
        if (cell instanceof Number number) {
            return Optional.of(number.doubleValue());
        }
        if (cell instanceof Boolean truth) {
            return Optional.of(truth ? 1.0 : 0.0);
        }
        String text = cell.toString().strip();
        // Java reads 1f and 2d as numbers; nobody else does.
        if (text.isEmpty() || "fFdD".indexOf(text.charAt(text.length() - 1)) >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Also of {@code 3.0}, as which numpy and pandas write whole numbers of columns with gaps. */
    static Optional<Long> integer(Object cell) {
        if (cell instanceof Long || cell instanceof Integer) {
            return Optional.of(((Number) cell).longValue());
        }
        try {
            return Optional.of(Long.parseLong(cell.toString().strip()));
        } catch (NumberFormatException e) {
            return number(cell)
                    .filter(number -> number == Math.rint(number) && Math.abs(number) <= MAX_EXACT)
                    .map(Double::longValue);
        }
    }

    static String text(Object cell) {
        return cell.toString();
    }
}
