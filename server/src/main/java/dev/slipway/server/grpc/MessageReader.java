package dev.slipway.server.grpc;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Takes the messages out of a call's body: each has a byte that tells whether it is compressed, and four of length.
 *
 * <p>Source: gRPC, {@code doc/PROTOCOL-HTTP2.md}, "Length-Prefixed-Message".
 */
final class MessageReader {
    private static final int PREFIX_BYTES = 5;

    private final int maxBytes;
    private final boolean gzip;
    private final Consumer<byte[]> messages;
    private Buffer pending = Buffer.buffer();

    /** A reader of messages of at most {@code maxBytes}, unpacked; {@code gzip} if compressed ones are by gzip. */
    MessageReader(int maxBytes, boolean gzip, Consumer<byte[]> messages) {
        this.maxBytes = maxBytes;
        this.gzip = gzip;
        this.messages = messages;
    }

    /** Takes the next part of the body. */
    void read(Buffer chunk) {
        pending = pending.length() == 0 ? chunk : pending.appendBuffer(chunk);
        int at = 0;
        while (pending.length() - at >= PREFIX_BYTES) {
            long length = pending.getUnsignedInt(at + 1);
            if (length > maxBytes) {
                throw tooLong(length);
            }
            int end = at + PREFIX_BYTES + (int) length;
            if (pending.length() < end) {
                break;
            }
            boolean compressed = pending.getByte(at) != 0;
            byte[] message = pending.getBytes(at + PREFIX_BYTES, end);
            messages.accept(compressed ? unpack(message) : message);
            at = end;
        }
        pending = at == 0 ? pending : Buffer.buffer(pending.getBytes(at, pending.length()));
    }

    /** The body is over: nothing may be left. */
    void end() {
        if (pending.length() > 0) {
            throw new GrpcException(
                    GrpcStatus.INVALID_ARGUMENT,
                    "message: cut off after " + pending.length() + " bytes (expected: as many as its length says)");
        }
    }

    private byte[] unpack(byte[] packed) {
        if (!gzip) {
            throw new GrpcException(
                    GrpcStatus.UNIMPLEMENTED, "message: compressed (expected: grpc-encoding identity or gzip)");
        }
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            byte[] message = in.readNBytes(maxBytes + 1);
            if (message.length > maxBytes) {
                throw tooLong(message.length);
            }
            return message;
        } catch (IOException e) {
            throw new GrpcException(GrpcStatus.INVALID_ARGUMENT, "message: not compressed by gzip, though it says so");
        }
    }

    private GrpcException tooLong(long length) {
        return new GrpcException(
                GrpcStatus.RESOURCE_EXHAUSTED,
                "message: " + length + " bytes or more (expected: at most " + maxBytes + ")");
    }
}
