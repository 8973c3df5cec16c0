package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes, the answer is 2xx to 4xx or a closed connection, soon, and the server goes on. {@code -Dfuzz=100} tries a
 * hundred times as much.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileRequestsTest {
    private static final int REQUESTS_A_SEED = 40;
    private static final List<String> PATHS = List.of(
            "/",
            "/docs",
            "/openapi.json",
            "/health/live",
            "/health/ready",
            "/prediction/1",
            "/v1/models/line",
            "/v1/models/line/metadata",
            "/v1/models/line:predict",
            "/v1/models/mixed:predict",
            "/v1/models/line:regress",
            "/v1/models/words:predict",
            "/v1/models",
            "/v2/models/mixed/infer",
            "/models/line/predict",
            "/models/mixed/predict",
            "/models/mixed/versions/1/predict",
            "/models/mixed/invoke",
            "/models/line",
            "/invocations",
            "/host",
            "/ping",
            "/redoc");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json",
            "application/json",
            "text/csv",
            "text/csv; header=absent",
            "application/cloudevents+json",
            "text/plain");
    private static final List<String> MEMBERS = List.of(
            "instances",
            "inputs",
            "dataframe_split",
            "dataframe_records",
            "examples",
            "context",
            "data",
            "columns",
            "params",
            "signature_name",
            "b64",
            "x",
            "word",
            "matrix",
            "count",
            "y");
    private static final String VALID = "{\"inputs\":{\"matrix\":[[[1,2,3],[4,5,6]]],\"count\":[1]},"
            + "\"instances\":[{\"matrix\":[[1e3,-2,3],[4,5,0.6]],\"count\":2}, NaN, \"Infinity\", null, true, {}, []]}";

    private ModelServer server;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults()
                        .withAddress("127.0.0.1", 0)
                        .withMaxBodyBytes(1 << 16)
                        .withScoring(new ScoringOptions("line", "", "/host")),
                List.of(Models.line(), Models.mixed(), Models.words()));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @AfterEach
    void stillAnswers() {
        assertThat(new Http(server.address()).get("/prediction/10").body()).isEqualTo("{\"prediction\":[[31.0]]}");
    }

    static LongStream seeds() {
        return LongStream.range(0, 10L * Integer.getInteger("fuzz", 1));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomBytes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < REQUESTS_A_SEED; i++) {
            byte[] bytes = new byte[random.nextInt(1, 600)];
            random.nextBytes(bytes);
            requireHarmless(RawHttp.send(server.port(), bytes));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomBodies(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < REQUESTS_A_SEED; i++) {
            byte[] body = new byte[random.nextInt(1, 300)];
            random.nextBytes(body);
            requireHarmless(send(random, body));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damagedJson(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < REQUESTS_A_SEED; i++) {
            byte[] body = VALID.getBytes(StandardCharsets.UTF_8);
            for (int damage = random.nextInt(1, 6); damage > 0; damage--) {
                body[random.nextInt(body.length)] = (byte) "{}[],:\"0123456789.eE-tfnN".charAt(random.nextInt(24));
            }
            requireHarmless(send(random, body));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomJson(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < REQUESTS_A_SEED; i++) {
            String json = "{\"" + member(random) + "\":" + json(random, 6) + "}";
            requireHarmless(send(random, json.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomPaths(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < REQUESTS_A_SEED; i++) {
            StringBuilder path = new StringBuilder(PATHS.get(random.nextInt(PATHS.size())));
            for (int change = random.nextInt(1, 5); change > 0; change--) {
                path.insert(random.nextInt(path.length() + 1), (char) random.nextInt(0x21, 0x7f));
            }
            requireHarmless(request("GET", path.toString(), new byte[0]));
        }
    }

    private static String json(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> "null";
            case 1 -> Boolean.toString(random.nextBoolean());
            case 2 -> Long.toString(random.nextLong());
            case 3 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
            case 4 -> "\"\\u%04x\"".formatted(random.nextInt(0x10000));
            case 5 -> Integer.toString(random.nextInt(10));
            case 6 -> "[" + json(random, depth - 1) + "]";
            case 7 -> "[" + json(random, depth - 1) + "," + json(random, depth - 1) + "]";
            default ->
                "{\"" + member(random) + "\":" + json(random, depth - 1) + ",\"" + member(random) + "\":"
                        + json(random, depth - 1) + "}";
        };
    }

    private static String member(SplittableRandom random) {
        return MEMBERS.get(random.nextInt(MEMBERS.size()));
    }

    private String send(SplittableRandom random, byte[] body) {
        String type = TYPES.get(random.nextInt(TYPES.size()));
        return request("POST", PATHS.get(random.nextInt(PATHS.size())), type, body);
    }

    private String request(String method, String path, byte[] body) {
        return request(method, path, "application/json", body);
    }

    private String request(String method, String path, String type, byte[] body) {
        byte[] head = (method + " " + path
                        + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length
                        + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = java.util.Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        String answer = RawHttp.exchange(server.port(), request);
        assertThat(answer).as("%s %s", method, path).startsWith("HTTP/1.1 ");
        return answer;
    }

    /** A timeout is a failure already; an answer of 5xx is one here. */
    private static void requireHarmless(String answer) {
        assertThat(answer).doesNotStartWith("HTTP/1.1 5").doesNotStartWith("HTTP/1.0 5");
    }
}
