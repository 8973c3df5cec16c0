package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Whole numbers of a configuration, one for each of some axes; a single number stands for all of them. */
final class Lengths {
    private Lengths() {}

    /** The numbers of a key; empty if it is not set. */
    static Optional<List<Long>> find(Config config, String key, int count, long least) {
        return config.numbers(key).map(numbers -> {
            boolean whole = Arrays.stream(numbers).allMatch(n -> n >= least && n <= Integer.MAX_VALUE && n == (long) n);
            if (!whole || (numbers.length != count && numbers.length != 1)) {
                throw config.refused(
                        key, Arrays.toString(numbers), count + " whole numbers from " + least + " on, or one");
            }
            return spread(numbers, count);
        });
    }

    static List<Long> read(Config config, String key, int count, long least) {
        return find(config, key, count, least)
                .orElseThrow(() -> config.refused(key, "nothing", count + " whole numbers from " + least + " on"));
    }

    static List<Long> read(Config config, String key, int count, long least, long absent) {
        return find(config, key, count, least).orElseGet(() -> Collections.nCopies(count, absent));
    }

    private static List<Long> spread(double[] numbers, int count) {
        return numbers.length == 1
                ? Collections.nCopies(count, (long) numbers[0])
                : Arrays.stream(numbers).mapToObj(n -> (long) n).toList();
    }

    /** What a program gives: a number for each axis, or one for all. */
    static List<Long> of(String what, int count, long least, long... numbers) {
        if ((numbers.length != count && numbers.length != 1)
                || Arrays.stream(numbers).anyMatch(n -> n < least)) {
            throw new IllegalArgumentException(what + " " + Arrays.toString(numbers) + " (expected: " + count
                    + " numbers from " + least + " on, or one)");
        }
        return numbers.length == 1
                ? Collections.nCopies(count, numbers[0])
                : Arrays.stream(numbers).boxed().toList();
    }

    static void write(ObjectNode config, String key, List<Long> numbers) {
        ArrayNode list = config.putArray(key);
        numbers.forEach(list::add);
    }
}
