package dev.slipway.server.json;

import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The elements of one input: numbers or texts.
 *
 * @param bytes the numbers in native byte order, from position to limit; empty for texts
 * @param texts the texts; none for numbers
 */
public record Elements(ByteBuffer bytes, List<String> texts) {
    /**
     * Copies the list.
     *
     * @param bytes the numbers
     * @param texts the texts
     */
    public Elements {
        texts = List.copyOf(texts);
    }

    /**
     * Writes the elements into a tensor.
     *
     * @param tensor a tensor of the input's type and of as many elements
     */
    public void writeTo(Tensor tensor) {
        if (tensor.type() == DataType.STRING) {
            tensor.assign(Tensor.of(tensor.shape(), texts.toArray(new String[0])));
        } else {
            tensor.bytes().put(bytes.duplicate());
        }
    }

    /**
     * Writes the elements of several, one after another, into a tensor.
     *
     * @param parts the elements
     * @param tensor a tensor of the input's type and of as many elements as all of them
     */
    public static void writeAll(List<Elements> parts, Tensor tensor) {
        if (parts.size() == 1) {
            parts.get(0).writeTo(tensor);
        } else if (tensor.type() == DataType.STRING) {
            String[] texts = parts.stream().flatMap(part -> part.texts.stream()).toArray(String[]::new);
            tensor.assign(Tensor.of(tensor.shape(), texts));
        } else {
            ByteBuffer into = tensor.bytes();
            parts.forEach(part -> into.put(part.bytes.duplicate()));
        }
    }
}
