package dev.slipway.server.json;

/** How numbers are written that JSON has no digits for. */
public enum NonFiniteForm {
    /** As the strings of {@link NonFinite}: JSON that keeps them apart. */
    STRING,
    /** As bare words {@code NaN}, {@code Infinity}, {@code -Infinity}, which are no JSON: TensorFlow Serving and Python. */
    WORD,
    /** All as {@code null}. */
    NULL
}
