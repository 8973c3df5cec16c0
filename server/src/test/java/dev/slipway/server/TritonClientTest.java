package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.server.grpc.proto.InferParameter;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferInputTensor;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import dev.slipway.server.grpc.proto.ModelRepositoryParameter;
import dev.slipway.server.grpc.proto.RepositoryModelUnloadRequest;
import dev.slipway.server.grpc.proto.RepositoryModelUnloadResponse;
import io.grpc.CallOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Triton's own Python client sends, to the letter, and reads.
 *
 * <p>Source: triton-inference-server/client, {@code tritonclient/http/_utils.py}, {@code tritonclient/http/_client.py}, {@code
 * tritonclient/grpc/_utils.py}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TritonClientTest {
    private static final int ROWS = 1000;

    /** As without outputs that are asked for: then all are wanted in binary. */
    private static final String JSON = "{\"id\":\"1\",\"inputs\":[{\"name\":\"x\",\"shape\":[" + ROWS
            + ",1],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":" + 4 * ROWS
            + "}}],\"parameters\":{\"sequence_id\":42,\"sequence_start\":true,\"sequence_end\":false,\"priority\":1,"
            + "\"timeout\":60000000,\"binary_data_output\":true}}";

    private final HttpClient http = HttpClient.newHttpClient();
    private ModelServer server;

    @BeforeAll
    void start() {
        server = FuzzedServer.start();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + "/" + path));
    }

    private static byte[] blob() {
        ByteBuffer floats = ByteBuffer.allocate(4 * ROWS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < ROWS; i++) {
            floats.putFloat(i);
        }
        return floats.array();
    }

    private static byte[] packed(String algorithm, byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out =
                algorithm.equals("gzip") ? new GZIPOutputStream(packed) : new DeflaterOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** The length of the JSON is that before it was compressed, in both directions. */
    @ParameterizedTest
    @ValueSource(strings = {"", "gzip", "deflate"})
    void infersWithCompressedBodies(String algorithm) throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(JSON.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(blob());
        HttpRequest.Builder request = request("v2/models/line/infer?test=1&test=2")
                .header("Inference-Header-Content-Length", Integer.toString(JSON.length()));
        if (algorithm.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
        } else {
            request.headers("Content-Encoding", algorithm, "Accept-Encoding", algorithm)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(packed(algorithm, body.toByteArray())));
        }
        HttpResponse<byte[]> answer = send(request);

        assertThat(answer.statusCode()).isEqualTo(200);
        String encoding = answer.headers().firstValue("content-encoding").orElse("");
        assertThat(encoding).isEqualTo(algorithm.equals("gzip") ? "gzip" : "");
        byte[] whole = encoding.isEmpty()
                ? answer.body()
                : new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        int length = answer.headers()
                .firstValue("inference-header-content-length")
                .map(Integer::parseInt)
                .orElseThrow();
        assertThat(new String(whole, 0, length, StandardCharsets.UTF_8))
                .isEqualTo("{\"model_name\":\"line\",\"model_version\":\"1\",\"id\":\"1\",\"outputs\":[{\"name\":\"y\","
                        + "\"datatype\":\"FP32\",\"shape\":[1000,1],\"parameters\":{\"binary_data_size\":4000}}]}");
        assertThat(ByteBuffer.wrap(whole, length, whole.length - length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getFloat(length + 4 * (ROWS - 1)))
                .isEqualTo(3f * (ROWS - 1) + 1);
    }

    @Test
    void managesTheRepository() throws IOException, InterruptedException {
        HttpResponse<byte[]> index = send(request("v2/repository/index").POST(HttpRequest.BodyPublishers.ofString("")));
        assertThat(new String(index.body(), StandardCharsets.UTF_8))
                .contains("{\"name\":\"line\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}");
        assertThat(send(request("v2/repository/models/line/load").POST(HttpRequest.BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(request("v2/repository/models/line/unload")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"parameters\":{\"unload_dependents\":false}}")))
                        .statusCode())
                .isEqualTo(200);
    }

    /** The client looks at the status of these, and for {@code error} in the JSON of anything but 200. */
    @Test
    void tellsOfHealthByItsStatus() throws IOException, InterruptedException {
        for (String path : Arrays.asList("v2/health/live", "v2/health/ready", "v2/models/line/versions/1/ready")) {
            assertThat(send(request(path)).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(send(request("v2/models/broken/ready")).statusCode()).isEqualTo(503);
        assertThat(new String(send(request("v2/models/nobody")).body(), StandardCharsets.UTF_8))
                .startsWith("{\"error\":\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "gzip"})
    void infersByCallsWhoseMessagesAreCompressed(String algorithm) {
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("line")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(ROWS)
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(blob()))
                .putParameters(
                        "sequence_id",
                        InferParameter.newBuilder().setStringParam("s").build())
                .putParameters(
                        "priority",
                        InferParameter.newBuilder().setUint64Param(1).build())
                .putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(60_000_000).build())
                .build();
        try (GrpcClient grpc = new GrpcClient(server.port())) {
            ModelInferResponse answer = grpc.call(
                    "inference.GRPCInferenceService/ModelInfer",
                    request,
                    ModelInferResponse.getDefaultInstance(),
                    CallOptions.DEFAULT.withCompression(algorithm));
            assertThat(answer.getOutputs(0).hasContents()).isFalse();
            assertThat(answer.getRawOutputContents(0)
                            .asReadOnlyByteBuffer()
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getFloat(4 * (ROWS - 1)))
                    .isEqualTo(3f * (ROWS - 1) + 1);

            RepositoryModelUnloadResponse unloaded = grpc.call(
                    "inference.GRPCInferenceService/RepositoryModelUnload",
                    RepositoryModelUnloadRequest.newBuilder()
                            .setModelName("line")
                            .putParameters(
                                    "unload_dependents",
                                    ModelRepositoryParameter.newBuilder()
                                            .setBoolParam(false)
                                            .build())
                            .build(),
                    RepositoryModelUnloadResponse.getDefaultInstance());
            assertThat(unloaded).isEqualTo(RepositoryModelUnloadResponse.getDefaultInstance());
        }
    }
}
