package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads nested lists into one input of a model; refuses what does not have the declared rank, lengths and type. */
final class InputReader {
    private static final long UNKNOWN = -1;

    private final TensorSpec spec;
    private final ElementBuffer elements;

    /** The length of each axis met so far. */
    private final long[] lengths;

    InputReader(TensorSpec spec, Dialect dialect) {
        this.spec = spec;
        this.elements = ElementBuffer.of(spec, dialect);
        this.lengths = new long[spec.shape().rank()];
        Arrays.fill(lengths, UNKNOWN);
    }

    /** Reads the parser's current value: the whole input for axis 0, one row of it for axis 1. */
    void read(JsonParser parser, int axis) throws IOException {
        int rank = lengths.length;
        if (axis < rank && parser.currentToken() == JsonToken.START_ARRAY) {
            readList(parser, axis);
        } else {
            requireElement(parser, axis);
            append(parser, axis, elements.add(parser).orElse(null));
        }
    }

    private void requireElement(JsonParser parser, int axis) throws IOException {
        if (axis != lengths.length && !isImpliedColumn(axis)) {
            throw refused(parser, "list_type", "expected: a list, " + expectedFrom(axis));
        }
    }

    /** Reads a text in base64, whose name is the parser's current token, as {@link #read} reads its object. */
    void readBase64(JsonParser parser, int axis) throws IOException {
        requireElement(parser, axis);
        append(parser, axis, elements.addBase64(parser).orElse(null));
    }

    /** Reads a cell of a table, which is one element of a row. */
    void readCell(String text, List<Object> place) {
        int rank = lengths.length;
        ElementBuffer.Expectation unmet = rank == 1 || isImpliedColumn(1)
                ? elements.addWord(text).orElse(null)
                : new ElementBuffer.Expectation("list_type", "expected: a list, " + expectedFrom(1));
        if (unmet != null) {
            throw new InputException(unmet.type(), place, unmet.message(), "\"" + InputProblem.cut(text) + "\"");
        }
        if (rank > 1) {
            lengths[1] = 1;
        }
    }

    /** Keras's own rule: where the last axis has length 1, its brackets may be left out. */
    private boolean isImpliedColumn(int axis) {
        return axis > 0
                && axis == lengths.length - 1
                && spec.shape().dimension(axis).is(1);
    }

    private void append(JsonParser parser, int axis, ElementBuffer.@Nullable Expectation unmet) throws IOException {
        if (unmet != null) {
            throw refused(parser, unmet.type(), unmet.message());
        }
        if (axis < lengths.length) {
            lengths[axis] = 1;
        }
    }

    private void readList(JsonParser parser, int axis) throws IOException {
        long expected = expectedLength(axis);
        long count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == expected) {
                List<Object> entry = place(parser);
                throw tooLong(entry.subList(0, entry.size() - 1), axis, expected);
            }
            read(parser, axis + 1);
            count++;
        }
        requireLength(axis, count, () -> place(parser));
    }

    /** Declares the length of axis 0, where rows were read one by one. */
    void requireRows(long count, Supplier<List<Object>> place) {
        if (lengths.length > 0) {
            requireLength(0, count, place);
        }
    }

    private void requireLength(int axis, long count, Supplier<List<Object>> place) {
        long expected = expectedLength(axis);
        if (expected != UNKNOWN && count != expected) {
            throw count > expected
                    ? tooLong(place.get(), axis, expected)
                    : new InputException("too_short", place.get(), lengthOf(axis, expected), count + " entries");
        }
        lengths[axis] = count;
    }

    private InputException tooLong(List<Object> place, int axis, long expected) {
        return new InputException("too_long", place, lengthOf(axis, expected), "more than " + expected + " entries");
    }

    private String lengthOf(int axis, long expected) {
        return "expected: " + expected + " entries, as axis " + axis + " of input '" + spec.name() + "' " + spec.shape()
                + (spec.shape().dimension(axis).isKnown() ? "" : " has in the lists before");
    }

    private long expectedLength(int axis) {
        Dimension declared = spec.shape().dimension(axis);
        return declared.isKnown() ? declared.size() : axis == 0 ? UNKNOWN : lengths[axis];
    }

    private String expectedFrom(int axis) {
        return "of shape " + spec.shape().slice(axis, lengths.length) + " for input '" + spec.name() + "'";
    }

    private InputException refused(JsonParser parser, String type, String message) throws IOException {
        return new InputException(type, place(parser), message, found(parser));
    }

    /** What stands at the parser's place, cut to a length fit for a message. */
    static String found(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_ARRAY -> "a list";
            case START_OBJECT -> "an object";
            case VALUE_STRING -> "\"" + InputProblem.cut(parser.getText()) + "\"";
            default -> InputProblem.cut(parser.getText());
        };
    }

    /**
     * The way to the parser's place: {@code body}, then names and indices. At the end of a list or an object it is the same as at
     * their beginning, so that it need not be known before something is wrong.
     */
    static List<Object> place(JsonParser parser) {
        List<Object> place = new ArrayList<>();
        for (var at = parser.getParsingContext(); !at.inRoot(); at = at.getParent()) {
            if (at.inArray() && at.hasCurrentIndex()) {
                place.add(0, at.getCurrentIndex());
            } else if (at.hasCurrentName()) {
                place.add(0, at.getCurrentName());
            }
        }
        place.add(0, "body");
        return place;
    }

    TensorSpec spec() {
        return spec;
    }

    Shape shape() {
        long[] known = new long[lengths.length];
        for (int axis = 0; axis < known.length; axis++) {
            known[axis] = length(axis);
        }
        return Shape.of(known);
    }

    long length(int axis) {
        return Math.max(lengths[axis], 0);
    }

    Elements elements() {
        return elements.elements();
    }
}
