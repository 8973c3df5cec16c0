package dev.slipway.lambda;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests to a server of this process. The routes are written against Vert.x's sockets, so a socket it is.
 *
 * <p>A new connection each time: Lambda stops the process between two requests for as long as it likes, and after that a server
 * and its client would not agree whether an idle connection still is one.
 */
final class Loopback implements AutoCloseable {
    private static final Set<String> HOP =
            Set.of("connection", "content-length", "date", "keep-alive", "transfer-encoding");

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setFileSystemOptions(
                    new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));

    private final HttpClient client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
    private final int port;

    Loopback(int port) {
        this.port = port;
    }

    /**
     * Sends a request and waits for the whole answer.
     *
     * @param event the request
     * @param headers headers besides its own
     * @param timeout how long to wait; then the answer says so with 504
     */
    Answer send(Event event, Map<String, String> headers, Duration timeout) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(event.target())
                .setMethod(HttpMethod.valueOf(event.method()));
        event.headers().forEach(each -> options.addHeader(each.getKey(), each.getValue()));
        headers.forEach(options::putHeader);
        // All on the event loop: what is asked for from this thread might come after the answer's body, and miss it.
        CompletableFuture<Answer> answer = client.request(options)
                .compose(request -> request.send(event.body())
                        .compose(response -> response.body().map(body -> answer(response, body))))
                .toCompletionStage()
                .toCompletableFuture();
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            String message = "time: " + timeout.toMillis() + " ms (expected: an answer before the function's timeout)";
            return Answer.error(504, "deadline_exceeded", message);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the server of this function does not answer: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    private static Answer answer(HttpClientResponse response, Buffer body) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        response.headers().forEach((name, value) -> {
            if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                headers.add(Map.entry(name, value));
            }
        });
        return new Answer(response.statusCode(), headers, body);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
