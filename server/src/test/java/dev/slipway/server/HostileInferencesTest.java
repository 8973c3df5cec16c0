package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.server.grpc.proto.InferTensorContents;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferRequest.InferInputTensor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inferences with bytes changed, cut out and put in: whatever comes, over REST or gRPC, is answered or is the client's fault.
 * {@code -Dfuzz=100} tries a hundred times as much.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileInferencesTest {
    private static final int REQUESTS_A_SEED = 50;
    private static final Set<Status.Code> FAULTS_OF_CLIENTS =
            EnumSet.of(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND, Status.Code.RESOURCE_EXHAUSTED);
    private static final String JSON = "{\"id\":\"a\",\"parameters\":{\"binary_data_output\":false,\"nan\":\"string\"},"
            + "\"inputs\":[{\"name\":\"matrix\",\"shape\":[1,2,3],\"datatype\":\"FP32\",\"data\":[[[1,2e3,-3],[4.5,NaN,null]]]},"
            + "{\"name\":\"count\",\"shape\":[1],\"datatype\":\"INT64\",\"parameters\":{\"binary_data_size\":8}}],"
            + "\"outputs\":[{\"name\":\"twice\",\"parameters\":{\"classification\":1}},"
            + "{\"name\":\"more\",\"parameters\":{\"binary_data\":true}}]}";

    private final HttpClient http = HttpClient.newHttpClient();
    private ModelServer server;
    private GrpcClient grpc;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withMaxBodyBytes(1 << 16),
                List.of(Models.mixed(), Models.words()));
        grpc = new GrpcClient(server.port());
    }

    @AfterAll
    void stop() {
        grpc.close();
        server.close();
    }

    @AfterEach
    void stillAnswers() {
        assertThat(send("count", "{}".getBytes(StandardCharsets.UTF_8), "2")).isEqualTo(404);
    }

    static LongStream seeds() {
        return LongStream.range(0, 10L * Integer.getInteger("fuzz", 1));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersOverRest(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] valid = Arrays.copyOf(JSON.getBytes(StandardCharsets.UTF_8), JSON.length() + 8);
        for (int i = 0; i < REQUESTS_A_SEED; i++) {
            byte[] body = changed(valid, random);
            String length =
                    Integer.toString(random.nextInt(4) > 0 ? JSON.length() : random.nextInt(-2, valid.length + 3));
            assertThat(send("mixed", body, length))
                    .as(() -> new String(body, StandardCharsets.ISO_8859_1) + ", of JSON " + length)
                    .isBetween(200, 499);
        }
    }

    private int send(String model, byte[] body, String jsonLength) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address() + "/v2/models/" + model + "/infer"))
                .header("inference-header-content-length", jsonLength)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersOverGrpc(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < REQUESTS_A_SEED; i++) {
            byte[] message = changed(random.nextBoolean() ? typed() : raw(), random);
            try {
                grpc.callBytes("inference.GRPCInferenceService/ModelInfer", message);
            } catch (StatusRuntimeException e) {
                assertThat(FAULTS_OF_CLIENTS)
                        .as(() -> Arrays.toString(message) + ": " + e.getMessage())
                        .contains(e.getStatus().getCode());
            }
        }
    }

    private static InferInputTensor.Builder input(String name, String datatype, Long... shape) {
        return InferInputTensor.newBuilder().setName(name).setDatatype(datatype).addAllShape(List.of(shape));
    }

    private static byte[] typed() {
        InferTensorContents matrix = InferTensorContents.newBuilder()
                .addAllFp32Contents(List.of(1f, 2f, 3f, 4f, 5f, 6f))
                .build();
        return ModelInferRequest.newBuilder()
                .setModelName("mixed")
                .addInputs(input("matrix", "FP32", 1L, 2L, 3L).setContents(matrix))
                .addInputs(input("count", "INT64", 1L)
                        .setContents(InferTensorContents.newBuilder().addInt64Contents(5)))
                .build()
                .toByteArray();
    }

    private static byte[] raw() {
        return ModelInferRequest.newBuilder()
                .setModelName("words")
                .addInputs(input("word", "BYTES", 1L, 1L))
                .addRawInputContents(ByteString.copyFrom(new byte[] {2, 0, 0, 0, (byte) 0xc3, (byte) 0xa9}))
                .build()
                .toByteArray();
    }

    /** One to three places changed, cut out or doubled. */
    private static byte[] changed(byte[] valid, SplittableRandom random) {
        byte[] bytes = valid.clone();
        for (int i = random.nextInt(1, 4); i > 0 && bytes.length > 0; i--) {
            int from = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, from + random.nextInt(1, 12));
            switch (random.nextInt(4)) {
                case 0 -> bytes[from] = (byte) random.nextInt();
                case 1 -> bytes = joined(Arrays.copyOf(bytes, from), bytes, to);
                case 2 -> bytes = joined(Arrays.copyOf(bytes, to), bytes, from);
                default -> bytes = Arrays.copyOf(bytes, from);
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] start, byte[] rest, int from) {
        byte[] both = Arrays.copyOf(start, start.length + rest.length - from);
        System.arraycopy(rest, from, both, start.length, rest.length - from);
        return both;
    }
}
