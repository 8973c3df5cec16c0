package dev.slipway.keras.callbacks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a message of protocol buffers.
 *
 * <p>Source: Protocol Buffers documentation, Encoding: a field is its number and wire type, then a varint (0), 8 bytes (1),
 * length and bytes (2), or 4 bytes (5).
 */
final class ProtoBuffer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    ProtoBuffer varint(int field, long value) {
        put((long) field << 3);
        put(value);
        return this;
    }

    ProtoBuffer fixed64(int field, double value) {
        put(((long) field << 3) | 1);
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array());
        return this;
    }

    ProtoBuffer bytes(int field, byte[] value) {
        put(((long) field << 3) | 2);
        put(value.length);
        bytes.writeBytes(value);
        return this;
    }

    ProtoBuffer text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtoBuffer message(int field, ProtoBuffer value) {
        return bytes(field, value.toByteArray());
    }

    private void put(long varint) {
        long left = varint;
        while ((left & ~0x7fL) != 0) {
            bytes.write((int) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        bytes.write((int) left);
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }
}
