package dev.slipway.keras.ops;

import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.Optional;

/** Axes and lengths as configurations name them: a whole number or a list of them. */
final class Axes {
    private Axes() {}

    /** Whole numbers; empty if the key is not set. */
    static Optional<int[]> find(Config config, String key) {
        return config.numbers(key)
                .map(numbers -> Arrays.stream(numbers)
                        .mapToInt(number -> whole(config, key, number))
                        .toArray());
    }

    static int[] require(Config config, String key) {
        return find(config, key).orElseThrow(() -> config.refused(key, "nothing", "whole numbers"));
    }

    private static int whole(Config config, String key, double number) {
        if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
            throw config.refused(key, number + "", "whole numbers");
        }
        return (int) number;
    }

    /** Every axis of a shape. */
    static int[] all(Shape shape) {
        int[] axes = new int[shape.rank()];
        Arrays.setAll(axes, i -> i);
        return axes;
    }
}
