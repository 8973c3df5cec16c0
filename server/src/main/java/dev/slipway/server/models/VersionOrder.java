package dev.slipway.server.models;

import java.util.Comparator;

/**
 * From older to newer: words first, by letters, then whole numbers, by size. So the folders {@code 9} and {@code 10} come in
 * this order, and a number is newer than any word.
 */
final class VersionOrder {
    private static final int MAX_DIGITS = 18;

    static final Comparator<String> OLDEST_FIRST = Comparator.comparing(VersionOrder::isNumber)
            .thenComparing(version -> isNumber(version) ? Long.parseLong(version) : 0L)
            .thenComparing(Comparator.naturalOrder());

    private VersionOrder() {}

    private static boolean isNumber(String version) {
        return !version.isEmpty()
                && version.length() <= MAX_DIGITS
                && version.chars().allMatch(letter -> letter >= '0' && letter <= '9');
    }
}
