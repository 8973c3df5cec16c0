package dev.slipway.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests of one connection of HTTP/2 do to each other: nothing. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SharedConnectionTest {
    private static final int LIMIT_BYTES = 20_000;
    private static final String LINE = "/v1/models/line:predict";

    private final Vertx vertx = Vertx.vertx();

    /** Vert.x closes the connections of a client that nobody holds any more. */
    private final HttpClientAgent client = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));

    private ModelServer server;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withMaxBodyBytes(LIMIT_BYTES),
                List.of(Models.line()));
    }

    @AfterAll
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.close();
    }

    private HttpClientConnection connect() {
        return client.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(server.port()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @Test
    void whoSendsFarTooMuchEndsNobodyElsesRequest() {
        HttpClientConnection connection = connect();
        AtomicBoolean closed = new AtomicBoolean();
        connection.closeHandler(end -> closed.set(true));
        Future<Integer> tooMuch = connection
                .request(new RequestOptions().setMethod(HttpMethod.POST).setURI(LINE))
                .compose(request -> {
                    request.setChunked(true);
                    for (int i = 0; i < 8; i++) {
                        request.write(Buffer.buffer(new byte[LIMIT_BYTES]));
                    }
                    return request.response().map(HttpClientResponse::statusCode);
                });
        // Nested, so that the body is asked for before it comes.
        Future<String> other = tooMuch.transform(done -> connection
                .request(new RequestOptions().setMethod(HttpMethod.POST).setURI(LINE))
                .compose(request -> request.send("{\"instances\": [1]}")
                        .compose(response -> response.body().map(Buffer::toString))));

        assertThat(other.toCompletionStage()
                        .toCompletableFuture()
                        .orTimeout(60, SECONDS)
                        .join())
                .isEqualTo("{\"predictions\":[[4.0]]}");
        assertThat(tooMuch.result()).isEqualTo(413);
        assertThat(closed).isFalse();
    }

    /** The client is told of the end of a connection before its next answer. */
    @ParameterizedTest
    @ValueSource(strings = {LINE, "/nowhere"})
    void whoSaysThatItSendsTooMuchEndsNoConnection(String path) {
        HttpClientConnection connection = connect();
        AtomicBoolean leaving = new AtomicBoolean();
        connection.goAwayHandler(told -> leaving.set(true));
        Future<Integer> tooMuch = connection
                .request(new RequestOptions().setMethod(HttpMethod.POST).setURI(path))
                .compose(request ->
                        request.send(Buffer.buffer(new byte[LIMIT_BYTES + 1])).map(HttpClientResponse::statusCode));
        Future<Integer> other = tooMuch.transform(done -> connection
                .request(new RequestOptions().setURI("/health/live"))
                .compose(request -> request.send().map(HttpClientResponse::statusCode)));

        assertThat(other.toCompletionStage()
                        .toCompletableFuture()
                        .orTimeout(60, SECONDS)
                        .join())
                .isEqualTo(200);
        assertThat(leaving).isFalse();
    }
}
