package dev.slipway.server.oip;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the answer of an inference: flat {@code data} in JSON, or bytes behind it for the outputs that are asked for in binary.
 *
 * <p>NaN is {@code null}, or {@code "NaN"} if the request says so; infinities are {@code "Infinity"} and {@code "-Infinity"}.
 * Safe for use by several threads.
 *
 * <p>Source: Open Inference Protocol, REST specification, "Inference"; Triton's binary tensor data extension.
 */
public final class InferResponseWriter {
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final String model;
    private final String version;
    private final List<TensorSpec> outputs;
    private volatile @Nullable BinaryAnswer latest;

    /**
     * A writer for a model.
     *
     * @param model its name
     * @param version its version
     * @param outputs what it gives
     */
    public InferResponseWriter(String model, String version, List<TensorSpec> outputs) {
        this.model = model;
        this.version = version;
        this.outputs = List.copyOf(outputs);
    }

    /**
     * Writes an answer.
     *
     * @param request what was asked for
     * @param results the tensor of each output, in the model's order
     * @return the body
     */
    public InferAnswer write(InferRequest request, List<Tensor> results) {
        BinaryAnswer known = latest;
        if (known != null && known.isOf(request, results)) {
            return known.write(results);
        }
        ByteArrayBuilder bytes = new ByteArrayBuilder();
        List<ByteBuffer> blobs = new ArrayList<>();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("model_name", model);
            json.writeStringField("model_version", version);
            if (request.id().isPresent()) {
                json.writeStringField("id", request.id().get());
            }
            json.writeArrayFieldStart("outputs");
            for (RequestedOutput output : request.outputs()) {
                write(json, output, results.get(output.index()), request.namesNan(), blobs);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] json = bytes.toByteArray();
        BinaryAnswer.of(json, request, results).ifPresent(answer -> latest = answer);
        return new InferAnswer(append(json, blobs), json.length, !blobs.isEmpty());
    }

    private static byte[] append(byte[] json, List<ByteBuffer> blobs) {
        if (blobs.isEmpty()) {
            return json;
        }
        int length = blobs.stream().mapToInt(ByteBuffer::remaining).reduce(json.length, Math::addExact);
        ByteBuffer all = ByteBuffer.allocate(length).put(json);
        blobs.forEach(all::put);
        return all.array();
    }

    private void write(
            JsonGenerator json, RequestedOutput output, Tensor result, boolean namesNan, List<ByteBuffer> blobs)
            throws IOException {
        Tensor tensor = output.classes() == 0 ? result : Classes.highest(result, output.classes());
        json.writeStartObject();
        json.writeStringField("name", outputs.get(output.index()).name());
        json.writeStringField("datatype", Datatypes.nameOf(tensor.type()));
        json.writeArrayFieldStart("shape");
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
            json.writeNumber(tensor.shape().size(axis));
        }
        json.writeEndArray();
        if (output.binary()) {
            ByteBuffer blob = RawTensors.bytesOf(tensor);
            blobs.add(blob);
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", blob.remaining());
            json.writeEndObject();
        } else {
            json.writeArrayFieldStart("data");
            writeElements(json, tensor, namesNan);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void writeElements(JsonGenerator json, Tensor tensor, boolean namesNan) throws IOException {
        int count = Math.toIntExact(tensor.shape().elementCount());
        if (tensor.type() == DataType.STRING) {
            for (String text : tensor.texts()) {
                json.writeString(text);
            }
            return;
        }
        for (int i = 0; i < count; i++) {
            writeElement(json, tensor, i, namesNan);
        }
    }

    private static void writeElement(JsonGenerator json, Tensor tensor, int index, boolean namesNan)
            throws IOException {
        DataType type = tensor.type();
        switch (type) {
            case BOOL -> json.writeBoolean(tensor.bytes().get(index) != 0);
            // Not by way of a double, which has 53 bits only.
            case INT64 -> json.writeNumber(tensor.longs().get(index));
            case UINT64 -> json.writeNumber(Long.toUnsignedString(tensor.bytes().getLong(index * Long.BYTES)));
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> writeFloating(json, tensor.element(index), type, namesNan);
            default -> json.writeNumber((long) tensor.element(index));
        }
    }

    private static void writeFloating(JsonGenerator json, double number, DataType type, boolean namesNan)
            throws IOException {
        if (Double.isNaN(number) && !namesNan) {
            json.writeNull();
        } else if (!Double.isFinite(number)) {
            json.writeString(Double.toString(number));
        } else if (type == DataType.DOUBLE) {
            json.writeNumber(number);
        } else {
            json.writeNumber((float) number);
        }
    }
}
