package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Writes tensors as nested lists, element by element. A number is the shortest text that reads back to the same number of its
 * type, and a floating one never looks like an integer.
 */
final class TensorWriter {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    /** Most answers are a few numbers; the generator has a buffer of its own, and a longer text comes in large pieces. */
    private static final int SHORT_BYTES = 64;

    private final NonFiniteForm nonFinite;

    TensorWriter(NonFiniteForm nonFinite) {
        this.nonFinite = nonFinite;
    }

    /** Writes a value. */
    @FunctionalInterface
    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] toBytes(Content content) {
        ByteArrayBuilder bytes = new ByteArrayBuilder(SHORT_BYTES);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A whole tensor. */
    void write(JsonGenerator json, Tensor tensor) throws IOException {
        write(json, tensor, false);
    }

    /** A whole tensor, whose texts may be written in base64. */
    void write(JsonGenerator json, Tensor tensor, boolean base64) throws IOException {
        new Writing(json, tensor, base64).axis(0, 0);
    }

    /** One entry of axis 0, without its brackets. */
    void writeRow(JsonGenerator json, Tensor tensor, int row, boolean base64) throws IOException {
        new Writing(json, tensor.rows(row, row + 1), base64).axis(1, 0);
    }

    /** One element. */
    void writeElement(JsonGenerator json, Tensor tensor, int index) throws IOException {
        new Writing(json, tensor, false).element(index);
    }

    /** How many rows results have, each of them. */
    static int requireRows(List<Tensor> results) {
        Shape first = results.get(0).shape();
        for (Tensor result : results) {
            Shape shape = result.shape();
            if (shape.rank() == 0 || shape.size(0) != first.size(0)) {
                throw new InputException(
                        "rows",
                        List.of("body"),
                        "expected: whole tensors in 'inputs', as the outputs of this model have no rows in common",
                        "rows");
            }
        }
        return Math.toIntExact(first.size(0));
    }

    /** One tensor being written. */
    private final class Writing {
        private final JsonGenerator json;
        private final Tensor tensor;
        private final Shape shape;
        private final boolean base64;

        /** Taken once: most tensors are of this type, and every look at them costs. */
        private final FloatBuffer floats;

        Writing(JsonGenerator json, Tensor tensor, boolean base64) {
            this.json = json;
            this.tensor = tensor;
            this.shape = tensor.shape();
            this.base64 = base64;
            this.floats = tensor.type() == DataType.FLOAT ? tensor.floats() : FloatBuffer.allocate(0);
        }

        /** Writes the elements from an index on as nested lists from an axis on; gives the index behind them. */
        int axis(int axis, int index) throws IOException {
            if (axis == shape.rank()) {
                element(index);
                return index + 1;
            }
            json.writeStartArray();
            int next = index;
            for (long i = 0; i < shape.size(axis); i++) {
                next = axis(axis + 1, next);
            }
            json.writeEndArray();
            return next;
        }

        private void element(int index) throws IOException {
            DataType type = tensor.type();
            if (type == DataType.FLOAT) {
                floating(floats.get(index));
            } else if (type == DataType.STRING) {
                text(tensor.texts().get(index));
            } else if (type == DataType.BOOL) {
                json.writeBoolean(tensor.bytes().get(index) != 0);
            } else if (type == DataType.INT64) {
                // Not by way of a double, which has 53 bits only.
                json.writeNumber(tensor.longs().get(index));
            } else if (type == DataType.UINT64) {
                json.writeRawValue(Long.toUnsignedString(tensor.bytes().getLong(index * Long.BYTES)));
            } else if (type.isInteger()) {
                json.writeNumber((long) tensor.element(index));
            } else if (type == DataType.DOUBLE && Double.isFinite(tensor.element(index))) {
                json.writeNumber(tensor.element(index));
            } else {
                floating((float) tensor.element(index));
            }
        }

        private void floating(float number) throws IOException {
            if (Float.isFinite(number)) {
                json.writeNumber(number);
                return;
            }
            switch (nonFinite) {
                case STRING -> json.writeString(Float.toString(number));
                case WORD -> json.writeRawValue(Float.toString(number));
                case NULL -> json.writeNull();
            }
        }

        private void text(String text) throws IOException {
            if (base64) {
                json.writeStartObject();
                json.writeStringField(
                        ElementBuffer.BASE64,
                        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
                json.writeEndObject();
            } else {
                json.writeString(text);
            }
        }
    }
}
