package dev.slipway.server.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of the page at {@code /}, as it lies in the jar.
 *
 * @param type its media type
 * @param content its bytes
 * @param tag what changes when the bytes change; weak, since they may be sent compressed
 */
record PageFile(String type, Buffer content, String tag) {
    private static final String FOLDER = "/dev/slipway/server/page/";
    private static final Pattern NAME = Pattern.compile("[a-z-]+\\.(html|css|js|svg)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /** Only what is there is kept, so nobody makes it grow. */
    private static final Map<String, PageFile> KNOWN = new ConcurrentHashMap<>();

    /** Whether there can be a file of that name. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The file, if it has been read before. */
    static Optional<PageFile> known(String name) {
        return Optional.ofNullable(KNOWN.get(name));
    }

    /** Reads a file, so not for an event loop; empty if there is none of that name. */
    static Optional<PageFile> read(String name) throws IOException {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try (InputStream in = PageFile.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return Optional.empty();
            }
            byte[] bytes = in.readAllBytes();
            PageFile file = new PageFile(
                    Objects.requireNonNull(TYPES.get(parts.group(1)), name), Buffer.buffer(bytes), tag(bytes));
            KNOWN.put(name, file);
            return Optional.of(file);
        }
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "W/\"" + HexFormat.of().formatHex(Arrays.copyOf(hash, 12)) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    /** Whether a client says that it has these bytes. */
    boolean isAmong(String ifNoneMatch) {
        return Arrays.stream(ifNoneMatch.split(",")).map(String::strip).anyMatch(each -> each.equals(tag));
    }
}
