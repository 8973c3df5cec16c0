package dev.slipway.server.oip;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.json.Dialect;
import dev.slipway.server.json.ElementBuffer;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.json.MalformedJsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of an inference request: JSON, then the bytes of the tensors that are sent in binary, in the order of the
 * inputs.
 *
 * <p>{@code data} may be flat or nested as {@code shape} says. NaN and infinities come as {@code null} (NaN), as bare words or
 * as strings. A key that comes twice is refused. Safe for use by several threads.
 *
 * <p>Source: Open Inference Protocol, REST specification, "Inference"; Triton's binary tensor data extension.
 */
public final class InferRequestReader {
    /** As Triton. */
    private static final int MAX_DEPTH = 100;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private volatile @Nullable BinaryHeader latest;

    /**
     * A reader for a model.
     *
     * @param inputs what the model needs
     * @param outputs what it gives
     */
    public InferRequestReader(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
    }

    /**
     * Whether what is sent in binary has to be parsed.
     *
     * @return true if an input is of texts
     */
    public boolean takesText() {
        return inputs.stream().anyMatch(input -> input.type() == DataType.STRING);
    }

    /**
     * Reads a request.
     *
     * @param body the JSON, and what follows it
     * @param jsonLength the number of bytes of the JSON; that of the body if nothing follows
     * @return the request
     * @throws MalformedJsonException if it is not JSON
     * @throws InputException if it does not say what the model needs
     */
    public InferRequest read(byte[] body, int jsonLength) {
        if (jsonLength < 0 || jsonLength > body.length) {
            throw new InputException(
                    "header",
                    List.of("header", "inference-header-content-length"),
                    "expected: 0 to " + body.length + ", the length of the body",
                    Integer.toString(jsonLength));
        }
        BinaryHeader known = latest;
        if (known != null && known.isOf(body, jsonLength)) {
            return known.read(body, inputs);
        }
        try (JsonParser parser = JSON.createParser(body, 0, jsonLength)) {
            Reading reading = new Reading(body, jsonLength);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InputException("dict_type", List.of("body"), "expected: a JSON object", found(parser));
            }
            if (parser.currentTokenLocation().getByteOffset() < 0) {
                // Data that stands before its shape is found again by its place among the bytes.
                throw new InputException("encoding", List.of("body"), "expected: JSON in UTF-8", "another encoding");
            }
            reading.members(parser);
            if (parser.nextToken() != null) {
                throw new InputException(
                        "json_invalid", List.of("body"), "expected: nothing after the object", found(parser));
            }
            InferRequest request = reading.request();
            BinaryHeader.of(body, jsonLength, reading.blobs, request).ifPresent(header -> latest = header);
            return request;
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a request that is nothing but the bytes of the only input; all outputs are answered in binary.
     *
     * @param body the elements; for a text the text itself
     * @return the request
     * @throws InputException if the model has several inputs, or the number of bytes does not fit
     */
    public InferRequest readRaw(byte[] body) {
        if (inputs.size() != 1) {
            throw new InputException(
                    "raw", List.of("body"), "expected: JSON, as the model has " + inputs.size() + " inputs", "no JSON");
        }
        TensorSpec spec = inputs.get(0);
        InputTensors tensors = new InputTensors(inputs);
        tensors.declare(spec.name(), Datatypes.nameOf(spec.type()), rawLengths(spec, body.length), List.of("body"));
        if (spec.type() == DataType.STRING) {
            ElementBuffer none = new ElementBuffer(DataType.UINT8);
            String text = InputTensors.text(ByteBuffer.wrap(body), List.of("body"));
            tensors.set(
                    0,
                    new dev.slipway.server.json.Elements(none.elements().bytes(), List.of(text)),
                    1,
                    List.of("body"));
        } else {
            tensors.setRaw(0, ByteBuffer.wrap(body), List.of("body"));
        }
        return new InferRequest(Optional.empty(), tensors.request(), all(true), false, Optional.empty());
    }

    /** The lengths of an input of so many bytes: one unknown length is what is left; of two, the batch is 1. */
    private static List<Long> rawLengths(TensorSpec spec, long bytes) {
        List<Integer> unknown = new ArrayList<>();
        long known = Math.max(1, spec.type().byteSize());
        List<Long> lengths = new ArrayList<>();
        for (int axis = 0; axis < spec.shape().rank(); axis++) {
            Dimension declared = spec.shape().dimension(axis);
            lengths.add(declared.isKnown() ? declared.size() : 1);
            known *= Math.max(1, lengths.get(axis));
            if (!declared.isKnown()) {
                unknown.add(axis);
            }
        }
        if (unknown.size() > 1 && unknown.get(0) == 0) {
            unknown.remove(0);
        }
        if (unknown.size() > 1) {
            throw new InputException(
                    "raw",
                    List.of("body"),
                    "expected: JSON, as " + spec.shape() + " has several unknown lengths",
                    "no JSON");
        }
        if (unknown.size() == 1 && spec.type() != DataType.STRING) {
            lengths.set(unknown.get(0), bytes / known);
        }
        return lengths;
    }

    private List<RequestedOutput> all(boolean binary) {
        List<RequestedOutput> requested = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
            requested.add(new RequestedOutput(i, binary, 0));
        }
        return requested;
    }

    private static String found(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_ARRAY -> "a list";
            case START_OBJECT -> "an object";
            default -> InputProblem.cut(parser.getText());
        };
    }

    /** One request being read. */
    private final class Reading {
        private final byte[] body;
        private final int jsonLength;
        private final InputTensors tensors = new InputTensors(inputs);
        private final List<RequestedOutput> requested = new ArrayList<>();
        private Optional<String> id = Optional.empty();
        private boolean binaryByDefault;
        private boolean namesNan;
        private Optional<Duration> timeout = Optional.empty();

        /** What an output says of itself; what it leaves open is decided when all is read. */
        private final List<Optional<Boolean>> binary = new ArrayList<>();

        private final List<BinaryHeader.Blob> blobs = new ArrayList<>();
        private int blobStart;

        Reading(byte[] body, int jsonLength) {
            this.body = body;
            this.jsonLength = jsonLength;
            this.blobStart = jsonLength;
        }

        void members(JsonParser parser) throws IOException {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "id" -> id = text(parser, name, List.of(name));
                    case "parameters" -> parameters(parser);
                    case "inputs" -> list(parser, "inputs", this::input);
                    case "outputs" -> list(parser, "outputs", this::output);
                    default -> parser.skipChildren();
                }
            }
        }

        /** A text; a number, which some clients have for one, as it is written; nothing for {@code null}. */
        private static Optional<String> text(JsonParser parser, String key, List<Object> place) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_NULL -> Optional.empty();
                case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Optional.of(parser.getText());
                default ->
                    throw new InputException("string_type", place, "expected: '" + key + "' as a text", found(parser));
            };
        }

        private void parameters(JsonParser parser) throws IOException {
            List<Object> place = List.of("parameters");
            Parameters given = Parameters.read(parser, place);
            binaryByDefault = given.flag("binary_data_output").orElse(false);
            namesNan = given.text("nan").filter("string"::equals).isPresent();
            timeout = given.number(TimeoutParameter.NAME).flatMap(micros -> TimeoutParameter.of(micros, place));
        }

        private interface Item {
            void read(JsonParser parser, List<Object> place) throws IOException;
        }

        private void list(JsonParser parser, String name, Item item) throws IOException {
            if (parser.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new InputException("list_type", List.of(name), "expected: a list of objects", found(parser));
            }
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                List<Object> place = List.of(name, i);
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw new InputException("dict_type", place, "expected: an object", found(parser));
                }
                item.read(parser, place);
            }
        }

        private void output(JsonParser parser, List<Object> place) throws IOException {
            Optional<String> name = Optional.empty();
            Parameters given = Parameters.NONE;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "name" -> name = text(parser, key, place);
                    case "parameters" -> given = Parameters.read(parser, place);
                    default -> parser.skipChildren();
                }
            }
            SharedMemory.refuse(given.names(), place);
            int index = RequestedOutput.indexOf(outputs, name.orElse(""), place);
            long classes = given.number("classification").orElse(0L);
            if (classes < 0 || classes > Integer.MAX_VALUE) {
                throw new InputException(
                        "classification", place, "expected: a number of classes", Long.toString(classes));
            }
            requested.add(new RequestedOutput(index, false, (int) classes));
            binary.add(given.flag("binary_data"));
        }

        private void input(JsonParser parser, List<Object> place) throws IOException {
            Optional<String> name = Optional.empty();
            Optional<String> datatype = Optional.empty();
            Optional<List<Long>> shape = Optional.empty();
            Optional<Integer> data = Optional.empty();
            Parameters given = Parameters.NONE;
            int index = -1;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case "name" -> name = text(parser, key, place);
                    case "datatype" -> datatype = text(parser, key, place);
                    case "shape" -> shape = Optional.of(shape(parser, place));
                    case "parameters" -> given = Parameters.read(parser, place);
                    case "data" -> {
                        if (parser.currentToken() == JsonToken.VALUE_NULL) {
                            // Said of an input whose bytes are behind the JSON, also if it has none.
                            continue;
                        }
                        data = Optional.of((int) parser.currentTokenLocation().getByteOffset());
                        if (name.isPresent() && datatype.isPresent() && shape.isPresent()) {
                            index = tensors.declare(name.get(), datatype.get(), shape.get(), place);
                            data(parser, index, place);
                        } else {
                            parser.skipChildren();
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
            if (index < 0) {
                index = tensors.declare(
                        require(name, "name", place),
                        require(datatype, "datatype", place),
                        require(shape, "shape", place),
                        place);
                if (data.isPresent()) {
                    dataAt(data.get(), index, place);
                }
            }
            blob(given, data.isPresent(), index, place);
        }

        private static <T> T require(Optional<T> value, String key, List<Object> place) {
            return value.orElseThrow(
                    () -> new InputException("missing", place, "expected: '" + key + "'", "an object without it"));
        }

        private static List<Long> shape(JsonParser parser, List<Object> place) throws IOException {
            List<Long> lengths = new ArrayList<>();
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw new InputException("shape", place, "expected: a list of integers", found(parser));
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new InputException("shape", place, "expected: a list of integers", found(parser));
                }
                lengths.add(parser.getLongValue());
            }
            return lengths;
        }

        /** Data that came before its shape: a second look, now that it is known what it is. */
        private void dataAt(int offset, int index, List<Object> place) throws IOException {
            try (JsonParser again = JSON.createParser(body, offset, jsonLength - offset)) {
                again.nextToken();
                data(again, index, place);
            }
        }

        private void data(JsonParser parser, int index, List<Object> place) throws IOException {
            new DataReader(tensors, index, place).read(parser);
        }

        /** The bytes of an input that is sent in binary follow those of the inputs before it. */
        private void blob(Parameters given, boolean hasData, int index, List<Object> place) {
            SharedMemory.refuse(given.names(), place);
            Optional<Long> size = given.number("binary_data_size");
            if (size.isPresent() == hasData) {
                throw new InputException(
                        "data",
                        place,
                        "expected: either 'data' or the parameter 'binary_data_size'",
                        hasData ? "both" : "neither");
            }
            if (size.isPresent()) {
                if (size.get() < 0 || size.get() > body.length - blobStart) {
                    throw new InputException(
                            "binary_data_size",
                            place,
                            "expected: at most the " + (body.length - blobStart) + " bytes that are left of the body",
                            size.get() + " bytes");
                }
                int length = size.get().intValue();
                tensors.setRaw(index, ByteBuffer.wrap(body, blobStart, length).slice(), place);
                blobs.add(new BinaryHeader.Blob(index, length));
                blobStart += length;
            }
        }

        InferRequest request() {
            if (blobStart != body.length) {
                throw new InputException(
                        "binary_data_size",
                        List.of("body"),
                        "expected: no bytes after the tensors that are sent in binary",
                        (body.length - blobStart) + " bytes");
            }
            List<RequestedOutput> answered = new ArrayList<>();
            for (int i = 0; i < requested.size(); i++) {
                RequestedOutput output = requested.get(i);
                answered.add(
                        new RequestedOutput(output.index(), binary.get(i).orElse(binaryByDefault), output.classes()));
            }
            return new InferRequest(
                    id, tensors.request(), answered.isEmpty() ? all(binaryByDefault) : answered, namesNan, timeout);
        }
    }

    /** Reads the {@code data} of one input. */
    private static final class DataReader {
        private final InputTensors tensors;
        private final int index;
        private final List<Object> place;
        private final Shape shape;
        private final ElementBuffer elements;
        private long count;

        DataReader(InputTensors tensors, int index, List<Object> place) {
            this.tensors = tensors;
            this.index = index;
            this.place = place;
            this.shape = tensors.shape(index);
            this.elements = ElementBuffer.of(tensors.spec(index), Dialect.STRICT);
        }

        void read(JsonParser parser) throws IOException {
            if (parser.currentToken() == JsonToken.START_ARRAY) {
                list(parser);
            } else {
                element(parser);
            }
            tensors.set(index, elements.elements(), count, place);
        }

        /** What stands first in the outermost list tells flat from nested. */
        private void list(JsonParser parser) throws IOException {
            boolean nested = false;
            long length = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (length++ == 0) {
                    nested = parser.currentToken() == JsonToken.START_ARRAY && shape.rank() > 1;
                }
                if (nested) {
                    nested(parser, 1);
                } else {
                    element(parser);
                }
            }
            if (nested) {
                requireLength(0, length);
            }
        }

        private void nested(JsonParser parser, int axis) throws IOException {
            if (axis == shape.rank()) {
                element(parser);
                return;
            }
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw InputTensors.refused(
                        "list_type", place, "expected: lists nested as shape " + shape, found(parser));
            }
            long length = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                nested(parser, axis + 1);
                length++;
            }
            requireLength(axis, length);
        }

        private void requireLength(int axis, long length) {
            if (length != shape.size(axis)) {
                throw InputTensors.refused(
                        "shape",
                        place,
                        "expected: lists nested as shape " + shape,
                        "a list of " + length + " at axis " + axis);
            }
        }

        private void element(JsonParser parser) throws IOException {
            if (count++ >= shape.elementCount()) {
                throw InputTensors.refused(
                        "count", place, "expected: " + shape.elementCount() + " elements for shape " + shape, "more");
            }
            Optional<ElementBuffer.Expectation> unmet = elements.addLeniently(parser);
            if (unmet.isPresent()) {
                throw InputTensors.refused(
                        unmet.get().type(), place, unmet.get().message(), found(parser));
            }
        }
    }
}
