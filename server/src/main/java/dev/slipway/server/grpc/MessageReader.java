package dev.slipway.server.grpc;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the messages out of a call's body: each has a byte that tells whether it is compressed, and four of length.
 *
 * <p>Source: gRPC, {@code doc/PROTOCOL-HTTP2.md}, "Length-Prefixed-Message".
 */
final class MessageReader {
    private static final int PREFIX_BYTES = 5;

    private final int maxBytes;
    private final Optional<Packing> packing;
    private final Consumer<byte[]> messages;
    private Buffer pending = Buffer.buffer();

    /** How messages may be compressed; what gRPC calls deflate has the head and the tail of zlib. */
    enum Packing {
        GZIP("gzip"),
        DEFLATE("deflate");

        /** What the server tells of what it reads. */
        static final String NAMES = "identity,deflate,gzip";

        private final String encoding;

        Packing(String encoding) {
            this.encoding = encoding;
        }

        static Optional<Packing> find(@Nullable String encoding) {
            return encoding == null
                    ? Optional.empty()
                    : Arrays.stream(values())
                            .filter(each -> each.encoding.equals(encoding))
                            .findFirst();
        }

        private InputStream unpack(InputStream packed) throws IOException {
            return this == GZIP ? new GZIPInputStream(packed) : new InflaterInputStream(packed);
        }
    }

    /** A reader of messages of at most {@code maxBytes}, unpacked; {@code packing} is how compressed ones are. */
    MessageReader(int maxBytes, Optional<Packing> packing, Consumer<byte[]> messages) {
        this.maxBytes = maxBytes;
        this.packing = packing;
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
        Packing known = packing.orElseThrow(() -> new GrpcException(
                GrpcStatus.UNIMPLEMENTED, "message: compressed (expected: grpc-encoding gzip or deflate)"));
        try (InputStream in = known.unpack(new ByteArrayInputStream(packed))) {
            byte[] message = in.readNBytes(maxBytes + 1);
            if (message.length > maxBytes) {
                throw tooLong(message.length);
            }
            return message;
        } catch (IOException e) {
            throw new GrpcException(
                    GrpcStatus.INVALID_ARGUMENT,
                    "message: not compressed by " + known.encoding + ", though it says so");
        }
    }

    private GrpcException tooLong(long length) {
        return new GrpcException(
                GrpcStatus.RESOURCE_EXHAUSTED,
                "message: " + length + " bytes or more (expected: at most " + maxBytes + ")");
    }
}
