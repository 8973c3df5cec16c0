package dev.slipway.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/** What becomes of good bytes on a bad way: all of it follows from the random numbers it is given. */
final class FuzzedBytes {
    private static final List<String> NUMBERS = List.of(
            "1e999",
            "-1e999",
            "1e-999999999",
            "1e1000000000",
            "9".repeat(400),
            "0." + "1".repeat(1200),
            "9223372036854775808",
            "18446744073709551616",
            "-0",
            "-1",
            "0",
            "1.0",
            "2147483648",
            "9007199254740993",
            "NaN",
            "-Infinity",
            "0x10",
            "+1",
            "01");

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "{}",
            "[]",
            "\"\"",
            "{\"b64\":\"!\"}",
            "{\"b64\":\"AA==\"}",
            "\"\\ud800\"",
            "\"\\u0000\"",
            "[[[]]]",
            "{\"\":{}}",
            "\"" + "x".repeat(3000) + "\"");

    private static final int[] DEPTHS = {50, 99, 101, 1001, 20_000};

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?");
    private static final Pattern VALUE = Pattern.compile("(?<=[:,\\[])(?:\"[^\"]*\"|-?\\d+(?:\\.\\d+)?)");
    private static final Pattern KEY = Pattern.compile("\"[^\"]*\":");

    private FuzzedBytes() {}

    /** Other numbers for each name, the same ones each time unless {@code -Dfuzz.seed} says otherwise. */
    static SplittableRandom random(String name) {
        return new SplittableRandom(name.hashCode() + 31 * Long.getLong("fuzz.seed", 0));
    }

    /** One to three places changed, cut out, doubled, or cut off. */
    static byte[] changed(byte[] good, SplittableRandom random) {
        byte[] bytes = good;
        for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
            int from = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, from + random.nextInt(1, 12));
            switch (random.nextInt(6)) {
                case 0 -> {
                    bytes = bytes.clone();
                    bytes[from] = (byte) random.nextInt();
                }
                case 1 -> bytes = spliced(bytes, from, new byte[0], to);
                case 2 -> bytes = spliced(bytes, to, new byte[0], from);
                case 3 -> bytes = Arrays.copyOf(bytes, from);
                case 4 -> bytes = spliced(bytes, from, new byte[] {(byte) 0xc0, (byte) 0xaf, (byte) 0xff}, from);
                default -> {
                    byte[] noise = new byte[random.nextInt(1, 9)];
                    random.nextBytes(noise);
                    bytes = spliced(bytes, from, noise, to);
                }
            }
        }
        return bytes;
    }

    /** JSON that says something else, in another encoding, twice, or too deeply. */
    static byte[] changedJson(byte[] json, SplittableRandom random) {
        String text = new String(json, StandardCharsets.UTF_8);
        return switch (random.nextInt(7)) {
            case 0 -> utf8(replaced(text, NUMBER, any(NUMBERS, random), random));
            case 1 -> utf8(replaced(text, VALUE, any(VALUES, random), random));
            case 2 -> utf8(replaced(text, VALUE, nested(random), random));
            case 3 -> utf8(replaced(text, KEY, "$0" + any(VALUES, random) + ",$0", random));
            case 4 -> utf8(replaced(text, KEY, "\"" + (char) random.nextInt(0x20, 0xd800) + "\":", random));
            case 5 -> text.getBytes(random.nextBoolean() ? StandardCharsets.UTF_16 : StandardCharsets.UTF_16LE);
            default -> utf8("\ufeff" + text);
        };
    }

    /** Good, half and broken. */
    static byte[] gzipped(byte[] bytes, SplittableRandom random) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return random.nextBoolean() ? packed.toByteArray() : changed(packed.toByteArray(), random);
    }

    static <T> T any(List<T> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }

    private static String nested(SplittableRandom random) {
        int depth = DEPTHS[random.nextInt(DEPTHS.length)];
        String open = random.nextBoolean() ? "[" : "{\"x\":";
        String close = open.equals("[") ? "]" : "}";
        return open.repeat(depth) + "1" + (random.nextBoolean() ? close.repeat(depth) : "");
    }

    /** One of the places that match, changed; {@code $0} is what stood there. */
    private static String replaced(String text, Pattern what, String by, SplittableRandom random) {
        List<MatchResult> all = what.matcher(text).results().toList();
        if (all.isEmpty()) {
            return text + by;
        }
        MatchResult one = any(all, random);
        return text.substring(0, one.start()) + by.replace("$0", one.group()) + text.substring(one.end());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] spliced(byte[] bytes, int end, byte[] between, int rest) {
        byte[] all = Arrays.copyOf(bytes, end + between.length + bytes.length - rest);
        System.arraycopy(between, 0, all, end, between.length);
        System.arraycopy(bytes, rest, all, end + between.length, bytes.length - rest);
        return all;
    }
}
