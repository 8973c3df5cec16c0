package dev.slipway.server;

import static dev.slipway.server.FuzzedBytes.any;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.slipway.server.grpc.proto.HealthCheckRequest;
import dev.slipway.server.grpc.proto.InferParameter;
import dev.slipway.server.grpc.proto.InferTensorContents;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferInputTensor;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferRequestedOutputTensor;
import dev.slipway.server.grpc.proto.ModelReadyRequest;
import dev.slipway.server.grpc.proto.ModelRepositoryParameter;
import dev.slipway.server.grpc.proto.RepositoryIndexRequest;
import dev.slipway.server.grpc.proto.RepositoryModelLoadRequest;
import dev.slipway.server.grpc.proto.ServerReflectionRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nearly good calls of every method of gRPC: each ends with a status that is not the server's fault. {@code -Dfuzz=100} tries a
 * hundred times as much, as {@code scripts/fuzz-requests} does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FuzzedCallsTest {
    private static final int CALLS_A_METHOD = 60 * Integer.getInteger("fuzz", 1);

    /** It goes on until the client goes. */
    private static final String ENDLESS = "/grpc.health.v1.Health/Watch";

    /** UNKNOWN, INTERNAL and DATA_LOSS. */
    private static final List<String> FAULTS_OF_THE_SERVER = List.of("2", "13", "15");

    private static final List<byte[]> MESSAGES = Stream.<MessageLite>of(
                    typed(),
                    raw(),
                    ModelReadyRequest.newBuilder()
                            .setName("line")
                            .setVersion("1")
                            .build(),
                    ModelReadyRequest.newBuilder().setName("broken").build(),
                    RepositoryIndexRequest.newBuilder().setReady(true).build(),
                    RepositoryModelLoadRequest.newBuilder()
                            .setModelName("mixed")
                            .putParameters(
                                    "unload_dependents",
                                    ModelRepositoryParameter.newBuilder()
                                            .setBoolParam(false)
                                            .build())
                            .build(),
                    HealthCheckRequest.newBuilder()
                            .setService("inference.GRPCInferenceService")
                            .build(),
                    ServerReflectionRequest.newBuilder().setListServices("*").build(),
                    ServerReflectionRequest.newBuilder()
                            .setFileContainingSymbol("inference.ModelInferRequest")
                            .build(),
                    ServerReflectionRequest.newBuilder()
                            .setFileByFilename("inference.proto")
                            .build())
            .map(MessageLite::toByteArray)
            .toList();

    private static ModelServer server;
    private static Vertx vertx;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        server = FuzzedServer.start();
        vertx = Vertx.vertx();
        client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.close();
    }

    private static ModelInferRequest typed() {
        return ModelInferRequest.newBuilder()
                .setModelName("mixed")
                .setId("7")
                .putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(60_000_000).build())
                .addInputs(input("matrix", "FP32", 1L, 2L, 3L)
                        .setContents(
                                InferTensorContents.newBuilder().addAllFp32Contents(List.of(1f, 2f, 3f, 4f, 5f, 6f))))
                .addInputs(input("count", "INT64", 1L)
                        .setContents(InferTensorContents.newBuilder().addInt64Contents(5)))
                .addOutputs(InferRequestedOutputTensor.newBuilder()
                        .setName("twice")
                        .putParameters(
                                "classification",
                                InferParameter.newBuilder().setInt64Param(1).build()))
                .build();
    }

    private static ModelInferRequest raw() {
        return ModelInferRequest.newBuilder()
                .setModelName("words")
                .addInputs(input("word", "BYTES", 1L, 1L))
                .addRawInputContents(ByteString.copyFrom(new byte[] {2, 0, 0, 0, (byte) 0xc3, (byte) 0xa9}))
                .build();
    }

    private static InferInputTensor.Builder input(String name, String datatype, Long... shape) {
        return InferInputTensor.newBuilder().setName(name).setDatatype(datatype).addAllShape(List.of(shape));
    }

    static Stream<String> methods() {
        return server.routes().stream().filter(route -> route.matches("/[\\w.]+\\.\\w+/\\w+"));
    }

    @AfterEach
    void stillAnswers() {
        try (GrpcClient good = new GrpcClient(server.port())) {
            assertThat(good.infer("line", 10).getOutputs(0).getContents().getFp32Contents(0))
                    .isEqualTo(31);
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void endsWithAStatus(String method) throws Exception {
        SplittableRandom random = FuzzedBytes.random(method);
        for (int i = 0; i < CALLS_A_METHOD; i++) {
            RequestOptions options = options(method, random);
            Buffer body = body(random);
            String end = call(options, body)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            String status = end.substring(0, end.indexOf(' '));
            assertThat(status)
                    .as(() -> options.getHeaders() + "\n" + body + "\n" + end)
                    .matches("\\d+")
                    .isNotIn(FAULTS_OF_THE_SERVER);
            if (status.equals("14")) {
                assertThat(end).contains("broken");
            }
        }
    }

    private static RequestOptions options(String method, SplittableRandom random) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setMethod(
                        random.nextInt(10) > 0 ? HttpMethod.POST : any(List.of(HttpMethod.PUT, HttpMethod.GET), random))
                .setURI(method)
                .addHeader("content-type", random.nextBoolean() ? "application/grpc" : "application/grpc+proto")
                .addHeader("te", "trailers");
        if (random.nextBoolean()) {
            options.addHeader("grpc-encoding", any(List.of("gzip", "gzip", "deflate", "identity", "br", ""), random));
        }
        if (random.nextInt(4) == 0) {
            options.addHeader("grpc-timeout", any(List.of("1H", "99999999H", "60S", "1", "-1S", "999999999S"), random));
        }
        if (random.nextInt(8) == 0) {
            options.addHeader("trace-bin", "%%%").addHeader("grpc-accept-encoding", ",,");
        }
        return options;
    }

    /** None, one or two messages, some of which are not what they say. */
    private static Buffer body(SplittableRandom random) {
        Buffer body = Buffer.buffer();
        for (int i = any(List.of(0, 1, 1, 1, 1, 1, 1, 2), random); i > 0; i--) {
            byte[] good = any(MESSAGES, random);
            byte[] message = random.nextInt(4) == 0 ? good : FuzzedBytes.changed(good, random);
            boolean compressed = random.nextInt(5) == 0;
            byte[] sent = compressed ? FuzzedBytes.gzipped(message, random) : message;
            int length = random.nextInt(12) > 0 ? sent.length : random.nextInt(-2, sent.length + 9);
            body.appendByte((byte) (compressed ? random.nextInt(1, 256) : 0));
            body.appendInt(length).appendBytes(sent);
        }
        return body;
    }

    private static Future<String> call(RequestOptions options, Buffer body) {
        return client.request(options).compose(request -> {
            // Whoever is answered before all is sent may not get rid of the rest.
            request.exceptionHandler(rest -> {});
            request.end(body);
            return request.response().compose(response -> end(request, response));
        });
    }

    /** The status and its message, which come in headers or in trailers. */
    private static Future<String> end(HttpClientRequest request, HttpClientResponse response) {
        String early = response.getHeader("grpc-status");
        if (early == null && request.getURI().equals(ENDLESS)) {
            response.exceptionHandler(reset -> {});
            request.reset();
            return Future.succeededFuture("0 ");
        }
        return response.end()
                .map(done -> early == null
                        ? response.trailers().get("grpc-status") + " "
                                + response.trailers().get("grpc-message")
                        : early + " " + response.getHeader("grpc-message"));
    }
}
