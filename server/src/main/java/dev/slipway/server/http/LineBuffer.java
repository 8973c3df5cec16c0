package dev.slipway.server.http;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/** The bytes of log lines, one after another. For one thread. */
final class LineBuffer {
    private static final int BYTES = 16 * 1024;

    /** More than the longest line has: a path and a method of 259 characters each, twice that if escaped, three names of 128. */
    private static final int MAX_LINE_BYTES = 3072;

    private final byte[] bytes = new byte[BYTES];
    private int length;

    private final ClientTexts clients = new ClientTexts();
    private final KnownPaths<String> paths = new KnownPaths<>(path -> Optional.of(RequestLog.printable(path)));

    /** The time up to the second, as text, and which second that is. */
    private String second = "";

    private long secondShown = -1;

    /** Whether another line fits. */
    boolean hasRoom() {
        return length + MAX_LINE_BYTES <= BYTES;
    }

    boolean isEmpty() {
        return length == 0;
    }

    /** All lines; none are left. */
    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, length);
        length = 0;
        return taken;
    }

    /** RFC 3339 in UTC with milliseconds. */
    LineBuffer time(long millis) {
        if (millis / 1000 != secondShown) {
            secondShown = millis / 1000;
            String instant =
                    Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
            second = instant.substring(0, instant.length() - 1) + ".";
        }
        return text(second).threeDigits((int) (millis % 1000)).text("Z");
    }

    /** Who sent a request. */
    String client(Answered answered) {
        return clients.of(answered.request().remoteAddress());
    }

    /** As {@link Answered#path} says it. */
    String path(Answered answered) {
        return paths.find(String.valueOf(answered.request().path())).orElseThrow();
    }

    /** Nanoseconds as milliseconds with three digits behind the point. */
    LineBuffer millis(long nanos) {
        long micros = nanos / 1000;
        return number(micros / 1000).text(".").threeDigits((int) (micros % 1000));
    }

    private LineBuffer threeDigits(int number) {
        bytes[length++] = (byte) ('0' + number / 100);
        bytes[length++] = (byte) ('0' + number / 10 % 10);
        bytes[length++] = (byte) ('0' + number % 10);
        return this;
    }

    /** A number that is not negative, without a text of its own. */
    LineBuffer number(long number) {
        int end = length + 1;
        for (long rest = number; rest > 9; rest /= 10) {
            end++;
        }
        length = end;
        for (long rest = number; end == length || rest > 0; rest /= 10) {
            bytes[--end] = (byte) ('0' + rest % 10);
        }
        return this;
    }

    /** The fast copy of ASCII text, of which a byte a character is the whole. */
    @SuppressWarnings("deprecation")
    LineBuffer text(String ascii) {
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
        return this;
    }

    /** Printable ASCII as it stands between the quotes of a JSON string. */
    LineBuffer escaped(String ascii) {
        if (ascii.indexOf('"') < 0 && ascii.indexOf('\\') < 0) {
            return text(ascii);
        }
        return text(ascii.replace("\\", "\\\\").replace("\"", "\\\""));
    }
}
