package dev.slipway.bench.endurance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.slipway.server.grpc.proto.ModelInferRequest;
import dev.slipway.server.grpc.proto.ModelInferResponse;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Everybody who asks: each method asks once and says what was wrong with the answer, nothing if it was right. The models are {@code
 * line}, which gives 3x + 1, and {@code wide}, which gives its rows of {@link #WIDTH} numbers back. Safe for use by several threads.
 */
final class Clients implements AutoCloseable {
    static final int WIDTH = 256;

    /** So many that they are predicted on a worker. */
    private static final int ROWS = 32;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] AS_JSON = {"content-type", "application/json"};

    private final RunningServer server;
    private final int maxBody;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http2;
    private final String input;
    private final String output;

    Clients(RunningServer server, int maxBody) throws IOException, InterruptedException {
        this.server = server;
        this.maxBody = maxBody;
        this.http2 = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        JsonNode metadata = JSON.readTree(server.get("/v2/models/line").body());
        this.input = metadata.at("/inputs/0/name").asText();
        this.output = metadata.at("/outputs/0/name").asText();
    }

    private static int number() {
        return ThreadLocalRandom.current().nextInt(100_000);
    }

    private static float line(int number) {
        return 3f * number + 1;
    }

    private static String compare(double expected, JsonNode found, HttpResponse<byte[]> answer) {
        boolean right = answer.statusCode() == 200 && found.isNumber() && found.asDouble() == expected;
        return right
                ? ""
                : answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8) + " (expected: "
                        + expected + ")";
    }

    private HttpResponse<byte[]> post(String path, String json) throws IOException, InterruptedException {
        return server.post(path, json.getBytes(StandardCharsets.UTF_8), AS_JSON);
    }

    String typed() throws IOException, InterruptedException {
        int number = number();
        HttpResponse<byte[]> answer = post("/models/line/predict", "{\"" + input + "\": [" + number + "]}");
        return compare(line(number), JSON.readTree(answer.body()).path(output).path(0), answer);
    }

    String tensorFlowServing() throws IOException, InterruptedException {
        int number = number();
        HttpResponse<byte[]> answer = post("/v1/models/line:predict", "{\"instances\": [[" + number + "]]}");
        return compare(line(number), JSON.readTree(answer.body()).at("/predictions/0/0"), answer);
    }

    String openInference() throws IOException, InterruptedException {
        int number = number();
        HttpResponse<byte[]> answer = post(
                "/v2/models/line/infer",
                "{\"inputs\": [{\"name\": \"" + input + "\", \"datatype\": \"FP32\", \"shape\": [1, 1], \"data\": ["
                        + number + "]}]}");
        return compare(line(number), JSON.readTree(answer.body()).at("/outputs/0/data/0"), answer);
    }

    String openInferenceInBinary() throws IOException, InterruptedException {
        int number = number();
        byte[] json = ("{\"inputs\": [{\"name\": \"" + input + "\", \"datatype\": \"FP32\", \"shape\": [1, 1],"
                        + " \"parameters\": {\"binary_data_size\": 4}}]}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(json.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(json)
                .putFloat(number)
                .array();
        HttpResponse<byte[]> answer = server.post(
                "/v2/models/line/infer",
                body,
                "content-type",
                "application/octet-stream",
                "inference-header-content-length",
                Integer.toString(json.length));
        return compare(line(number), JSON.readTree(answer.body()).at("/outputs/0/data/0"), answer);
    }

    String grpc() throws InterruptedException, ExecutionException, TimeoutException, IOException {
        int number = number();
        ByteBuffer raw = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, number);
        byte[] message = ModelInferRequest.newBuilder()
                .setModelName("line")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName(input)
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(raw))
                .build()
                .toByteArray();
        Buffer framed =
                Buffer.buffer().appendByte((byte) 0).appendInt(message.length).appendBytes(message);
        Buffer answer = http2.request(
                        HttpMethod.POST, server.port(), "127.0.0.1", "/inference.GRPCInferenceService/ModelInfer")
                // All on the event loop: what is asked for from here might come after the answer's first bytes.
                .compose(request -> request.putHeader("content-type", "application/grpc")
                        .putHeader("te", "trailers")
                        .send(framed)
                        .compose(response ->
                                response.body().map(bytes -> bytes.length() < 5 ? ending(response) : bytes)))
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        if (answer.getByte(0) != 0) {
            return answer + " (expected: " + line(number) + ")";
        }
        ModelInferResponse response = ModelInferResponse.parseFrom(answer.getBytes(5, answer.length()));
        float found = response.getRawOutputContents(0)
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat();
        return found == line(number) ? "" : found + " (expected: " + line(number) + ")";
    }

    /** What a call ends with that has no message, as text. */
    private static Buffer ending(HttpClientResponse response) {
        return Buffer.buffer(
                "no message: " + response.statusCode() + " " + response.headers() + " then " + response.trailers());
    }

    private static String wideRows(int first) {
        StringBuilder rows = new StringBuilder("[");
        for (int row = 0; row < ROWS; row++) {
            rows.append(row == 0 ? "[" : ",[");
            for (int i = 0; i < WIDTH; i++) {
                rows.append(i == 0 ? "" : ",").append(first + row);
            }
            rows.append(']');
        }
        return rows.append(']').toString();
    }

    private static String compareWide(int first, HttpResponse<byte[]> answer) throws IOException {
        JsonNode rows = JSON.readTree(answer.body()).path("predictions");
        String problem = compare(first, rows.path(0).path(0), answer);
        return problem.isEmpty() ? compare(first + ROWS - 1, rows.path(ROWS - 1).path(WIDTH - 1), answer) : problem;
    }

    /** Many rows, on a worker. */
    String wide() throws IOException, InterruptedException {
        int first = number();
        return compareWide(first, post("/v1/models/wide:predict", "{\"instances\": " + wideRows(first) + "}"));
    }

    /** A body as long as may be, and one byte more. */
    String atTheLimit() throws IOException, InterruptedException {
        int first = number();
        byte[] body = new byte[maxBody];
        Arrays.fill(body, (byte) ' ');
        byte[] json = ("{\"instances\": " + wideRows(first) + "}").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(json, 0, body, maxBody - json.length, json.length);
        String problem = compareWide(first, server.post("/v1/models/wide:predict", body, AS_JSON));
        if (!problem.isEmpty()) {
            return problem;
        }
        int status = server.post("/v1/models/wide:predict", Arrays.copyOf(body, maxBody + 1), AS_JSON)
                .statusCode();
        return status == 413 ? "" : status + " for a body that is too long (expected: 413)";
    }

    private static byte[] request(String json) {
        return ("POST /v1/models/line:predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n"
                        + "content-length: " + json.length() + "\r\n\r\n" + json)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** A request a byte at a time. */
    String slowly() throws IOException, InterruptedException {
        int number = number();
        try (Socket socket = connect()) {
            for (byte each : request("{\"instances\": [[" + number + "]]}")) {
                socket.getOutputStream().write(each);
                Thread.sleep(5);
            }
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String expected = "{\"predictions\":[[" + line(number) + "]]}";
            return answer.startsWith("HTTP/1.1 200 ")
                            && JSON.readTree(answer.substring(answer.indexOf("\r\n\r\n")))
                                    .equals(JSON.readTree(expected))
                    ? ""
                    : answer + " (expected: " + expected + ")";
        }
    }

    /** Half a request, or a whole one whose answer nobody waits for. */
    String leaving() throws IOException, InterruptedException {
        byte[] request = request("{\"instances\": [[" + number() + "]]}");
        boolean half = ThreadLocalRandom.current().nextBoolean();
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request, 0, half ? request.length - 9 : request.length);
            // What is not read makes the system reset the connection.
            socket.setSoLinger(true, 0);
        }
        // Rude, but no flood.
        Thread.sleep(20);
        return "";
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
