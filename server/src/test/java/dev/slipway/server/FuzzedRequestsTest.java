package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nearly good requests on every route that the server says it has, over HTTP/1.1 and HTTP/2: each is answered, by 503 where a
 * model is not ready and else by nothing that is the server's fault. {@code -Dfuzz=100} tries a hundred times as much, as {@code
 * scripts/fuzz-requests} does.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FuzzedRequestsTest {
    private static final int REQUESTS_A_ROUTE = 20 * Integer.getInteger("fuzz", 1);

    private static ModelServer server;
    private static Vertx vertx;
    private static HttpClient http2;

    @BeforeAll
    static void start() {
        server = FuzzedServer.start();
        vertx = Vertx.vertx();
        http2 = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.close();
    }

    static Stream<String> routes() {
        // The methods of gRPC are routes of HTTP/2, too.
        return server.routes().stream();
    }

    @AfterEach
    void stillAnswers() {
        assertThat(new Http(server.address())
                        .post("/v1/models/line:predict", "{\"instances\":[10]}")
                        .body())
                .isEqualTo("{\"predictions\":[[31.0]]}");
    }

    @Test
    void knowsItsRoutes() {
        assertThat(server.routes())
                .doesNotHaveDuplicates()
                .contains(
                        "/host/predict",
                        "/v1/models/{model}/labels/{label}:classify",
                        "/v2/models/{model}/versions/{version}/infer",
                        "/grpc.health.v1.Health/Check");
    }

    /** A route that is described and not known here would not be tried. */
    @Test
    void knowsEveryPathThatIsDescribed() throws JsonProcessingException {
        List<Pattern> known = server.routes().stream()
                .map(route -> Pattern.compile("\\Q" + route.replaceAll("\\{\\w+}", "\\\\E[^/:]+\\\\Q") + "\\E"))
                .toList();
        List<String> described = new ArrayList<>();
        new ObjectMapper()
                .readTree(new Http(server.address()).get("/openapi.json").body())
                .path("paths")
                .fieldNames()
                .forEachRemaining(described::add);

        assertThat(described)
                .hasSizeGreaterThan(20)
                .allMatch(path ->
                        known.stream().anyMatch(route -> route.matcher(path).matches()));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void answersOverHttp1(String route) {
        SplittableRandom random = FuzzedBytes.random(route);
        for (int i = 0; i < REQUESTS_A_ROUTE; i++) {
            FuzzedRequest request = FuzzedRequest.of(route, random);
            String answer = RawHttp.exchange(server.port(), request.http1(random.nextBoolean()));
            assertThat(answer).as(request::toString).matches("(?s)HTTP/1\\.1 \\d{3} .*");
            requireHarmless(request, Integer.parseInt(answer.substring(9, 12)));
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void answersOverHttp2(String route) throws Exception {
        SplittableRandom random = FuzzedBytes.random("2 " + route);
        for (int i = 0; i < REQUESTS_A_ROUTE; i++) {
            FuzzedRequest request = FuzzedRequest.of(route, random);
            int status = send(request).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
            requireHarmless(request, status);
        }
    }

    private static Future<Integer> send(FuzzedRequest request) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setMethod(HttpMethod.valueOf(request.method()))
                .setURI(request.path());
        request.headers().forEach(each -> options.addHeader(each.getKey(), each.getValue()));
        return http2.request(options).compose(sent -> {
            // Whoever is answered before all is sent may not get rid of the rest.
            sent.exceptionHandler(rest -> {});
            sent.end(Buffer.buffer(request.body()));
            return sent.response().compose(FuzzedRequestsTest::status);
        });
    }

    /** When all has come. A call of gRPC has its status in a header or a trailer. */
    private static Future<Integer> status(HttpClientResponse response) {
        return response.end().map(done -> {
            String grpc = response.getHeader("grpc-status");
            String last = grpc == null ? response.trailers().get("grpc-status") : grpc;
            return last == null
                    ? response.statusCode()
                    : List.of("2", "13", "15").contains(last) ? 500 : 200;
        });
    }

    private static void requireHarmless(FuzzedRequest request, int status) {
        // A mutated timeout may be over at once: that is the client's word.
        if (status == 504) {
            return;
        }
        if (status == 503) {
            assertThat(request.path()).as(request::toString).contains("broken");
        } else {
            assertThat(status).as(request::toString).isBetween(200, 499);
        }
    }
}
