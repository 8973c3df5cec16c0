package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Locale;

/**
 * What is thought around an axis before a window moves over it: nothing, as much as gives {@code ceil(length / stride)}
 * places with what cannot be halved behind, or all of the window but one element before.
 *
 * <p>Source: the argument {@code padding} of {@code keras.ops.conv}.
 */
enum Padding {
    VALID,
    SAME,
    CAUSAL;

    static Padding named(String name, List<Padding> allowed) {
        return allowed.stream()
                .filter(padding -> padding.kerasName().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "padding '" + name + "' (expected: " + expectation(allowed) + ")"));
    }

    static Padding read(Config config, List<Padding> allowed) {
        String name = config.text("padding", VALID.kerasName());
        try {
            return named(name, allowed);
        } catch (IllegalArgumentException e) {
            throw config.refused("padding", name, expectation(allowed));
        }
    }

    private static String expectation(List<Padding> allowed) {
        return "one of " + allowed.stream().map(Padding::kerasName).toList();
    }

    String kerasName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
