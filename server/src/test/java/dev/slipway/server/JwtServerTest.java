package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.server.security.AuthOptions;
import dev.slipway.server.security.JwtOptions;
import dev.slipway.server.security.Jwts;
import dev.slipway.server.security.SecurityOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens of a provider that publishes its keys over HTTP. */
final class JwtServerTest {
    private static final ServerOptions OPTIONS =
            ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);

    private final Jwts first = Jwts.ec("first");
    private final Jwts second = Jwts.ec("second");
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile String keySet = Jwts.keySet(first);
    private HttpServer provider;
    private String issuer;

    @BeforeEach
    void publish() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer = "http://127.0.0.1:" + provider.getAddress().getPort();
        publish(
                "/.well-known/openid-configuration",
                () -> new JsonObject()
                        .put("issuer", issuer)
                        .put("jwks_uri", issuer + "/keys")
                        .encode());
        publish("/keys", () -> {
            fetches.incrementAndGet();
            return keySet;
        });
        provider.start();
    }

    private void publish(String path, java.util.function.Supplier<String> content) {
        provider.createContext(path, exchange -> {
            byte[] body = content.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        provider.stop(0);
    }

    private ModelServer start() {
        AuthOptions auth = AuthOptions.defaults().withJwt(JwtOptions.of(issuer, "slipway"));
        return ModelServer.start(
                OPTIONS.withSecurity(SecurityOptions.defaults().withAuth(auth)), List.of(Models.line()));
    }

    private HttpResponse<String> predict(ModelServer server, Jwts signer) {
        long soon = Clock.systemUTC().instant().getEpochSecond() + 60;
        Http http = new Http(server.address());
        return http.send(http.request("/v1/models/line:predict")
                .header("authorization", "Bearer " + signer.token(Jwts.claims(issuer, "slipway", soon)))
                .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [[10.0]]}")));
    }

    @Test
    void countWithoutAnythingButTheIssuer() {
        try (ModelServer server = start()) {
            assertThat(predict(server, first).body()).isEqualTo("{\"predictions\":[[31.0]]}");
            assertThat(predict(server, second).statusCode()).isEqualTo(401);
            assertThat(fetches)
                    .as("read at the start, and once for the unknown key")
                    .hasValue(2);
        }
    }

    /** The body waits while the new keys are read. */
    @Test
    void ofANewKeyAreAnsweredAtTheirFirstRequest() {
        try (ModelServer server = start()) {
            keySet = Jwts.keySet(first, second);

            assertThat(predict(server, second).body()).isEqualTo("{\"predictions\":[[31.0]]}");
            assertThat(predict(server, first).statusCode()).isEqualTo(200);
        }
    }

    /** A server must not fail to start because its provider does at that moment. */
    @Test
    void countOnceTheProviderIsThere() {
        String good = keySet;
        keySet = "<html>not now</html>";
        try (ModelServer server = start()) {
            assertThat(predict(server, first).statusCode()).isEqualTo(401);
            keySet = good;

            assertThat(predict(server, first).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void ofAnotherIssuerDoNotCount() {
        keySet = Jwts.keySet(first);
        try (ModelServer server = start()) {
            issuer = issuer + "/";
            assertThat(predict(server, first).statusCode()).isEqualTo(401);
        }
    }
}
