package dev.slipway.graph;

import java.util.Objects;
import java.util.Optional;

/**
 * One axis length: either a number, or a symbol for a number that is only known when the graph runs (the batch).
 *
 * <p>Two dimensions with the same symbol are the same length in every run.
 */
public final class Dimension {
    private static final long UNKNOWN = -1;

    private final long size;
    private final String symbol;

    private Dimension(long size, String symbol) {
        this.size = size;
        this.symbol = symbol;
    }

    /**
     * A known length.
     *
     * @param size the number of elements along the axis, at least 0
     * @return the dimension
     * @throws IllegalArgumentException if the size is negative
     */
    public static Dimension of(long size) {
        if (size < 0) {
            throw new IllegalArgumentException("dimension: " + size + " (expected: >= 0)");
        }
        return new Dimension(size, "");
    }

    /**
     * A length known only at run time.
     *
     * @param symbol its name, such as {@code batch}; not empty
     * @return the dimension
     */
    public static Dimension symbol(String symbol) {
        if (symbol.isEmpty()) {
            throw new IllegalArgumentException("dimension symbol: '' (expected: a name such as 'batch')");
        }
        return new Dimension(UNKNOWN, symbol);
    }

    /**
     * Whether the length is a number.
     *
     * @return false for a symbol
     */
    public boolean isKnown() {
        return size != UNKNOWN;
    }

    /**
     * Whether the length is known to be this number.
     *
     * @param length the number to compare with
     * @return false for another number and for every symbol
     */
    public boolean is(long length) {
        return size == length && isKnown();
    }

    /**
     * The length.
     *
     * @return the number of elements along the axis
     * @throws IllegalStateException for a symbol
     */
    public long size() {
        if (!isKnown()) {
            throw new IllegalStateException("dimension '" + symbol + "' (expected: a known length)");
        }
        return size;
    }

    /**
     * The name of an unknown length.
     *
     * @return the symbol, or empty for a known length
     */
    public Optional<String> symbol() {
        return isKnown() ? Optional.empty() : Optional.of(symbol);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dimension that && size == that.size && symbol.equals(that.symbol);
    }

    @Override
    public int hashCode() {
        return Objects.hash(size, symbol);
    }

    /** The number, or the symbol. */
    @Override
    public String toString() {
        return isKnown() ? Long.toString(size) : symbol;
    }
}
