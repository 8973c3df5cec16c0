package dev.slipway.server.oip;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.Elements;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.json.PredictRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one request as they come in, however they are written: refuses what does not fit the model. All shapes and
 * types are checked here, for JSON, binary data and gRPC alike.
 */
public final class InputTensors {
    private final List<TensorSpec> specs;
    private final @Nullable Shape[] shapes;
    private final @Nullable Elements[] contents;

    /**
     * Inputs for a model.
     *
     * @param specs what the model needs
     */
    public InputTensors(List<TensorSpec> specs) {
        this.specs = specs;
        this.shapes = new Shape[specs.size()];
        this.contents = new Elements[specs.size()];
    }

    /** Inputs whose shapes have been declared, and found to fit, by an earlier request. */
    InputTensors(List<TensorSpec> specs, List<Shape> declared) {
        this.specs = specs;
        this.shapes = declared.toArray(new Shape[0]);
        this.contents = new Elements[specs.size()];
    }

    /**
     * Declares an input.
     *
     * @param name its name
     * @param datatype the protocol's name of its type
     * @param lengths the length of each axis
     * @param place where it stands in the request
     * @return its place among the model's inputs
     * @throws InputException if the model has no such input, or it comes twice, or does not fit
     */
    public int declare(String name, String datatype, List<Long> lengths, List<Object> place) {
        int index = indexOf(name, place);
        TensorSpec spec = specs.get(index);
        DataType type = Datatypes.find(datatype)
                .orElseThrow(
                        () -> refused("datatype", place, "expected: a type of the protocol, such as FP32", datatype));
        if (type != spec.type()) {
            throw refused(
                    "datatype",
                    place,
                    "expected: " + Datatypes.nameOf(spec.type()) + " for input '" + name + "'",
                    datatype);
        }
        shapes[index] = requireShape(spec, lengths, place);
        return index;
    }

    private int indexOf(String name, List<Object> place) {
        for (int i = 0; i < specs.size(); i++) {
            if (specs.get(i).name().equals(name)) {
                if (shapes[i] != null) {
                    throw refused("duplicate", place, "expected: input '" + name + "' once", "a second one");
                }
                return i;
            }
        }
        throw refused(
                "unknown_input",
                place,
                "expected: one of " + specs.stream().map(TensorSpec::name).toList(),
                "'" + InputProblem.cut(name) + "'");
    }

    private static Shape requireShape(TensorSpec spec, List<Long> lengths, List<Object> place) {
        boolean fits = lengths.size() == spec.shape().rank();
        for (int axis = 0; fits && axis < lengths.size(); axis++) {
            Dimension declared = spec.shape().dimension(axis);
            long length = lengths.get(axis);
            fits = length >= 0 && (!declared.isKnown() || declared.size() == length);
        }
        if (!fits) {
            throw refused(
                    "shape",
                    place,
                    "expected: shape " + spec.shape() + " for input '" + spec.name() + "'",
                    lengths.toString());
        }
        try {
            long count = lengths.stream().reduce(1L, Math::multiplyExact);
            Math.multiplyExact(count, 8L);
        } catch (ArithmeticException e) {
            throw refused("shape", place, "expected: fewer elements than 2^60", lengths.toString());
        }
        return Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
    }

    /**
     * The shape of a declared input.
     *
     * @param index its place among the model's inputs
     * @return the known shape
     */
    public Shape shape(int index) {
        return Objects.requireNonNull(shapes[index], "declared");
    }

    /**
     * The type of an input.
     *
     * @param index its place among the model's inputs
     * @return the type
     */
    public DataType type(int index) {
        return specs.get(index).type();
    }

    /** What the model declares of an input. */
    TensorSpec spec(int index) {
        return specs.get(index);
    }

    /**
     * Sets the elements of a declared input.
     *
     * @param index its place among the model's inputs
     * @param elements its elements
     * @param count how many there are
     * @param place where they stand in the request
     * @throws InputException if there are more or fewer than the shape says
     */
    public void set(int index, Elements elements, long count, List<Object> place) {
        long expected = shape(index).elementCount();
        if (count != expected) {
            throw refused(
                    "count",
                    place,
                    "expected: " + expected + " elements for shape " + shape(index),
                    // As where they are counted while they are read, which ends at the first one too many.
                    count > expected ? "more" : count + " elements");
        }
        contents[index] = elements;
    }

    /**
     * Sets the elements of a declared input from the protocol's binary form: little-endian numbers without gaps; for texts 4
     * bytes of length before each.
     *
     * @param index its place among the model's inputs
     * @param raw the bytes, which are kept, not copied
     * @param place where they stand in the request
     * @throws InputException if their number is not that of the shape
     */
    public void setRaw(int index, ByteBuffer raw, List<Object> place) {
        DataType type = type(index);
        if (type == DataType.STRING) {
            List<String> texts =
                    texts(raw.order(ByteOrder.LITTLE_ENDIAN), shape(index).elementCount(), place);
            set(index, new Elements(ByteBuffer.allocate(0), texts), texts.size(), place);
            return;
        }
        long expected = shape(index).elementCount() * type.byteSize();
        if (raw.remaining() != expected) {
            throw refused(
                    "count",
                    place,
                    "expected: " + expected + " bytes of " + Datatypes.nameOf(type) + " for shape " + shape(index),
                    raw.remaining() + " bytes");
        }
        if (type == DataType.BOOL) {
            requireTruths(raw, place);
        }
        // The engine's processors are little-endian, as the protocol is.
        contents[index] = new Elements(raw.order(ByteOrder.nativeOrder()), List.of());
    }

    /** The engine reads truths without a look at what they are. */
    private static void requireTruths(ByteBuffer raw, List<Object> place) {
        for (int i = raw.position(); i < raw.limit(); i++) {
            if ((raw.get(i) & ~1) != 0) {
                throw refused("bool_type", place, "expected: bytes 0 and 1 for BOOL", Byte.toString(raw.get(i)));
            }
        }
    }

    private static List<String> texts(ByteBuffer raw, long expected, List<Object> place) {
        List<String> texts = new ArrayList<>();
        while (raw.hasRemaining() && texts.size() <= expected) {
            long length = raw.remaining() < Integer.BYTES ? Long.MAX_VALUE : Integer.toUnsignedLong(raw.getInt());
            if (length > raw.remaining()) {
                throw refused(
                        "count", place, "expected: 4 bytes of length, then as many bytes, for each text", "fewer");
            }
            texts.add(text(raw.slice(raw.position(), (int) length), place));
            raw.position(raw.position() + (int) length);
        }
        return texts;
    }

    /**
     * Reads a text.
     *
     * @param utf8 its bytes
     * @param place where they stand in the request
     * @return the text
     * @throws InputException if they are not UTF-8
     */
    public static String text(ByteBuffer utf8, List<Object> place) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw refused("encoding", place, "expected: text in UTF-8", "other bytes");
        }
    }

    /**
     * All inputs.
     *
     * @return what the model is to predict for
     * @throws InputException if an input is missing, or lengths that must be equal are not
     */
    public PredictRequest request() {
        List<Shape> all = new ArrayList<>();
        List<Elements> elements = new ArrayList<>();
        Map<String, Long> sizes = new HashMap<>();
        for (int i = 0; i < specs.size(); i++) {
            TensorSpec spec = specs.get(i);
            Shape shape = shapes[i];
            Elements content = contents[i];
            if (shape == null || content == null) {
                String expected =
                        "expected: input '" + spec.name() + "', " + Datatypes.nameOf(spec.type()) + " " + spec.shape();
                throw refused("missing", List.of("inputs"), expected, "nothing");
            }
            requireEqualLengths(spec, shape, sizes);
            all.add(shape);
            elements.add(content);
        }
        return new PredictRequest(PredictRequest.Form.COLUMNS, all, elements);
    }

    private static void requireEqualLengths(TensorSpec spec, Shape shape, Map<String, Long> sizes) {
        for (int axis = 0; axis < shape.rank(); axis++) {
            long length = shape.size(axis);
            Optional<Long> earlier =
                    spec.shape().dimension(axis).symbol().map(symbol -> sizes.putIfAbsent(symbol, length));
            if (earlier.isPresent() && earlier.get() != length) {
                throw refused(
                        "shape",
                        List.of("inputs", spec.name()),
                        "expected: length " + earlier.get() + " of axis " + axis + ", as other inputs have",
                        Long.toString(length));
            }
        }
    }

    static InputException refused(String type, List<Object> place, String message, String input) {
        return new InputException(type, place, message, input);
    }
}
