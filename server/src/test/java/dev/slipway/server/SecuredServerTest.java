package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.security.ApiKey;
import dev.slipway.server.security.ApiKeys;
import dev.slipway.server.security.AuthOptions;
import dev.slipway.server.security.CorsOptions;
import dev.slipway.server.security.RateLimitOptions;
import dev.slipway.server.security.Scope;
import dev.slipway.server.security.SecurityConfigException;
import dev.slipway.server.security.SecurityOptions;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, limits, origins and headers, over real HTTP. */
final class SecuredServerTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);

    @TempDir
    Path directory;

    private Path keys;
    private String key;

    @BeforeEach
    void makeAKey() {
        keys = directory.resolve("keys");
        key = addKey("ci", Scope.PREDICT);
    }

    private String addKey(String name, Scope scope) {
        ApiKey.Created created = ApiKey.create(name, scope, new SecureRandom(), LocalDate.EPOCH);
        ApiKeys.add(keys, created.line());
        return created.key();
    }

    private SecurityOptions withKeys() {
        return SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(keys));
    }

    private static ModelServer start(SecurityOptions security) {
        return ModelServer.start(OPTIONS.withSecurity(security), List.of(Models.line()));
    }

    private static HttpResponse<String> predict(Http http, String... headers) {
        HttpRequest.Builder request = http.request("/v1/models/line:predict")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[10.0]]}"));
        return http.send(headers.length == 0 ? request : request.headers(headers));
    }

    @Test
    void letsInWhoHasAKey() {
        try (ModelServer server = start(withKeys())) {
            Http http = new Http(server.address());

            HttpResponse<String> stranger = predict(http);
            assertThat(stranger.statusCode()).isEqualTo(401);
            assertThat(stranger.headers().firstValue("www-authenticate")).contains("Bearer");
            assertThat(stranger.body())
                    .startsWith("{\"error\":")
                    .contains("Authorization: Bearer", "\"type\":\"unauthenticated\"");
            assertThat(predict(http, "authorization", "Bearer " + key + "0").statusCode())
                    .isEqualTo(401);
            assertThat(predict(http, "authorization", "Bearer " + key).body()).isEqualTo("{\"predictions\":[[31.0]]}");
            assertThat(predict(http, "x-api-key", key).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/health/live, 200",
        "/health/ready, 200",
        "/, 200",
        "/page/../prediction/10, 404",
        "/docs, 200",
        "/openapi.json, 200",
        "/prediction/10, 401",
        "/v1/models/line, 401",
        "/v1/models/line/metadata, 401",
        "/v1/models/none, 401",
        "/nowhere, 401",
        "/models, 401",
        "/health/live/, 401",
        "/health/live/../../prediction/10, 401",
        "/health//live, 401",
        "/health/live%2f, 401",
        "//health/live, 401",
        "/docs%2f..%2fprediction/10, 401",
        "/HEALTH/live, 401"
    })
    void isOpenWhereItSaysSo(String path, int status) {
        try (ModelServer server = start(withKeys())) {
            byte[] request = ("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);

            assertThat(RawHttp.exchange(server.port(), request)).startsWith("HTTP/1.0 " + status + " ");
        }
    }

    @Test
    void letsAnybodyScrapeUnlessTold() {
        try (ModelServer server = start(withKeys())) {
            assertThat(new Http(server.address()).get("/metrics").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void canCloseTheDocumentation() {
        SecurityOptions closed =
                withKeys().withAuth(AuthOptions.defaults().withKeys(keys).withOpen(List.of()));
        try (ModelServer server = start(closed)) {
            Http http = new Http(server.address());
            for (String path : List.of("/docs", "/openapi.json", "/metrics", "/v2/models")) {
                assertThat(http.get(path).statusCode()).as(path).isEqualTo(401);
            }
            // The page itself says nothing of the server; it asks for a key.
            assertThat(http.get("/").statusCode()).isEqualTo(200);
            assertThat(http.get("/page/start.js").statusCode()).isEqualTo(200);
            assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer KEY\r\nAuthorization: Bearer KEY",
                "Authorization: Bearer KEY\r\nX-API-Key: KEY",
                "Authorization: Bearer KEY, Bearer KEY",
                "Authorization: Bearer\tKEY",
                "Authorization:",
                "Authorization: Bearer",
                "Authorization: Basic S0VZ",
                "Authorization: Bearer \u00e9\u00ff",
                "X-API-Key: Bearer KEY",
                "X-API-Key: KEY\u00a0",
                "X_API_Key: KEY",
                "Cookie: authorization=KEY",
            })
    void refusesHostileHeaders(String headers) {
        try (ModelServer server = start(withKeys())) {
            String answer = RawHttp.send(
                    server.port(), "GET /prediction/10 HTTP/1.0\r\n" + headers.replace("KEY", key) + "\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.0 401 ").doesNotContain(key);
        }
    }

    @Test
    void refusesAHeaderThatIsTooLong() {
        try (ModelServer server = start(withKeys())) {
            String answer = RawHttp.send(
                    server.port(),
                    "GET /prediction/10 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + "x".repeat(100_000)
                            + "\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void limitsTheRate() {
        RateLimitOptions three = new RateLimitOptions(0.01, 3, RateLimitOptions.Per.KEY);
        try (ModelServer server = start(withKeys().withRateLimit(three))) {
            Http http = new Http(server.address());
            for (int i = 0; i < 3; i++) {
                assertThat(predict(http, "x-api-key", key).statusCode()).isEqualTo(200);
            }

            HttpResponse<String> refused = predict(http, "x-api-key", key);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("retry-after").orElseThrow()))
                    .isBetween(90, 101);
            assertThat(refused.body()).contains("rate_limited", "rate-limit.requests-per-second");
            assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void answersPagesOfTheOriginsThatItKnows() {
        CorsOptions one = new CorsOptions(List.of("https://app.example"), Duration.ofSeconds(60));
        try (ModelServer server = start(withKeys().withCors(one))) {
            Http http = new Http(server.address());
            HttpResponse<String> preflight = http.send(preflight(http, "https://app.example"));

            assertThat(preflight.statusCode()).isEqualTo(204);
            assertThat(preflight.headers().firstValue("access-control-allow-origin"))
                    .contains("https://app.example");
            assertThat(preflight
                            .headers()
                            .firstValue("access-control-allow-headers")
                            .orElse(""))
                    .contains("authorization", "content-type");
            assertThat(preflight.headers().firstValue("access-control-allow-methods"))
                    .as("those that some route takes")
                    .contains("GET, HEAD, POST, PUT, DELETE");
            assertThat(preflight.headers().firstValue("access-control-max-age")).contains("60");
            assertThat(preflight.headers().firstValue("access-control-allow-credentials"))
                    .isEmpty();

            HttpResponse<String> answer = predict(http, "origin", "https://app.example", "x-api-key", key);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .contains("https://app.example");
            assertThat(answer.headers().firstValue("vary")).contains("Origin");

            for (String other :
                    List.of("https://app.example.evil", "http://app.example", "null", "https://APP.example")) {
                assertThat(http.send(preflight(http, other)).statusCode()).isEqualTo(401);
                assertThat(predict(http, "origin", other, "x-api-key", key)
                                .headers()
                                .firstValue("access-control-allow-origin"))
                        .as(other)
                        .isEmpty();
            }
        }
    }

    private static HttpRequest.Builder preflight(Http http, String origin) {
        return http.request("/v1/models/line:predict")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .headers("origin", origin, "access-control-request-method", "POST");
    }

    @Test
    void answersPagesOfNoOtherOriginUnlessTold() {
        try (ModelServer server = start(SecurityOptions.defaults())) {
            Http http = new Http(server.address());

            assertThat(http.send(preflight(http, "https://app.example")).statusCode())
                    .isEqualTo(400);
            assertThat(predict(http, "origin", "https://app.example").headers().map())
                    .doesNotContainKeys("access-control-allow-origin", "vary");
        }
    }

    @Test
    void answersWithSafeHeaders() {
        try (ModelServer server = start(SecurityOptions.defaults())) {
            Http http = new Http(server.address());

            HttpResponse<String> page = http.get("/docs");
            assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                    .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'");
            for (HttpResponse<String> answer : List.of(page, http.get("/nowhere"), predict(http))) {
                assertThat(answer.headers().firstValue("x-content-type-options"))
                        .contains("nosniff");
                assertThat(answer.headers().map())
                        .doesNotContainKeys("server", "x-powered-by", "strict-transport-security");
            }
        }
    }

    @Test
    void callsARequestAsTheClientDoesIfItMay() {
        try (ModelServer server = start(withKeys())) {
            Http http = new Http(server.address());

            assertThat(predict(http, "x-request-id", "order-17/a").headers().firstValue("x-request-id"))
                    .contains("order-17/a");
            for (String hostile : List.of("a b", "<script>", "x".repeat(129), "a\"b", "")) {
                String id = predict(http, "x-request-id", hostile)
                        .headers()
                        .firstValue("x-request-id")
                        .orElseThrow();
                assertThat(id).as(hostile).matches("[0-9a-f]{16}");
            }
            assertThat(http.get("/health/live")
                            .headers()
                            .firstValue("x-request-id")
                            .orElseThrow())
                    .isNotEqualTo(http.get("/health/live")
                            .headers()
                            .firstValue("x-request-id")
                            .orElseThrow());
        }
    }

    @Test
    void writesNoSecretIntoItsLog() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        ServerOptions options = OPTIONS.withSecurity(withKeys()).withRequestLog(log);
        try (ModelServer server = ModelServer.start(options, List.of(Models.line()))) {
            Http http = new Http(server.address());
            predict(http, "x-api-key", key);
            predict(http, "authorization", "Bearer " + key + "0");
            http.get("/prediction/10?api_key=" + key + "&token=s3cret");
        }

        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("/v1/models/line:predict", "/prediction/10 401")
                .doesNotContain(key)
                .doesNotContain("s3cret");
    }

    @Test
    void takesUpOtherKeysAndLimitsWhileItRuns() {
        try (ModelServer server = start(withKeys())) {
            Http http = new Http(server.address());
            assertThat(predict(http, "x-api-key", key).statusCode()).isEqualTo(200);

            ApiKeys.remove(keys, "ci");
            String other = addKey("other", Scope.PREDICT);
            server.reload(withKeys().withCors(new CorsOptions(List.of("*"), Duration.ofMinutes(1))));

            assertThat(predict(http, "x-api-key", key).statusCode()).isEqualTo(401);
            HttpResponse<String> answer = predict(http, "x-api-key", other, "origin", "https://any.example");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .contains("*");
        }
    }

    @Test
    void keepsWhatItHasIfTheNewFilesAreBroken() {
        try (ModelServer server = start(withKeys())) {
            SecurityOptions broken =
                    SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(directory.resolve("none")));

            assertThatThrownBy(() -> server.reload(broken)).isInstanceOf(java.io.UncheckedIOException.class);
            assertThat(predict(new Http(server.address()), "x-api-key", key).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void doesNotStartOpenToOtherMachines() {
        ServerOptions open = OPTIONS.withAddress("0.0.0.0", 0);

        assertThatThrownBy(() -> ModelServer.start(open, List.of()))
                .isInstanceOf(SecurityConfigException.class)
                .hasMessageStartingWith("serve.host: 0.0.0.0 (expected: 127.0.0.1, or authentication");
        try (ModelServer server = ModelServer.start(open.withSecurity(withKeys()), List.of(Models.line()))) {
            assertThat(predict(new Http(server.address())).statusCode()).isEqualTo(401);
            assertThatThrownBy(() -> server.reload(SecurityOptions.defaults()))
                    .isInstanceOf(SecurityConfigException.class);
        }
    }

    @Test
    void doesNotStartWithBrokenKeys() {
        SecurityOptions broken =
                SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(directory));

        assertThatThrownBy(() -> start(broken)).isInstanceOf(java.io.UncheckedIOException.class);
    }
}
