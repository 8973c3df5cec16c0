package dev.slipway.server.payload;

import dev.slipway.server.config.ByteSize;
import dev.slipway.server.config.Setting;
import java.net.URI;
import java.util.List;

/**
 * {@code payload}: which requests and answers are written down, where, and without what.
 *
 * @param target a file or an address of HTTP; empty for none
 * @param share of the predictions
 * @param maxBytes the longest body that is written whole
 * @param redact what is left out
 * @param rotate the longest file
 * @param keep how many full files are kept
 * @param queue how many predictions may wait to be written
 */
public record PayloadOptions(
        @Setting(
                "Where requests and answers are written as CloudEvents: a file, or an http or https address that takes an"
                        + " event a POST. Empty for nowhere.")
        String target,

        @Setting("The share of predictions that are written, 0 to 1.")
        double share,

        @Setting("The longest body that is written whole, 1B to 16MiB; of a longer one the beginning is, or nothing if"
                + " something is to be redacted.")
        ByteSize maxBytes,

        @Setting(
                "What is replaced by [redacted]: names of inputs, outputs and columns, or JSON pointers into bodies such as"
                        + " /instances/*/name, where * is every element.")
        List<String> redact,

        @Setting("The longest file, at least 1KiB; a longer one gets the ending .1, the one before .2, and so on.")
        ByteSize rotate,

        @Setting("How many of those are kept, 0 to 1000.") int keep,

        @Setting("How many predictions may wait to be written, 1 to 65536; more are left out and counted.")
        int queue) {
    private static final ByteSize MOST_BYTES = ByteSize.ofMebibytes(16);
    private static final int MOST_KEPT = 1000;
    private static final int LONGEST_QUEUE = 65_536;

    /**
     * Checks the options.
     *
     * @param target a file or an address of HTTP; empty for none
     * @param share of the predictions
     * @param maxBytes the longest body that is written whole
     * @param redact what is left out
     * @param rotate the longest file
     * @param keep how many full files are kept
     * @param queue how many predictions may wait to be written
     * @throws IllegalArgumentException if a number is out of its range
     */
    public PayloadOptions {
        redact = List.copyOf(redact);
        if (isAddress(target) && !isFit(target)) {
            throw new IllegalArgumentException(
                    "target: an address (expected: one with a host and without a user, which would not be sent)");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share: " + share + " (expected: 0 to 1)");
        }
        if (maxBytes.bytes() < 1 || maxBytes.compareTo(MOST_BYTES) > 0) {
            throw new IllegalArgumentException("max-bytes: " + maxBytes + " (expected: 1B to " + MOST_BYTES + ")");
        }
        if (redact.stream().anyMatch(each -> each.isBlank() || each.equals("/"))) {
            throw new IllegalArgumentException(
                    "redact: " + redact + " (expected: names, or pointers that begin with /)");
        }
        if (rotate.bytes() < 1024) {
            throw new IllegalArgumentException("rotate: " + rotate + " (expected: at least 1KiB)");
        }
        if (keep < 0 || keep > MOST_KEPT) {
            throw new IllegalArgumentException("keep: " + keep + " (expected: 0 to " + MOST_KEPT + ")");
        }
        if (queue < 1 || queue > LONGEST_QUEUE) {
            throw new IllegalArgumentException("queue: " + queue + " (expected: 1 to " + LONGEST_QUEUE + ")");
        }
    }

    /**
     * Nothing is written.
     *
     * @return the options used where none are given
     */
    public static PayloadOptions defaults() {
        return new PayloadOptions("", 1, new ByteSize(64 * 1024), List.of(), ByteSize.ofMebibytes(64), 5, 256);
    }

    boolean isOn() {
        return !target.isEmpty() && share > 0;
    }

    boolean isAddress() {
        return isAddress(target);
    }

    private static boolean isAddress(String target) {
        return target.startsWith("http://") || target.startsWith("https://");
    }

    private static boolean isFit(String target) {
        try {
            URI address = URI.create(target);
            return address.getHost() != null && address.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
