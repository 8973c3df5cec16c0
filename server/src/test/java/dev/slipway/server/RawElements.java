package dev.slipway.server;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Elements in the protocol's binary form, written independently of the server's code. */
final class RawElements {
    private RawElements() {}

    static byte[] write(InferWire.Content content) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);
        for (Object element : content.elements()) {
            switch (content.datatype()) {
                case "BOOL" -> bytes.put((byte) ((Boolean) element ? 1 : 0));
                case "INT8", "UINT8" -> bytes.put(((Number) element).byteValue());
                case "INT16", "UINT16" -> bytes.putShort(((Number) element).shortValue());
                case "INT32", "UINT32" -> bytes.putInt(((Number) element).intValue());
                case "INT64", "UINT64" -> bytes.putLong(((Number) element).longValue());
                case "FP32" -> bytes.putFloat(((Number) element).floatValue());
                case "FP64" -> bytes.putDouble(((Number) element).doubleValue());
                case "BYTES" -> {
                    byte[] text = ((String) element).getBytes(StandardCharsets.UTF_8);
                    bytes.putInt(text.length).put(text);
                }
                default -> throw new AssertionError(content.datatype());
            }
        }
        byte[] written = new byte[bytes.flip().remaining()];
        bytes.get(written);
        return written;
    }

    static List<Object> read(String datatype, ByteBuffer raw) {
        ByteBuffer bytes = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        List<Object> elements = new ArrayList<>();
        while (bytes.hasRemaining()) {
            elements.add(
                    switch (datatype) {
                        case "BOOL" -> bytes.get() != 0;
                        case "INT8" -> (long) bytes.get();
                        case "UINT8" -> (long) (bytes.get() & 0xff);
                        case "INT16" -> (long) bytes.getShort();
                        case "UINT16" -> (long) (bytes.getShort() & 0xffff);
                        case "INT32" -> (long) bytes.getInt();
                        case "UINT32" -> bytes.getInt() & 0xffffffffL;
                        case "UINT64" -> new BigInteger(Long.toUnsignedString(bytes.getLong()));
                        case "INT64" -> bytes.getLong();
                        case "FP32" -> bytes.getFloat();
                        case "FP64" -> bytes.getDouble();
                        case "BYTES" -> {
                            byte[] text = new byte[bytes.getInt()];
                            bytes.get(text);
                            yield new String(text, StandardCharsets.UTF_8);
                        }
                        default -> throw new AssertionError(datatype);
                    });
        }
        return elements;
    }
}
