package dev.slipway.server.json;

import com.fasterxml.jackson.core.io.NumberOutput;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes the answer that nearly all are: one member, and in it one tensor of finite float32 numbers. The same text as that of a
 * writer of all JSON, which costs several times as much.
 */
final class PlainAnswer {
    /** More than the longest text of a float32 has, with a comma and a bracket. */
    private static final int MAX_NUMBER_BYTES = 20;

    private byte[] text;
    private int length;
    private final Shape shape;
    private final FloatBuffer numbers;

    private PlainAnswer(byte[] name, Tensor tensor) {
        this.shape = tensor.shape();
        this.numbers = tensor.floats();
        int expected = name.length + 2 * shape.rank() + MAX_NUMBER_BYTES * Math.min(numbers.remaining(), 1 << 20) / 2;
        this.text = Arrays.copyOf(name, expected + MAX_NUMBER_BYTES);
        this.length = name.length;
    }

    /** What stands before the tensor. */
    static byte[] opening(String name) {
        return ("{\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes an answer.
     *
     * @param opening what stands before the tensor
     * @param results the tensor of each output
     * @return JSON text in UTF-8; empty if it is not of this kind
     */
    static Optional<byte[]> write(byte[] opening, List<Tensor> results) {
        boolean suits = results.size() == 1
                && results.get(0).type() == DataType.FLOAT
                && results.get(0).shape().rank() > 0;
        if (!suits) {
            return Optional.empty();
        }
        PlainAnswer answer = new PlainAnswer(opening, results.get(0));
        if (!answer.axis(0)) {
            return Optional.empty();
        }
        answer.put('}');
        return Optional.of(
                answer.length == answer.text.length ? answer.text : Arrays.copyOf(answer.text, answer.length));
    }

    /** Writes the numbers that are left, as nested lists from an axis on; gives whether JSON can. */
    private boolean axis(int axis) {
        if (axis == shape.rank()) {
            return number(numbers.get());
        }
        put('[');
        long size = shape.size(axis);
        for (long i = 0; i < size; i++) {
            if (i > 0) {
                put(',');
            }
            if (!axis(axis + 1)) {
                return false;
            }
        }
        put(']');
        return true;
    }

    /** The fast copy of ASCII text, of which a byte a character is the whole. */
    @SuppressWarnings("deprecation")
    private boolean number(float number) {
        String digits = NumberOutput.toString(number, true);
        reserve(digits.length());
        digits.getBytes(0, digits.length(), text, length);
        length += digits.length();
        return Float.isFinite(number);
    }

    private void put(char sign) {
        reserve(1);
        text[length++] = (byte) sign;
    }

    private void reserve(int bytes) {
        if (text.length - length < bytes) {
            text = Arrays.copyOf(text, Math.multiplyExact(text.length, 2));
        }
    }
}
