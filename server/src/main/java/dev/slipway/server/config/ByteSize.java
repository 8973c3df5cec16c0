package dev.slipway.server.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written with its unit: {@code 16MiB}.
 *
 * @param bytes how many; not negative
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB");
    private static final Pattern TEXT = Pattern.compile("(?<number>[0-9]{1,12}) ?(?<unit>B|KiB|MiB|GiB)");

    /**
     * Checks the number.
     *
     * @param bytes how many
     * @throws IllegalArgumentException if it is negative
     */
    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: at least 0)");
        }
    }

    /**
     * A size in mebibytes.
     *
     * @param mebibytes how many times 1024 * 1024 bytes
     * @return the size
     */
    public static ByteSize ofMebibytes(long mebibytes) {
        return new ByteSize(Math.multiplyExact(mebibytes, 1L << 20));
    }

    /**
     * Reads a size. The unit must be there: a bare number has been taken for mebibytes and for bytes.
     *
     * @param text such as {@code 16MiB}, {@code 512 KiB} or {@code 100B}
     * @return the size
     * @throws IllegalArgumentException if it is something else
     */
    public static ByteSize parse(String text) {
        Matcher size = TEXT.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    "size: " + text + " (expected: a whole number with its unit B, KiB, MiB or GiB, such as 16MiB)");
        }
        int power = 10 * UNITS.indexOf(size.group("unit"));
        return new ByteSize(Math.multiplyExact(Long.parseLong(size.group("number")), 1L << power));
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /**
     * As {@link #parse} reads it.
     *
     * @return the number in the largest unit in which it is whole
     */
    @Override
    public String toString() {
        int unit = 0;
        long number = bytes;
        while (number != 0 && number % 1024 == 0 && unit < UNITS.size() - 1) {
            number /= 1024;
            unit++;
        }
        return number + UNITS.get(unit);
    }
}
