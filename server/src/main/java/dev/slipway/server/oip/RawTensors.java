package dev.slipway.server.oip;

import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tensors in the protocol's binary form: little-endian numbers without gaps; texts with 4 bytes of length before each. */
public final class RawTensors {
    private RawTensors() {}

    /**
     * Writes a tensor.
     *
     * @param tensor any tensor
     * @return its bytes, from position to limit; a view of numbers, valid as long as the tensor
     */
    public static ByteBuffer bytesOf(Tensor tensor) {
        // The engine's processors are little-endian, as the protocol is.
        return tensor.type() == DataType.STRING
                ? bytesOf(tensor.texts())
                : tensor.bytes().duplicate().rewind();
    }

    private static ByteBuffer bytesOf(List<String> texts) {
        List<byte[]> all = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
        int length = all.stream().mapToInt(text -> Integer.BYTES + text.length).reduce(0, Math::addExact);
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        all.forEach(text -> bytes.putInt(text.length).put(text));
        return bytes.flip();
    }
}
