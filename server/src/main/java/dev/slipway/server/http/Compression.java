package dev.slipway.server.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** How bodies are compressed on the way. Source: RFC 9110, section 8.4.1. */
enum Compression {
    GZIP,
    DEFLATE;

    /** A shorter answer fits into one packet anyway. */
    private static final int WORTH_BYTES = 1400;

    static Optional<Compression> find(String encoding) {
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            case "deflate" -> Optional.of(DEFLATE);
            default -> Optional.empty();
        };
    }

    /** The body that was compressed; of one that is longer than a limit, only so much that this can be seen. */
    byte[] expand(byte[] compressed, long limit) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(compressed);
        try (InputStream in = this == GZIP ? new GZIPInputStream(bytes) : new InflaterInputStream(bytes)) {
            return in.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE));
        }
    }

    static boolean isWorthIt(CharSequence contentType, int length) {
        String type = contentType.toString();
        return length >= WORTH_BYTES && (type.startsWith("application/") || type.startsWith("text/"));
    }

    /** Whether a client takes gzip. */
    static boolean isAccepted(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",", 32)) {
            String[] nameAndWeight = part.split(";", 2);
            String name = nameAndWeight[0].strip();
            if (name.equals("gzip") || name.equals("x-gzip")) {
                return nameAndWeight.length == 1 || !nameAndWeight[1].strip().matches("q=0(\\.0*)?");
            }
        }
        return false;
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (GZIPOutputStream gzip = new FastGzip(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** Numbers as text shrink nearly as much at the fastest level as at the slowest. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
