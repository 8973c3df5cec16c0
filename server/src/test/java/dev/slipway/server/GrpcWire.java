package dev.slipway.server;

import com.google.protobuf.ByteString;
import dev.slipway.server.grpc.proto.InferParameter;
import dev.slipway.server.grpc.proto.InferTensorContents;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferInputTensor;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferRequestedOutputTensor;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Over gRPC: elements in typed contents, or raw. */
final class GrpcWire implements InferWire {
    private final GrpcClient client;
    private final boolean raw;

    GrpcWire(int port, boolean raw) {
        this.client = new GrpcClient(port);
        this.raw = raw;
    }

    @Override
    public Reply infer(Question question) {
        try {
            return reply(client.call(
                    "inference.GRPCInferenceService/ModelInfer",
                    message(question),
                    ModelInferResponse.getDefaultInstance()));
        } catch (StatusRuntimeException e) {
            String message = e.getStatus().getDescription();
            return Reply.of(kind(e.getStatus().getCode()), message == null ? "" : message);
        }
    }

    private ModelInferRequest message(Question question) {
        ModelInferRequest.Builder message = ModelInferRequest.newBuilder()
                .setModelName(question.model())
                .setModelVersion(question.version())
                .setId(question.id());
        question.parameters().forEach((name, value) -> message.putParameters(name, parameter(value)));
        for (Content input : question.inputs()) {
            InferInputTensor.Builder written = message.addInputsBuilder()
                    .setName(input.name())
                    .setDatatype(input.datatype())
                    .addAllShape(input.shape());
            question.ofInputs().forEach((name, value) -> written.putParameters(name, parameter(value)));
            if (raw) {
                message.addRawInputContents(ByteString.copyFrom(RawElements.write(input)));
            } else {
                input.elements().forEach(each -> add(written.getContentsBuilder(), input.datatype(), each));
            }
        }
        for (Asked output : question.outputs()) {
            InferRequestedOutputTensor.Builder written =
                    message.addOutputsBuilder().setName(output.name());
            output.parameters().forEach((name, value) -> written.putParameters(name, parameter(value)));
        }
        return message.build();
    }

    private static InferParameter parameter(Object value) {
        InferParameter.Builder written = InferParameter.newBuilder();
        if (value instanceof Boolean flag) {
            written.setBoolParam(flag);
        } else if (value instanceof String text) {
            written.setStringParam(text);
        } else if (value instanceof BigInteger unsigned) {
            written.setUint64Param(unsigned.longValueExact());
        } else {
            written.setInt64Param(((Number) value).longValue());
        }
        return written.build();
    }

    private static void add(InferTensorContents.Builder contents, String datatype, Object element) {
        switch (datatype) {
            case "BOOL" -> contents.addBoolContents((Boolean) element);
            case "INT8", "INT16", "INT32" -> contents.addIntContents(((Number) element).intValue());
            case "INT64" -> contents.addInt64Contents(((Number) element).longValue());
            case "UINT8", "UINT16", "UINT32" -> contents.addUintContents(((Number) element).intValue());
            case "UINT64" -> contents.addUint64Contents(((Number) element).longValue());
            case "FP32" -> contents.addFp32Contents(((Number) element).floatValue());
            case "FP64" -> contents.addFp64Contents(((Number) element).doubleValue());
            case "BYTES" -> contents.addBytesContents(ByteString.copyFromUtf8((String) element));
            default -> throw new AssertionError(datatype);
        }
    }

    private Reply reply(ModelInferResponse response) {
        List<Content> outputs = new ArrayList<>();
        for (int i = 0; i < response.getOutputsCount(); i++) {
            ModelInferResponse.InferOutputTensor output = response.getOutputs(i);
            List<?> elements = raw
                    ? RawElements.read(
                            output.getDatatype(),
                            response.getRawOutputContents(i).asReadOnlyByteBuffer())
                    : elements(output);
            outputs.add(new Content(output.getName(), output.getDatatype(), output.getShapeList(), elements));
        }
        return new Reply(
                Optional.empty(), response.getModelName(), response.getModelVersion(), response.getId(), outputs);
    }

    private static List<?> elements(ModelInferResponse.InferOutputTensor output) {
        InferTensorContents contents = output.getContents();
        return switch (output.getDatatype()) {
            case "BOOL" -> contents.getBoolContentsList();
            case "INT8", "INT16", "INT32" ->
                contents.getIntContentsList().stream().map(Integer::longValue).toList();
            case "INT64" -> contents.getInt64ContentsList();
            case "UINT8", "UINT16", "UINT32" ->
                contents.getUintContentsList().stream()
                        .map(Integer::toUnsignedLong)
                        .toList();
            case "UINT64" ->
                contents.getUint64ContentsList().stream()
                        .map(bits -> new BigInteger(Long.toUnsignedString(bits)))
                        .toList();
            case "FP32" -> contents.getFp32ContentsList();
            case "FP64" -> contents.getFp64ContentsList();
            case "BYTES" ->
                contents.getBytesContentsList().stream()
                        .map(ByteString::toStringUtf8)
                        .toList();
            default -> throw new AssertionError(output.getDatatype());
        };
    }

    private static Kind kind(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT -> Kind.FAULTY_REQUEST;
            case NOT_FOUND -> Kind.UNKNOWN;
            case RESOURCE_EXHAUSTED -> Kind.NO_ROOM;
            case UNAVAILABLE -> Kind.NOT_READY;
            case DEADLINE_EXCEEDED -> Kind.LATE;
            default -> Kind.OTHER;
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
