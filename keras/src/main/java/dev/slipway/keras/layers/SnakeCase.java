package dev.slipway.keras.layers;

import java.util.Locale;
import java.util.regex.Pattern;

/** Keras's {@code to_snake_case}: {@code Conv2DTranspose} becomes {@code conv2d_transpose}. */
public final class SnakeCase {
    private static final Pattern NOT_WORD = Pattern.compile("\\W+");
    private static final Pattern WORD_START = Pattern.compile("(.)([A-Z][a-z]+)");
    private static final Pattern LOWER_UPPER = Pattern.compile("([a-z])([A-Z])");

    private SnakeCase() {}

    /**
     * The name Keras gives to a class where nobody named it.
     *
     * @param className the class name
     * @return the name in snake case
     */
    public static String of(String className) {
        String plain = NOT_WORD.matcher(className).replaceAll("");
        String split = WORD_START.matcher(plain).replaceAll("$1_$2");
        return LOWER_UPPER.matcher(split).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }
}
