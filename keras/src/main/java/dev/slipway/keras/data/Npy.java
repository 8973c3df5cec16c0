package dev.slipway.keras.data;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One numpy array: {@code \x93NUMPY}, version, header length, a Python dictionary, the elements.
 *
 * <p>Source: {@code numpy.lib.format}, versions 1.0 to 3.0. Arrays of Python objects are refused: they would run code.
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final Pattern DESCR = Pattern.compile("'descr': *'([<>|=]?)([a-zA-Z])(\\d+)'");
    private static final Pattern FORTRAN = Pattern.compile("'fortran_order': *(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");
    private static final Map<String, DataType> TYPES = Map.ofEntries(
            Map.entry("f4", DataType.FLOAT),
            Map.entry("f8", DataType.DOUBLE),
            Map.entry("f2", DataType.FLOAT16),
            Map.entry("i4", DataType.INT32),
            Map.entry("i8", DataType.INT64),
            Map.entry("i2", DataType.INT16),
            Map.entry("i1", DataType.INT8),
            Map.entry("u4", DataType.UINT32),
            Map.entry("u8", DataType.UINT64),
            Map.entry("u2", DataType.UINT16),
            Map.entry("u1", DataType.UINT8),
            Map.entry("b1", DataType.BOOL));

    /** The elements begin at a multiple of this, so that they can be mapped into memory. */
    private static final int ALIGNMENT = 64;

    /** Magic, version and length of the header; a little of the header in version 1. */
    private static final int START = 12;

    private static final int MAX_HEADER = 1 << 20;

    private Npy() {}

    /**
     * Reads an array.
     *
     * @param name the file's name, for messages
     * @param bytes the whole file
     * @return the array
     * @throws DataFileException if the bytes break the format, or the array is of a type or order not supported
     */
    public static Tensor read(String name, byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        String header = header(name, buffer);
        Matcher descr = find(DESCR, header, name, "a type of numbers or text; of objects, save array.astype(float)");
        boolean isText = NpyText.isText(descr.group(2));
        DataType type = TYPES.get(descr.group(2) + descr.group(3));
        if (type == null && !isText) {
            throw new DataFileException(name + ": array of type " + descr.group(2) + descr.group(3)
                    + " (expected: one of " + TYPES.keySet() + ", U or S)");
        }
        Shape shape = shape(name, find(SHAPE, header, name, "a shape").group(1));
        boolean bigEndian = descr.group(1).equals(">");
        if (type == null) {
            requireCOrder(name, header, shape);
            return NpyText.read(name, descr.group(2), length(name, descr.group(3)), shape, buffer, bigEndian);
        }
        Tensor elements = elements(name, type, shape, buffer, bigEndian);
        return isFortran(name, header, shape) ? inRows(elements) : elements;
    }

    /** The elements of Fortran order, the first axis fastest, in that of C, the last axis fastest. */
    private static Tensor inRows(Tensor fortran) {
        long[] lengths = fortran.shape().toArray();
        int size = fortran.type().byteSize();
        Tensor rows = Tensor.zeros(fortran.type(), fortran.shape());
        ByteBuffer read = fortran.bytes();
        ByteBuffer write = rows.bytes();
        int[] index = new int[lengths.length];
        while (write.hasRemaining()) {
            int from = 0;
            for (int axis = lengths.length - 1; axis >= 0; axis--) {
                from = from * (int) lengths[axis] + index[axis];
            }
            write.put(read.slice(from * size, size));
            for (int axis = lengths.length - 1; axis >= 0 && ++index[axis] == lengths[axis]; axis--) {
                index[axis] = 0;
            }
        }
        return rows;
    }

    /**
     * Writes an array.
     *
     * @param array the array
     * @return the bytes of a {@code .npy} file, version 1.0
     * @throws IllegalArgumentException for a type that numpy has no name for
     */
    public static byte[] write(Tensor array) {
        boolean isText = array.type() == DataType.STRING;
        int length = isText ? NpyText.longest(array) : 0;
        String type = isText ? "U" + length : typeName(array);
        ByteBuffer elements = isText ? NpyText.write(array, length) : array.bytes();
        String lengths = Arrays.stream(array.shape().toArray())
                .mapToObj(axis -> axis + ",")
                .collect(Collectors.joining(" "));
        String header = "{'descr': '" + (array.type().byteSize() == 1 ? "|" : "<") + type
                + "', 'fortran_order': False, 'shape': (" + lengths + "), }";
        int before = MAGIC.length + 4;
        String padding = " ".repeat(ALIGNMENT - 1 - (before + header.length()) % ALIGNMENT);
        byte[] text = (header + padding + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes =
                ByteBuffer.allocate(before + text.length + elements.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC)
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) text.length)
                .put(text);
        // Tensors are little-endian on every machine that the engine runs on.
        bytes.put(elements);
        return bytes.array();
    }

    /** What the beginning of an array of numbers says; the stream stands at the first element then. */
    static StoredArray.Layout layout(String name, InputStream in) throws IOException {
        byte[] start = in.readNBytes(START);
        ByteBuffer numbers = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
        long length = start.length < START
                ? 0
                : start[MAGIC.length] == 1
                        ? Short.toUnsignedInt(numbers.getShort(MAGIC.length + 2)) - 2
                        : Integer.toUnsignedLong(numbers.getInt(MAGIC.length + 2));
        byte[] rest = in.readNBytes((int) Math.max(0, Math.min(length, MAX_HEADER)));
        byte[] beginning = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, beginning, start.length, rest.length);
        String header = header(name, ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN));
        Matcher descr = find(DESCR, header, name, "a type of numbers; of objects, save array.astype(float)");
        DataType type = TYPES.get(descr.group(2) + descr.group(3));
        Shape shape = shape(name, find(SHAPE, header, name, "a shape").group(1));
        if (type == null || shape.rank() == 0) {
            throw new DataFileException(name + ": array of type " + descr.group(2) + descr.group(3) + " and shape "
                    + shape + " (expected: rows of one of " + TYPES.keySet() + ")");
        }
        requireCOrder(name, header, shape);
        return new StoredArray.Layout(type, shape, descr.group(1).equals(">"));
    }

    private static void requireCOrder(String name, String header, Shape shape) {
        if (isFortran(name, header, shape)) {
            throw new DataFileException(name + ": array in Fortran order (expected: C order, to be read row by row;"
                    + " save numpy.ascontiguousarray(array))");
        }
    }

    private static boolean isFortran(String name, String header, Shape shape) {
        return find(FORTRAN, header, name, "an order").group(1).equals("True") && shape.rank() > 1;
    }

    private static String typeName(Tensor array) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == array.type())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "array of " + array.type() + " (expected: one of " + TYPES.values() + ")"));
    }

    private static int length(String name, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new DataFileException(name + ": text of " + digits + " characters (expected: a 32-bit length)");
        }
    }

    private static String header(String name, ByteBuffer buffer) {
        if (buffer.remaining() < 12) {
            throw new DataFileException(name + ": " + buffer.remaining() + " bytes (expected: a numpy array)");
        }
        for (byte expected : MAGIC) {
            if (buffer.get() != expected) {
                throw new DataFileException(name + ": not a numpy array (expected: \\x93NUMPY at its beginning)");
            }
        }
        int version = buffer.get();
        buffer.get();
        long length = version == 1 ? Short.toUnsignedInt(buffer.getShort()) : Integer.toUnsignedLong(buffer.getInt());
        if (version < 1 || version > 3 || length > buffer.remaining()) {
            throw new DataFileException(name + ": version " + version + " with a header of " + length
                    + " bytes (expected: version 1 to 3, at most " + buffer.remaining() + " bytes)");
        }
        byte[] header = new byte[(int) length];
        buffer.get(header);
        return new String(header, StandardCharsets.UTF_8);
    }

    private static Matcher find(Pattern pattern, String header, String name, String expected) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new DataFileException(name + ": header " + header.strip() + " (expected: " + expected + ")");
        }
        return matcher;
    }

    private static Shape shape(String name, String lengths) {
        try {
            return Shape.of(Arrays.stream(lengths.split(","))
                    .map(String::strip)
                    .filter(length -> !length.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray());
        } catch (NumberFormatException e) {
            throw new DataFileException(name + ": shape (" + lengths + ") (expected: 64-bit lengths)");
        }
    }

    private static Tensor elements(String name, DataType type, Shape shape, ByteBuffer buffer, boolean bigEndian) {
        long expected;
        try {
            expected = Math.multiplyExact(shape.elementCount(), (long) type.byteSize());
        } catch (ArithmeticException e) {
            throw new DataFileException(name + ": shape " + shape + " (expected: fewer elements)");
        }
        if (expected != buffer.remaining()) {
            throw new DataFileException(name + ": " + buffer.remaining() + " bytes of elements (expected: " + expected
                    + " for " + type + " " + shape + ")");
        }
        Tensor tensor = Tensor.zeros(type, shape);
        ByteBuffer target = tensor.bytes();
        if (!bigEndian || type.byteSize() == 1) {
            target.put(buffer);
            return tensor;
        }
        for (int i = 0; i < expected; i++) {
            int within = i % type.byteSize();
            target.put(i, buffer.get(buffer.position() + i - within + type.byteSize() - 1 - within));
        }
        return tensor;
    }
}
