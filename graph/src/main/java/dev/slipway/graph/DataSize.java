package dev.slipway.graph;

import java.util.Locale;

/**
 * An amount of memory or of a file.
 *
 * @param bytes how many bytes
 */
public record DataSize(long bytes) {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB", "PB"};
    private static final int SCALE = 1024;

    /** For people, as Keras's summaries show it: {@code 7.04 KB}, of 1024 bytes each. */
    @Override
    public String toString() {
        double amount = bytes;
        int unit = 0;
        while (amount >= SCALE && unit < UNITS.length - 1) {
            amount /= SCALE;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f %s", amount, UNITS[unit]);
    }
}
