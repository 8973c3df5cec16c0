package dev.slipway.runtime;

import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Element;
import dev.slipway.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * An n-dimensional array: type, known shape, and the elements row-major. Numbers lie in a direct buffer that the engine
 * reads and writes without copying; texts are Java's own strings.
 *
 * <p>The content may change, the shape may not. Views share the memory; a tensor is not safe for use by several threads
 * while one of them writes. The memory belongs to the Java runtime and is freed when no tensor or view is left, or sooner by
 * who owns the tensor: a {@link Predictor} frees what its calls use, and the parameters that were {@linkplain
 * Predictor#owning handed over} to it.
 */
public final class Tensor {
    private final DataType type;
    private final Shape shape;
    /** The longest text taken: what a person writes is far shorter. */
    public static final int MAX_CHARACTERS = 1 << 24;

    private final ByteBuffer bytes;

    /** The elements of text, of a fixed number; none for numbers. */
    private final List<String> texts;

    /** Whether the memory was allocated for this tensor, and is not a part of another one's. */
    private final boolean ownsMemory;

    private Tensor(DataType type, Shape shape, ByteBuffer bytes, List<String> texts, boolean ownsMemory) {
        this.type = type;
        this.shape = shape;
        this.bytes = bytes;
        this.texts = texts;
        this.ownsMemory = ownsMemory;
    }

    private Tensor(DataType type, Shape shape, ByteBuffer bytes, List<String> texts) {
        this(type, shape, bytes, texts, false);
    }

    private Tensor(DataType type, Shape shape, ByteBuffer bytes) {
        this(type, shape, bytes, List.of());
    }

    private Tensor(Shape shape, List<String> texts) {
        this(DataType.STRING, shape, ByteBuffer.allocate(0), texts);
    }

    /**
     * A tensor of zeros, or of empty texts.
     *
     * @param type the element type
     * @param shape the known shape
     * @return a tensor with memory of its own
     * @throws IllegalArgumentException for an unknown shape, or over 2 GiB of data
     */
    public static Tensor zeros(DataType type, Shape shape) {
        if (type == DataType.STRING && shape.isKnown()) {
            String[] empty = new String[Math.toIntExact(shape.elementCount())];
            Arrays.fill(empty, "");
            return new Tensor(shape, Arrays.asList(empty));
        }
        int size = requireByteCount(type, shape);
        ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        return new Tensor(type, shape, bytes, List.of(), true);
    }

    private static int requireByteCount(DataType type, Shape shape) {
        if (type == DataType.STRING || !shape.isKnown()) {
            throw new IllegalArgumentException(
                    "tensor of " + type + " " + shape + " (expected: numbers, known lengths)");
        }
        long size;
        try {
            size = Math.multiplyExact(shape.elementCount(), (long) type.byteSize());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(tooLarge(type, shape, "too many bytes to count"), e);
        }
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(tooLarge(type, shape, size + " bytes"));
        }
        return (int) size;
    }

    private static String tooLarge(DataType type, Shape shape, String size) {
        return "tensor of " + type + " " + shape + ": " + size + " (expected: <= " + Integer.MAX_VALUE + ")";
    }

    /**
     * A tensor over memory that is there already.
     *
     * @param type the element type; not {@link DataType#STRING}
     * @param shape the known shape
     * @param bytes a direct buffer in native order, whose bytes from position to limit are the elements; shared
     * @return a tensor that sees every change of that memory
     * @throws IllegalArgumentException for text, an unknown shape, or a buffer that is not direct or of another size
     */
    public static Tensor over(DataType type, Shape shape, ByteBuffer bytes) {
        int expected = requireByteCount(type, shape);
        if (!bytes.isDirect() || bytes.remaining() != expected) {
            throw new IllegalArgumentException("tensor of " + type + " " + shape + ": " + bytes + " (expected: "
                    + expected + " bytes of direct memory)");
        }
        return new Tensor(type, shape, bytes.slice().order(ByteOrder.nativeOrder()));
    }

    /**
     * A tensor of single-precision numbers.
     *
     * @param shape the known shape
     * @param values the elements, row-major; copied
     * @return the tensor
     * @throws IllegalArgumentException if the elements are not as many as the shape says
     */
    public static Tensor of(Shape shape, float... values) {
        Tensor tensor = zeros(DataType.FLOAT, requireCount(shape, values.length));
        tensor.floats().put(values);
        return tensor;
    }

    /**
     * A tensor of double-precision numbers.
     *
     * @param shape the known shape
     * @param values the elements, row-major; copied
     * @return the tensor
     * @throws IllegalArgumentException if the elements are not as many as the shape says
     */
    public static Tensor of(Shape shape, double... values) {
        Tensor tensor = zeros(DataType.DOUBLE, requireCount(shape, values.length));
        tensor.doubles().put(values);
        return tensor;
    }

    /**
     * A tensor of 32-bit integers.
     *
     * @param shape the known shape
     * @param values the elements, row-major; copied
     * @return the tensor
     * @throws IllegalArgumentException if the elements are not as many as the shape says
     */
    public static Tensor of(Shape shape, int... values) {
        Tensor tensor = zeros(DataType.INT32, requireCount(shape, values.length));
        tensor.ints().put(values);
        return tensor;
    }

    /**
     * A tensor of 64-bit integers.
     *
     * @param shape the known shape
     * @param values the elements, row-major; copied
     * @return the tensor
     * @throws IllegalArgumentException if the elements are not as many as the shape says
     */
    public static Tensor of(Shape shape, long... values) {
        Tensor tensor = zeros(DataType.INT64, requireCount(shape, values.length));
        tensor.longs().put(values);
        return tensor;
    }

    /**
     * A tensor of texts.
     *
     * @param shape the known shape
     * @param values the elements, row-major; copied
     * @return the tensor, whose memory is Java's own
     * @throws IllegalArgumentException if the elements are not as many as the shape says, or one is longer than 16 million
     *     characters or has a half of a surrogate pair, which no UTF-8 can say
     */
    public static Tensor of(Shape shape, String... values) {
        requireCount(shape, values.length);
        for (String value : values) {
            requireText(value);
        }
        return new Tensor(shape, Arrays.asList(values.clone()));
    }

    private static void requireText(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "text of " + text.length() + " characters (expected: at most " + MAX_CHARACTERS + ")");
        }
        // A whole pair counts as one code point, so what is left are halves.
        int half = text.codePoints()
                .filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                .findFirst()
                .orElse(0);
        if (half != 0) {
            throw new IllegalArgumentException(String.format(
                    "text: U+%04X at character %d (expected: text that UTF-8 can say, without half surrogate pairs)",
                    half, text.indexOf(half)));
        }
    }

    /**
     * A matrix of single-precision numbers.
     *
     * @param rows the rows, all of one length; copied
     * @return a tensor of shape {@code [rows, columns]}
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static Tensor of(float[][] rows) {
        int columns = rows.length == 0 ? 0 : rows[0].length;
        Tensor tensor = zeros(DataType.FLOAT, Shape.of(rows.length, columns));
        FloatBuffer floats = tensor.floats();
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != columns) {
                throw new IllegalArgumentException(
                        "row " + i + ": " + rows[i].length + " numbers (expected: " + columns + ", as in row 0)");
            }
            floats.put(rows[i]);
        }
        return tensor;
    }

    private static Shape requireCount(Shape shape, int count) {
        if (shape.elementCount() != count) {
            throw new IllegalArgumentException(
                    "tensor " + shape + ": " + count + " elements (expected: " + shape.elementCount() + ")");
        }
        return shape;
    }

    /**
     * The type of the elements.
     *
     * @return the element type
     */
    public DataType type() {
        return type;
    }

    /**
     * The known shape.
     *
     * @return the shape
     */
    public Shape shape() {
        return shape;
    }

    /**
     * Gives the memory back to the system now, where it was allocated for this tensor. Neither it nor a view of it may be used
     * afterwards: that would end the process.
     */
    void free() {
        if (ownsMemory) {
            DirectMemory.free(bytes);
        }
    }

    /**
     * The raw elements.
     *
     * @return a new view in native order, from the first element to the last
     * @throws IllegalStateException for text
     */
    public ByteBuffer bytes() {
        if (type == DataType.STRING) {
            throw new IllegalStateException("tensor of STRING " + shape + " (expected: numbers)");
        }
        return bytes.duplicate().order(ByteOrder.nativeOrder());
    }

    /**
     * The elements of a {@link DataType#FLOAT} tensor.
     *
     * @return a new view
     * @throws IllegalStateException for another type
     */
    public FloatBuffer floats() {
        require(DataType.FLOAT);
        return bytes.asFloatBuffer();
    }

    /**
     * The elements of a {@link DataType#DOUBLE} tensor.
     *
     * @return a new view
     * @throws IllegalStateException for another type
     */
    public DoubleBuffer doubles() {
        require(DataType.DOUBLE);
        return bytes.asDoubleBuffer();
    }

    /**
     * The elements of a {@link DataType#INT32} tensor.
     *
     * @return a new view
     * @throws IllegalStateException for another type
     */
    public IntBuffer ints() {
        require(DataType.INT32);
        return bytes.asIntBuffer();
    }

    /**
     * The elements of a {@link DataType#INT64} tensor.
     *
     * @return a new view
     * @throws IllegalStateException for another type
     */
    public LongBuffer longs() {
        require(DataType.INT64);
        return bytes.asLongBuffer();
    }

    /**
     * The elements of a {@link DataType#STRING} tensor.
     *
     * @return an unmodifiable view, row-major
     * @throws IllegalStateException for another type
     */
    public List<String> texts() {
        require(DataType.STRING);
        return Collections.unmodifiableList(texts);
    }

    private void require(DataType expected) {
        if (type != expected) {
            throw new IllegalStateException("tensor of " + type + " " + shape + " (expected: " + expected + ")");
        }
    }

    /**
     * The elements of a {@link DataType#FLOAT} tensor.
     *
     * @return a new array, row-major
     */
    public float[] toFloatArray() {
        float[] copy = new float[Math.toIntExact(shape.elementCount())];
        floats().get(copy);
        return copy;
    }

    /**
     * One element of a numeric or truth-value tensor, whatever its type.
     *
     * @param index its place, row-major
     * @return the element, exact for every type but 64-bit integers above 2^53
     * @throws IllegalArgumentException for text
     */
    public double element(int index) {
        return Element.get(bytes, type, index);
    }

    /**
     * The same numbers in another type, each rounded to the nearest that it has; integers as a Java cast converts them.
     *
     * @param wanted the element type
     * @return a new tensor, or this one if it has that type already
     * @throws IllegalArgumentException for text
     */
    public Tensor cast(DataType wanted) {
        if (type == wanted) {
            return this;
        }
        Tensor converted = zeros(wanted, shape);
        ByteBuffer target = converted.bytes();
        for (int i = 0; target.hasRemaining(); i++) {
            Element.put(target, wanted, element(i));
        }
        return converted;
    }

    /**
     * The same memory in another shape.
     *
     * @param other a shape of as many elements
     * @return a tensor that shares this one's memory
     * @throws IllegalArgumentException if the shape has another number of elements
     */
    public Tensor reshaped(Shape other) {
        if (other.elementCount() != shape.elementCount()) {
            throw new IllegalArgumentException(
                    "reshape " + shape + " to " + other + " (expected: " + shape.elementCount() + " elements)");
        }
        return new Tensor(type, other, bytes, texts);
    }

    /**
     * Some consecutive rows: entries of axis 0.
     *
     * @param from the first row
     * @param to one past the last row
     * @return a tensor that shares this one's memory
     * @throws IndexOutOfBoundsException if there are no such rows
     */
    public Tensor rows(int from, int to) {
        Objects.checkFromToIndex(from, to, (int) shape.size(0));
        Shape part = shape.with(0, Dimension.of(to - from));
        if (type == DataType.STRING) {
            int row = (int) shape.slice(1, shape.rank()).elementCount();
            return new Tensor(part, texts.subList(from * row, to * row));
        }
        int rowBytes = rowBytes();
        return over(type, part, bytes.duplicate().position(from * rowBytes).limit(to * rowBytes));
    }

    /**
     * The bytes one entry of axis 0 takes.
     *
     * @return bytes a row; 0 for text
     */
    public int rowBytes() {
        return (int) (shape.slice(1, shape.rank()).elementCount() * type.byteSize());
    }

    /**
     * The same elements in memory of their own.
     *
     * @return a new tensor
     */
    public Tensor copy() {
        Tensor copy = zeros(type, shape);
        copy.assign(this);
        return copy;
    }

    /**
     * Takes over another tensor's elements.
     *
     * @param source a tensor of the same type and shape
     * @throws IllegalArgumentException for another type or shape
     */
    public void assign(Tensor source) {
        if (source.type != type || !source.shape.equals(shape)) {
            throw new IllegalArgumentException(
                    "assign " + source + " to " + this + " (expected: the same type and shape)");
        }
        if (type == DataType.STRING) {
            Collections.copy(texts, source.texts);
        } else {
            bytes().put(source.bytes());
        }
    }

    /**
     * The elements as graph data.
     *
     * @return a constant that shares this tensor's memory
     */
    public Constant toConstant() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IllegalStateException("byte order: big-endian (expected: a little-endian machine)");
        }
        return new Constant(type, shape, bytes());
    }

    /** Type and shape, and the elements if they are few. */
    @Override
    public String toString() {
        if (shape.elementCount() > 8) {
            return type + " " + shape;
        }
        if (type == DataType.STRING) {
            return type + " " + shape + " " + texts;
        }
        double[] few = new double[(int) shape.elementCount()];
        Arrays.setAll(few, this::element);
        return type + " " + shape + " " + Arrays.toString(few);
    }
}
