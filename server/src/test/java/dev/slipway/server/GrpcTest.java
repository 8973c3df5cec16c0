package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.server.grpc.proto.HealthCheckRequest;
import dev.slipway.server.grpc.proto.HealthCheckResponse;
import dev.slipway.server.grpc.proto.HealthCheckResponse.ServingStatus;
import dev.slipway.server.grpc.proto.InferParameter;
import dev.slipway.server.grpc.proto.InferTensorContents;
import dev.slipway.server.grpc.proto.ModelConfig;
import dev.slipway.server.grpc.proto.ModelConfigRequest;
import dev.slipway.server.grpc.proto.ModelConfigResponse;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferInputTensor;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferRequestedOutputTensor;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import dev.slipway.server.grpc.proto.ModelMetadataRequest;
import dev.slipway.server.grpc.proto.ModelMetadataResponse;
import dev.slipway.server.grpc.proto.ModelReadyRequest;
import dev.slipway.server.grpc.proto.ModelReadyResponse;
import dev.slipway.server.grpc.proto.ModelStatisticsRequest;
import dev.slipway.server.grpc.proto.ModelStatisticsResponse;
import dev.slipway.server.grpc.proto.ModelStreamInferResponse;
import dev.slipway.server.grpc.proto.RepositoryIndexRequest;
import dev.slipway.server.grpc.proto.RepositoryIndexResponse;
import dev.slipway.server.grpc.proto.RepositoryModelLoadRequest;
import dev.slipway.server.grpc.proto.RepositoryModelLoadResponse;
import dev.slipway.server.grpc.proto.RepositoryModelUnloadRequest;
import dev.slipway.server.grpc.proto.RepositoryModelUnloadResponse;
import dev.slipway.server.grpc.proto.ServerLiveRequest;
import dev.slipway.server.grpc.proto.ServerLiveResponse;
import dev.slipway.server.grpc.proto.ServerMetadataRequest;
import dev.slipway.server.grpc.proto.ServerMetadataResponse;
import dev.slipway.server.grpc.proto.ServerReadyRequest;
import dev.slipway.server.grpc.proto.ServerReadyResponse;
import dev.slipway.server.grpc.proto.ServerReflectionRequest;
import dev.slipway.server.grpc.proto.ServerReflectionResponse;
import dev.slipway.server.grpc.proto.ServiceResponse;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.models.ModelState;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The Open Inference Protocol over gRPC, with gRPC's own client, on the port of HTTP; what both say is equal. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GrpcTest {
    private static final String INFERENCE = "inference.GRPCInferenceService/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelServer server;
    private GrpcClient grpc;
    private Http http;

    private static ServedModel echo(DataType type) {
        Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(2)));
        return Models.model("echo-" + type, graph -> {
            Value x = graph.input("x", type, shape);
            graph.output("y", new Ops(graph).identity(x));
        });
    }

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0),
                List.of(
                        Models.line(),
                        Models.mixed(),
                        echo(DataType.FLOAT),
                        echo(DataType.FLOAT16),
                        echo(DataType.INT8),
                        echo(DataType.STRING)));
        server.models().report("broken", "1", ModelState.UNAVAILABLE, "no such layer");
        grpc = new GrpcClient(server.port());
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        grpc.close();
        server.close();
    }

    private static InferInputTensor.Builder input(String name, String datatype, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName(name).setDatatype(datatype);
        for (long length : shape) {
            input.addShape(length);
        }
        return input;
    }

    private static ModelInferRequest.Builder line(float... values) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (float value : values) {
            contents.addFp32Contents(value);
        }
        return ModelInferRequest.newBuilder()
                .setModelName("line")
                .addInputs(input("x", "FP32", values.length, 1).setContents(contents));
    }

    private ModelInferResponse infer(ModelInferRequest.Builder request) {
        return grpc.call(INFERENCE + "ModelInfer", request.build(), ModelInferResponse.getDefaultInstance());
    }

    private Status refused(ModelInferRequest.Builder request) {
        return refused("ModelInfer", request.build(), ModelInferResponse.getDefaultInstance());
    }

    private <A extends MessageLite> Status refused(String method, MessageLite request, A like) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> grpc.call(INFERENCE + method, request, like))
                .getStatus();
    }

    @Test
    void callsARequestAsTheClientDoes() {
        Metadata.Key<String> id = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
        Metadata sent = new Metadata();
        sent.put(id, "order-17/a");
        AtomicReference<Metadata> headers = new AtomicReference<>();
        try (GrpcClient client = new GrpcClient(NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                .usePlaintext()
                .intercept(
                        MetadataUtils.newAttachHeadersInterceptor(sent),
                        MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                .build())) {
            client.infer("line", 10);

            assertThat(headers.get().get(id)).isEqualTo("order-17/a");
        }
    }

    @Test
    void tellsOfTheServer() {
        assertThat(grpc.call(
                                INFERENCE + "ServerLive",
                                ServerLiveRequest.getDefaultInstance(),
                                ServerLiveResponse.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(grpc.call(
                                INFERENCE + "ServerReady",
                                ServerReadyRequest.getDefaultInstance(),
                                ServerReadyResponse.getDefaultInstance())
                        .getReady())
                .isTrue();
        ServerMetadataResponse metadata = grpc.call(
                INFERENCE + "ServerMetadata",
                ServerMetadataRequest.getDefaultInstance(),
                ServerMetadataResponse.getDefaultInstance());
        assertThat(metadata.getName()).isEqualTo("slipway");
        assertThat(metadata.getExtensionsList()).contains("statistics");
    }

    @Test
    void tellsOfModels() {
        ModelMetadataResponse metadata = grpc.call(
                INFERENCE + "ModelMetadata",
                ModelMetadataRequest.newBuilder().setName("mixed").build(),
                ModelMetadataResponse.getDefaultInstance());
        assertThat(metadata.getInputs(0).getName()).isEqualTo("matrix");
        assertThat(metadata.getInputs(0).getShapeList()).containsExactly(-1L, 2L, 3L);
        assertThat(metadata.getInputs(1).getDatatype()).isEqualTo("INT64");
        assertThat(ready("line")).isTrue();
        assertThat(ready("broken")).isFalse();
        assertThat(refused(
                                "ModelReady",
                                ModelReadyRequest.newBuilder().setName("nobody").build(),
                                ModelReadyResponse.getDefaultInstance())
                        .getCode())
                .isEqualTo(Status.Code.NOT_FOUND);
        RepositoryIndexResponse index = grpc.call(
                INFERENCE + "RepositoryIndex",
                RepositoryIndexRequest.getDefaultInstance(),
                RepositoryIndexResponse.getDefaultInstance());
        assertThat(index.getModelsList())
                .anySatisfy(each -> assertThat(each.getReason()).isEqualTo("no such layer"));
    }

    private boolean ready(String model) {
        return grpc.call(
                        INFERENCE + "ModelReady",
                        ModelReadyRequest.newBuilder().setName(model).build(),
                        ModelReadyResponse.getDefaultInstance())
                .getReady();
    }

    /** What {@code perf_analyzer} asks for first, as REST tells it. */
    @Test
    void tellsTheConfigurationOfAModel() throws JsonProcessingException {
        ModelConfig config = grpc.call(
                        INFERENCE + "ModelConfig",
                        ModelConfigRequest.newBuilder().setName("line").build(),
                        ModelConfigResponse.getDefaultInstance())
                .getConfig();
        JsonNode json = JSON.readTree(http.get("/v2/models/line/config").body());
        assertThat(config.getName()).isEqualTo(json.path("name").asText());
        assertThat(config.getPlatform()).isEqualTo(json.path("platform").asText());
        assertThat(config.getBackend()).isEqualTo(json.path("backend").asText());
        assertThat(config.getMaxBatchSize())
                .isEqualTo(json.path("max_batch_size").asInt());
        assertThat(config.getInput(0).getName()).isEqualTo("x");
        assertThat(config.getInput(0).getDataType())
                .hasToString(json.at("/input/0/data_type").asText());
        assertThat(config.getInput(0).getDimsList()).containsExactly(-1L, 1L);
        assertThat(config.getOutput(0).getDimsList()).containsExactly(-1L, 1L);
    }

    @Test
    void infersTypedContents() {
        ModelInferResponse response = infer(line(10, 11).setId("7"));
        assertThat(response.getId()).isEqualTo("7");
        assertThat(response.getModelVersion()).isEqualTo("1");
        assertThat(response.getOutputs(0).getShapeList()).containsExactly(2L, 1L);
        assertThat(response.getOutputs(0).getContents().getFp32ContentsList()).containsExactly(31f, 34f);
        assertThat(response.getRawOutputContentsCount()).isZero();
    }

    @Test
    void answersRawWhatComesRaw() {
        ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        raw.putFloat(10).putFloat(11).flip();
        ModelInferResponse response = infer(ModelInferRequest.newBuilder()
                .setModelName("line")
                .addInputs(input("x", "FP32", 2, 1))
                .addRawInputContents(ByteString.copyFrom(raw)));
        assertThat(response.getOutputs(0).hasContents()).isFalse();
        ByteBuffer answer =
                response.getRawOutputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(answer.getFloat()).isEqualTo(31);
        assertThat(answer.getFloat()).isEqualTo(34);
    }

    @Test
    void takesNumbersOfSixteenBitsRawOnly() {
        ByteString bits = ByteString.copyFrom(new byte[] {0, 56, 0, 60});
        ModelInferRequest.Builder raw = ModelInferRequest.newBuilder()
                .setModelName("echo-FLOAT16")
                .addInputs(input("x", "FP16", 1, 2))
                .addRawInputContents(bits);
        assertThat(infer(raw).getRawOutputContents(0)).isEqualTo(bits);
        ModelInferRequest.Builder typed = ModelInferRequest.newBuilder()
                .setModelName("echo-FLOAT16")
                .addInputs(input("x", "FP16", 1, 2)
                        .setContents(InferTensorContents.newBuilder()
                                .addFp32Contents(1)
                                .addFp32Contents(2)));
        assertThat(refused(typed).getDescription()).contains("expected: raw_input_contents for FP16");
    }

    @Test
    void infersTexts() {
        ModelInferResponse response = infer(ModelInferRequest.newBuilder()
                .setModelName("echo-STRING")
                .addInputs(input("x", "BYTES", 1, 2)
                        .setContents(InferTensorContents.newBuilder()
                                .addBytesContents(ByteString.copyFromUtf8("é"))
                                .addBytesContents(ByteString.EMPTY))));
        assertThat(response.getOutputs(0).getContents().getBytesContents(0).toStringUtf8())
                .isEqualTo("é");
    }

    @Test
    void answersWhatIsAskedFor() {
        ModelInferResponse response = infer(ModelInferRequest.newBuilder()
                .setModelName("echo-FLOAT")
                .addInputs(input("x", "FP32", 1, 2)
                        .setContents(InferTensorContents.newBuilder()
                                .addFp32Contents(0.25f)
                                .addFp32Contents(0.75f)))
                .addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("y")
                        .putParameters(
                                "classification",
                                InferParameter.newBuilder().setInt64Param(1).build())));
        assertThat(response.getOutputs(0).getContents().getBytesContents(0).toStringUtf8())
                .isEqualTo("0.75:1");
    }

    @Test
    void takesAndGivesMessagesOfMoreThanFourMebibytes() {
        float[] many = new float[1_500_000];
        assertThat(infer(line(many)).getOutputs(0).getContents().getFp32ContentsCount())
                .isEqualTo(many.length);
    }

    @Test
    void streamsAnswersInTheOrderOfTheRequestsAndGoesOnAfterAFault() {
        List<ModelStreamInferResponse> answers = grpc.stream(
                INFERENCE + "ModelStreamInfer",
                List.of(
                        line(1).setId("a").build(),
                        line(2).setModelName("nobody").build(),
                        line(3).setId("c").build()),
                ModelStreamInferResponse.getDefaultInstance());
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0).getInferResponse().getId()).isEqualTo("a");
        assertThat(answers.get(1).getErrorMessage()).contains("nobody");
        assertThat(answers.get(2).getInferResponse().getOutputs(0).getContents().getFp32Contents(0))
                .isEqualTo(10);
    }

    @Test
    void refusesWhatItCannotInfer() {
        ModelInferRequest.Builder wrongCount =
                line(1).addRawInputContents(ByteString.EMPTY).addRawInputContents(ByteString.EMPTY);
        assertThat(refused(wrongCount).getDescription()).contains("expected: one for each of 1 inputs");
        ModelInferRequest.Builder both = line(1).addRawInputContents(ByteString.copyFrom(new byte[4]));
        assertThat(refused(both).getDescription()).contains("either contents or raw_input_contents");
        ModelInferRequest.Builder range = ModelInferRequest.newBuilder()
                .setModelName("echo-INT8")
                .addInputs(input("x", "INT8", 1, 2)
                        .setContents(InferTensorContents.newBuilder()
                                .addIntContents(1)
                                .addIntContents(128)));
        assertThat(refused(range).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused(line(1).setModelName("broken")).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(refused(
                                "NoSuchMethod",
                                ServerLiveRequest.getDefaultInstance(),
                                ServerLiveResponse.getDefaultInstance())
                        .getCode())
                .isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    /** The same request, faulty in the same way, is told the same over both. */
    @Test
    void saysOfFaultsWhatHttpSays() throws JsonProcessingException {
        assertEqual("nobody", "1", "x", "FP32", Status.Code.NOT_FOUND, 404);
        assertEqual("line", "9", "x", "FP32", Status.Code.NOT_FOUND, 404);
        assertEqual("broken", "1", "x", "FP32", Status.Code.UNAVAILABLE, 503);
        assertEqual("line", "1", "z", "FP32", Status.Code.INVALID_ARGUMENT, 400);
        assertEqual("line", "1", "x", "FP64", Status.Code.INVALID_ARGUMENT, 400);
        assertEqual("line", "1", "x", "none", Status.Code.INVALID_ARGUMENT, 400);
    }

    private void assertEqual(String model, String version, String name, String datatype, Status.Code code, int status)
            throws JsonProcessingException {
        Status overGrpc = refused(ModelInferRequest.newBuilder()
                .setModelName(model)
                .setModelVersion(version)
                .addInputs(input(name, datatype, 1, 1)
                        .setContents(InferTensorContents.newBuilder().addFp32Contents(1))));
        HttpResponse<String> overHttp = http.post(
                "/v2/models/" + model + "/versions/" + version + "/infer",
                "{\"inputs\":[{\"name\":\"" + name + "\",\"shape\":[1,1],\"datatype\":\"" + datatype
                        + "\",\"data\":[1]}]}");
        JsonNode body = JSON.readTree(overHttp.body());
        assertThat(overGrpc.getCode()).isEqualTo(code);
        assertThat(overHttp.statusCode()).isEqualTo(status);
        assertThat(overGrpc.getDescription()).isEqualTo(body.path("error").asText());
    }

    @Test
    void countsAsHttpDoes() throws JsonProcessingException {
        infer(line(1, 2, 3));
        ModelStatisticsResponse statistics = grpc.call(
                INFERENCE + "ModelStatistics",
                ModelStatisticsRequest.newBuilder().setName("line").build(),
                ModelStatisticsResponse.getDefaultInstance());
        JsonNode json = JSON.readTree(http.get("/v2/models/line/stats").body());
        assertThat(statistics.getModelStats(0).getInferenceCount())
                .isEqualTo(json.at("/model_stats/0/inference_count").asLong());
    }

    /** As {@code Retry-After} does over HTTP. */
    @Test
    void saysWhenToTryAgain() {
        server.models().report("absent", "1", ModelState.UNAVAILABLE, "no such layer");
        StatusRuntimeException away = catchThrowableOfType(StatusRuntimeException.class, () -> grpc.infer("absent", 1));

        assertThat(away.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(GrpcClient.pushbackMillis(away)).isEqualTo("1000");
    }

    @Test
    void endsACallWhoseTimeIsOver() {
        Gated gated = new Gated();
        server.models().publish(gated.model("gated"));
        gated.shut();
        try {
            Status status = catchThrowableOfType(
                            StatusRuntimeException.class,
                            () -> grpc.call(
                                    INFERENCE + "ModelInfer",
                                    ModelInferRequest.newBuilder()
                                            .setModelName("gated")
                                            .addInputs(input("x", "FP32", 1, 1)
                                                    .setContents(InferTensorContents.newBuilder()
                                                            .addFp32Contents(0)))
                                            .build(),
                                    ModelInferResponse.getDefaultInstance(),
                                    CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.MILLISECONDS)))
                    .getStatus();
            assertThat(status.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        } finally {
            gated.open();
        }
    }

    @Test
    void loadsAndUnloadsWhatComesFromSomewhere() {
        List<String> done = new CopyOnWriteArrayList<>();
        ModelSource source = new ModelSource() {
            @Override
            public void begin() {
                done.add("begin");
            }

            @Override
            public void load(String name) {
                done.add("load " + name);
            }

            @Override
            public void unload(String name) {
                done.add("unload " + name);
            }

            @Override
            public void close() {
                done.add("close");
            }
        };
        ServerOptions options = ServerOptions.defaults().withAddress("127.0.0.1", 0);
        try (ModelServer other = ModelServer.follow(options, models -> source);
                GrpcClient client = new GrpcClient(other.port())) {
            client.call(
                    INFERENCE + "RepositoryModelLoad",
                    RepositoryModelLoadRequest.newBuilder().setModelName("m").build(),
                    RepositoryModelLoadResponse.getDefaultInstance());
            client.call(
                    INFERENCE + "RepositoryModelUnload",
                    RepositoryModelUnloadRequest.newBuilder().setModelName("m").build(),
                    RepositoryModelUnloadResponse.getDefaultInstance());
        }
        assertThat(done).containsExactly("begin", "load m", "unload m", "close");
    }

    @Test
    void doesNotLoadWhereModelsAreAFixedList() {
        Status status = refused(
                "RepositoryModelLoad",
                RepositoryModelLoadRequest.newBuilder().setModelName("line").build(),
                RepositoryModelLoadResponse.getDefaultInstance());
        assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void tellsItsHealth() {
        HealthCheckResponse health = grpc.call(
                "grpc.health.v1.Health/Check",
                HealthCheckRequest.newBuilder()
                        .setService("inference.GRPCInferenceService")
                        .build(),
                HealthCheckResponse.getDefaultInstance());
        assertThat(health.getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(grpc.watch(
                                "grpc.health.v1.Health/Watch",
                                HealthCheckRequest.getDefaultInstance(),
                                HealthCheckResponse.getDefaultInstance())
                        .next()
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void reflectsItsServicesAndMessages() throws InvalidProtocolBufferException {
        for (String version : List.of("v1", "v1alpha")) {
            List<ServerReflectionResponse> answers = grpc.stream(
                    "grpc.reflection." + version + ".ServerReflection/ServerReflectionInfo",
                    List.of(
                            ServerReflectionRequest.newBuilder()
                                    .setListServices("")
                                    .build(),
                            ServerReflectionRequest.newBuilder()
                                    .setFileContainingSymbol("inference.GRPCInferenceService.ModelInfer")
                                    .build(),
                            ServerReflectionRequest.newBuilder()
                                    .setFileByFilename("none.proto")
                                    .build()),
                    ServerReflectionResponse.getDefaultInstance());
            assertThat(answers.get(0).getListServicesResponse().getServiceList())
                    .extracting(ServiceResponse::getName)
                    .contains("inference.GRPCInferenceService", "grpc.health.v1.Health");
            FileDescriptorProto file = FileDescriptorProto.parseFrom(
                    answers.get(1).getFileDescriptorResponse().getFileDescriptorProto(0));
            assertThat(file.getService(0).getMethodList())
                    .anySatisfy(
                            method -> assertThat(method.getOutputType()).isEqualTo(".inference.ModelInferResponse"));
            assertThat(answers.get(2).getErrorResponse().getErrorCode()).isEqualTo(Status.Code.NOT_FOUND.value());
        }
    }
}
