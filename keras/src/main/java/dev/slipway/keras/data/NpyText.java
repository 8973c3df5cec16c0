package dev.slipway.keras.data;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The elements of numpy's arrays of text: {@code U}, a number of code points of four bytes each, and {@code S}, a number of
 * bytes, taken as UTF-8; shorter texts are filled up with zeros.
 *
 * <p>Source: {@code numpy.str_} and {@code numpy.bytes_}.
 */
final class NpyText {
    private NpyText() {}

    static boolean isText(String kind) {
        return kind.equals("U") || kind.equals("S");
    }

    /** Reads elements of a length: code points for {@code U}, bytes for {@code S}. */
    static Tensor read(String name, String kind, int length, Shape shape, ByteBuffer buffer, boolean bigEndian) {
        long size = (long) length * (kind.equals("U") ? Integer.BYTES : 1);
        // Of texts without a character a file could declare any number.
        boolean fits = size > 0 && buffer.remaining() % size == 0 && isCount(shape, buffer.remaining() / size);
        if (!fits) {
            throw new DataFileException(name + ": " + buffer.remaining() + " bytes of elements (expected: " + size
                    + " for each of " + shape + ")");
        }
        ByteBuffer ordered = buffer.slice().order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        String[] texts = new String[(int) shape.elementCount()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = kind.equals("U") ? codePoints(name, ordered, length) : bytes(name, ordered, length);
        }
        return Tensor.of(shape, texts);
    }

    private static boolean isCount(Shape shape, long expected) {
        try {
            return shape.elementCount() == expected;
        } catch (ArithmeticException e) {
            return false;
        }
    }

    private static String codePoints(String name, ByteBuffer buffer, int length) {
        StringBuilder text = new StringBuilder();
        int zeros = 0;
        for (int i = 0; i < length; i++) {
            int codePoint = buffer.getInt();
            if (codePoint == 0) {
                zeros++;
                continue;
            }
            boolean half = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
            if (!Character.isValidCodePoint(codePoint) || half) {
                throw new DataFileException(
                        String.format("%s: U+%X (expected: code points of Unicode)", name, codePoint));
            }
            text.append("\0".repeat(zeros)).appendCodePoint(codePoint);
            zeros = 0;
        }
        return text.toString();
    }

    private static String bytes(String name, ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        int end = length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DataFileException(name + ": bytes that are no UTF-8 (expected: text)");
        }
    }

    /** How many code points the longest text has; numpy has none shorter than 1. */
    static int longest(Tensor array) {
        return array.texts().stream()
                .mapToInt(text -> text.codePointCount(0, text.length()))
                .reduce(1, Math::max);
    }

    /** The elements as {@code U} of a length, little-endian. */
    static ByteBuffer write(Tensor array, int length) {
        int bytes = Math.multiplyExact(array.texts().size(), Math.multiplyExact(length, Integer.BYTES));
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        for (String text : array.texts()) {
            buffer.position(at);
            text.codePoints().forEach(buffer::putInt);
            at += length * Integer.BYTES;
        }
        return buffer.rewind();
    }
}
