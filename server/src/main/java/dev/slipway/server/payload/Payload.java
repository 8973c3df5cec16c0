package dev.slipway.server.payload;

import java.util.function.Supplier;

/**
 * What was sent or answered.
 *
 * @param contentType its media type
 * @param length its whole length in bytes
 * @param bytes gives it, or its beginning if that is all that is kept; asked for on the thread that writes
 */
public record Payload(String contentType, long length, Supplier<byte[]> bytes) {
    /**
     * A body.
     *
     * @param contentType its media type
     * @param length its whole length in bytes
     * @param start it, or its beginning
     * @return the payload
     */
    public static Payload of(String contentType, long length, byte[] start) {
        return new Payload(contentType, length, () -> start);
    }
}
