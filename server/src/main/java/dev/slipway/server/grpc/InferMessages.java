package dev.slipway.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.grpc.proto.InferParameter;
import dev.slipway.server.grpc.proto.InferTensorContents;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import dev.slipway.server.json.Elements;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import dev.slipway.server.oip.Classes;
import dev.slipway.server.oip.Datatypes;
import dev.slipway.server.oip.InferRequest;
import dev.slipway.server.oip.InputTensors;
import dev.slipway.server.oip.RawTensors;
import dev.slipway.server.oip.RequestedOutput;
import dev.slipway.server.oip.SharedMemory;
import dev.slipway.server.oip.TimeoutParameter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The messages of an inference, read into and written from tensors. A request of raw bytes is answered by raw bytes, one of
 * typed contents by typed contents, except for 16-bit numbers, which have no contents. Safe for use by several threads.
 *
 * <p>Source: Open Inference Protocol, gRPC specification, "Inference".
 */
final class InferMessages {
    private final String model;
    private final String version;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    InferMessages(String model, String version, List<TensorSpec> inputs, List<TensorSpec> outputs) {
        this.model = model;
        this.version = version;
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
    }

    /** Reads a request; keeps the message's bytes instead of copying them. */
    InferRequest read(ModelInferRequest message) {
        boolean raw = message.getRawInputContentsCount() > 0;
        if (raw && message.getRawInputContentsCount() != message.getInputsCount()) {
            throw new InputException(
                    "raw_input_contents",
                    List.of("raw_input_contents"),
                    "expected: one for each of " + message.getInputsCount() + " inputs",
                    message.getRawInputContentsCount() + "");
        }
        // In the order of JSON, so that of several faults the same one is told.
        Optional<Duration> timeout = timeout(message);
        InputTensors tensors = new InputTensors(inputs);
        for (int i = 0; i < message.getInputsCount(); i++) {
            ModelInferRequest.InferInputTensor input = message.getInputs(i);
            List<Object> place = List.of("inputs", i);
            SharedMemory.refuse(input.getParametersMap().keySet(), place);
            int index = tensors.declare(input.getName(), input.getDatatype(), input.getShapeList(), place);
            if (!raw) {
                read(tensors, index, input.getContents(), place);
            } else if (input.hasContents()) {
                throw new InputException("data", place, "expected: either contents or raw_input_contents", "both");
            } else {
                // A buffer of its own, as its order of bytes is set.
                tensors.setRaw(
                        index,
                        message.getRawInputContents(i).asReadOnlyByteBuffer().slice(),
                        place);
            }
        }
        Optional<String> id = message.getId().isEmpty() ? Optional.empty() : Optional.of(message.getId());
        List<RequestedOutput> requested = outputs(message, raw);
        return new InferRequest(id, tensors.request(), requested, false, timeout);
    }

    private static Optional<Duration> timeout(ModelInferRequest message) {
        InferParameter given = message.getParametersMap().get(TimeoutParameter.NAME);
        List<Object> place = List.of("parameters");
        return given == null
                ? Optional.empty()
                : TimeoutParameter.of(integer(given, TimeoutParameter.NAME, place), place);
    }

    /** Clients write integers of either kind. */
    private static long integer(InferParameter given, String name, List<Object> place) {
        return switch (given.getParameterChoiceCase()) {
            case INT64_PARAM -> given.getInt64Param();
            case UINT64_PARAM -> given.getUint64Param() < 0 ? Long.MAX_VALUE : given.getUint64Param();
            default ->
                throw new InputException("parameter", place, "expected: an integer for '" + name + "'", text(given));
        };
    }

    /** As JSON's text would be. */
    private static String text(InferParameter given) {
        return switch (given.getParameterChoiceCase()) {
            case BOOL_PARAM -> Boolean.toString(given.getBoolParam());
            case STRING_PARAM -> InputProblem.cut(given.getStringParam());
            case DOUBLE_PARAM -> Double.toString(given.getDoubleParam());
            default -> "nothing";
        };
    }

    private static void read(InputTensors tensors, int index, InferTensorContents contents, List<Object> place) {
        DataType type = tensors.type(index);
        int count = switch (type) {
            case BOOL -> contents.getBoolContentsCount();
            case INT8, INT16, INT32 -> contents.getIntContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FLOAT -> contents.getFp32ContentsCount();
            case DOUBLE -> contents.getFp64ContentsCount();
            case STRING -> contents.getBytesContentsCount();
            default ->
                throw new InputException(
                        "datatype",
                        place,
                        "expected: raw_input_contents for " + Datatypes.nameOf(type),
                        "typed contents");
        };
        if (type == DataType.STRING) {
            List<String> texts = new ArrayList<>();
            contents.getBytesContentsList()
                    .forEach(bytes -> texts.add(InputTensors.text(bytes.asReadOnlyByteBuffer(), place)));
            tensors.set(index, new Elements(ByteBuffer.allocate(0), texts), count, place);
            return;
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(count, type.byteSize())).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
            put(bytes, type, contents, i, place);
        }
        tensors.set(index, new Elements(bytes.flip(), List.of()), count, place);
    }

    private static void put(ByteBuffer bytes, DataType type, InferTensorContents contents, int i, List<Object> place) {
        switch (type) {
            case BOOL -> bytes.put((byte) (contents.getBoolContents(i) ? 1 : 0));
            case INT8 -> bytes.put((byte) within(contents.getIntContents(i), -128, 127, place));
            case INT16 -> bytes.putShort((short) within(contents.getIntContents(i), -32768, 32767, place));
            case INT32 -> bytes.putInt(contents.getIntContents(i));
            case INT64 -> bytes.putLong(contents.getInt64Contents(i));
            case UINT8 -> bytes.put((byte) within(contents.getUintContents(i), 0, 255, place));
            case UINT16 -> bytes.putShort((short) within(contents.getUintContents(i), 0, 65535, place));
            case UINT32 -> bytes.putInt(contents.getUintContents(i));
            case UINT64 -> bytes.putLong(contents.getUint64Contents(i));
            case FLOAT -> bytes.putFloat(contents.getFp32Contents(i));
            default -> bytes.putDouble(contents.getFp64Contents(i));
        }
    }

    private static int within(int value, int lowest, int highest, List<Object> place) {
        if (value < lowest || value > highest) {
            throw new InputException(
                    "int_range",
                    place,
                    "expected: an integer from " + lowest + " to " + highest,
                    lowest < 0 ? Integer.toString(value) : Integer.toUnsignedString(value));
        }
        return value;
    }

    private List<RequestedOutput> outputs(ModelInferRequest message, boolean raw) {
        List<RequestedOutput> requested = new ArrayList<>();
        for (int i = 0; i < message.getOutputsCount(); i++) {
            ModelInferRequest.InferRequestedOutputTensor output = message.getOutputs(i);
            List<Object> place = List.of("outputs", i);
            SharedMemory.refuse(output.getParametersMap().keySet(), place);
            int index = RequestedOutput.indexOf(outputs, output.getName(), place);
            InferParameter classes = output.getParametersMap().get("classification");
            long count = classes == null ? 0 : integer(classes, "classification", place);
            if (count < 0 || count > Integer.MAX_VALUE) {
                throw new InputException(
                        "classification", place, "expected: a number of classes", Long.toString(count));
            }
            requested.add(new RequestedOutput(index, raw, (int) count));
        }
        if (requested.isEmpty()) {
            for (int i = 0; i < outputs.size(); i++) {
                requested.add(new RequestedOutput(i, raw, 0));
            }
        }
        return requested;
    }

    /** Writes an answer. */
    ModelInferResponse write(InferRequest request, List<Tensor> results) {
        ModelInferResponse.Builder response =
                ModelInferResponse.newBuilder().setModelName(model).setModelVersion(version);
        request.id().ifPresent(response::setId);
        List<Tensor> answered = new ArrayList<>();
        for (RequestedOutput output : request.outputs()) {
            Tensor result = results.get(output.index());
            answered.add(output.classes() == 0 ? result : Classes.highest(result, output.classes()));
        }
        boolean raw = request.outputs().stream().anyMatch(RequestedOutput::binary)
                || answered.stream().anyMatch(tensor -> hasNoContents(tensor.type()));
        for (int i = 0; i < answered.size(); i++) {
            Tensor tensor = answered.get(i);
            ModelInferResponse.InferOutputTensor.Builder output = response.addOutputsBuilder();
            output.setName(outputs.get(request.outputs().get(i).index()).name());
            output.setDatatype(Datatypes.nameOf(tensor.type()));
            for (int axis = 0; axis < tensor.shape().rank(); axis++) {
                output.addShape(tensor.shape().size(axis));
            }
            if (raw) {
                response.addRawOutputContents(ByteString.copyFrom(RawTensors.bytesOf(tensor)));
            } else {
                output.setContents(contents(tensor));
            }
        }
        return response.build();
    }

    private static boolean hasNoContents(DataType type) {
        return type == DataType.FLOAT16 || type == DataType.BFLOAT16;
    }

    private static InferTensorContents contents(Tensor tensor) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        if (tensor.type() == DataType.STRING) {
            tensor.texts().forEach(text -> contents.addBytesContents(ByteString.copyFromUtf8(text)));
            return contents.build();
        }
        int count = Math.toIntExact(tensor.shape().elementCount());
        for (int i = 0; i < count; i++) {
            switch (tensor.type()) {
                case BOOL -> contents.addBoolContents(tensor.bytes().get(i) != 0);
                case INT64 -> contents.addInt64Contents(tensor.longs().get(i));
                case UINT64 -> contents.addUint64Contents(tensor.bytes().getLong(i * Long.BYTES));
                case INT8, INT16, INT32 -> contents.addIntContents((int) tensor.element(i));
                case UINT8, UINT16, UINT32 -> contents.addUintContents((int) (long) tensor.element(i));
                case DOUBLE -> contents.addFp64Contents(tensor.element(i));
                default -> contents.addFp32Contents((float) tensor.element(i));
            }
        }
        return contents.build();
    }

    /** Parses a request whose raw contents stay where they are. */
    static ByteString unparsed(byte[] message) {
        return UnsafeByteOperations.unsafeWrap(message);
    }
}
