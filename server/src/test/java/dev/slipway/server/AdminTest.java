package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.security.ApiKey;
import dev.slipway.server.security.ApiKeys;
import dev.slipway.server.security.AuthOptions;
import dev.slipway.server.security.RateLimitOptions;
import dev.slipway.server.security.Scope;
import dev.slipway.server.security.SecurityOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may change what is served, and how calls of gRPC are refused. */
final class AdminTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);
    private static final String LOAD = "/v2/repository/models/line/load";
    private static final String LOAD_CALL = "/inference.GRPCInferenceService/RepositoryModelLoad";

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    private SecurityOptions withKeys;
    private String user;
    private String admin;

    @BeforeEach
    void makeKeys() {
        Path keys = directory.resolve("keys");
        user = addKey(keys, "user", Scope.PREDICT);
        admin = addKey(keys, "admin", Scope.ADMIN);
        withKeys = SecurityOptions.defaults().withAuth(AuthOptions.defaults().withKeys(keys));
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static String addKey(Path keys, String name, Scope scope) {
        ApiKey.Created created = ApiKey.create(name, scope, new SecureRandom(), LocalDate.EPOCH);
        ApiKeys.add(keys, created.line());
        return created.key();
    }

    private static ModelServer start(ServerOptions options) {
        return ModelServer.start(options, List.of(Models.line()));
    }

    private static int post(String address, String path, String... headers) {
        Http http = new Http(address);
        HttpRequest.Builder request = http.request(path).POST(HttpRequest.BodyPublishers.noBody());
        return http.send(headers.length == 0 ? request : request.headers(headers))
                .statusCode();
    }

    @ParameterizedTest
    @CsvSource({
        "/v2/repository/models/line/load",
        "/v2/repository/models/line/unload",
        "/v2/repository/models/line/traffic",
        "/v2/repository/models/line/traffic/reset",
        "/v2/repository/models",
        "/admin",
        "/admin/anything"
    })
    void needsTheScope(String path) {
        try (ModelServer server = start(OPTIONS.withSecurity(withKeys))) {
            assertThat(post(server.address(), path)).isEqualTo(401);
            assertThat(post(server.address(), path, "x-api-key", user)).isEqualTo(403);
            assertThat(post(server.address(), path, "x-api-key", admin)).isNotIn(401, 403);
        }
    }

    @Test
    void isOnAPortOfItsOwnWhereConfigured() {
        try (ModelServer server = start(OPTIONS.withSecurity(withKeys).withAdminPort(0))) {
            String adminAddress = "http://127.0.0.1:" + server.adminPort();

            assertThat(server.adminPort()).isNotEqualTo(server.port());
            assertThat(post(server.address(), LOAD, "x-api-key", admin)).isEqualTo(403);
            assertThat(post(adminAddress, LOAD, "x-api-key", user)).isEqualTo(403);
            assertThat(post(adminAddress, LOAD, "x-api-key", admin)).isNotIn(401, 403);
            assertThat(new Http(adminAddress).get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    /** Without keys, what a browser on this machine sends for a page from elsewhere must change nothing. */
    @Test
    void isNotForPagesFromElsewhere() {
        try (ModelServer server = start(OPTIONS)) {
            int port = server.port();

            assertThat(post(server.address(), LOAD)).isNotEqualTo(403);
            assertThat(post(server.address(), LOAD, "origin", "http://127.0.0.1:" + port))
                    .isNotEqualTo(403);
            assertThat(post(server.address(), LOAD, "origin", "https://evil.example"))
                    .isEqualTo(403);
            assertThat(post(server.address(), LOAD, "origin", "null")).isEqualTo(403);
            String rebound = "POST " + LOAD + " HTTP/1.0\r\nHost: evil.example:" + port
                    + "\r\nOrigin: http://evil.example:" + port + "\r\n\r\n";
            assertThat(RawHttp.send(port, rebound)).startsWith("HTTP/1.0 403 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/inference.GRPCInferenceService/ModelInfer, , 16",
        "/inference.GRPCInferenceService/ModelInfer, wrong, 16",
        "/inference.GRPCInferenceService/RepositoryModelLoad, USER, 7",
        "/inference.GRPCInferenceService/RepositoryModelUnload, USER, 7",
        "/nothing/Nothing, , 16"
    })
    void callsOfGrpcAreRefusedByTheirOwnStatus(String method, String key, String status) {
        try (ModelServer server = start(OPTIONS.withSecurity(withKeys))) {
            HttpClientResponse answer = call(server, method, "USER".equals(key) ? user : String.valueOf(key));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.getHeader("content-type")).startsWith("application/grpc");
            assertThat(answer.getHeader("grpc-status")).isEqualTo(status);
            assertThat(answer.getHeader("grpc-message")).contains("expected: ");
        }
    }

    @Test
    void callsOfGrpcAreLimited() {
        RateLimitOptions one = new RateLimitOptions(0.01, 1, RateLimitOptions.Per.KEY);
        try (ModelServer server = start(OPTIONS.withSecurity(withKeys.withRateLimit(one)))) {
            assertThat(call(server, LOAD_CALL, user).getHeader("grpc-status")).isEqualTo("7");
            assertThat(call(server, LOAD_CALL, user).getHeader("grpc-status")).isEqualTo("8");
        }
    }

    private HttpClientResponse call(ModelServer server, String method, String key) {
        return client.request(HttpMethod.POST, server.port(), "127.0.0.1", method)
                .compose(request -> request.putHeader("content-type", "application/grpc")
                        .putHeader("te", "trailers")
                        .putHeader("authorization", "Bearer " + key)
                        .send(Buffer.buffer(new byte[5]))
                        .compose(answer -> answer.body().map(answer)))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
