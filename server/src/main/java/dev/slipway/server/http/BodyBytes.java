package dev.slipway.server.http;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/** The bytes of a request's body, as they come. For one request. */
final class BodyBytes {
    /** So many times what has come may be kept free for what was declared: to declare much must not take much memory. */
    private static final int MOST_AHEAD = 16;

    private final long declared;
    private byte[] bytes = {};
    private int length;

    /** @param declared how long the body is going to be, as the request says; below 0 if it does not say */
    BodyBytes(long declared) {
        this.declared = declared;
    }

    int length() {
        return length;
    }

    void add(Buffer chunk) {
        int needed = Math.addExact(length, chunk.length());
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, capacity(needed));
        }
        chunk.getBytes(bytes, length);
        length = needed;
    }

    private int capacity(int needed) {
        if (declared >= needed && declared <= (long) needed * MOST_AHEAD) {
            return (int) Math.min(declared, Integer.MAX_VALUE - 8);
        }
        return (int) Math.max(needed, Math.min(2L * length, Integer.MAX_VALUE - 8));
    }

    /** All that came; nothing may come any more. */
    byte[] whole() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
