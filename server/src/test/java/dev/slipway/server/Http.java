package dev.slipway.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A client of a server under test. */
final class Http {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(60))
            .build();
    private final String address;

    Http(String address) {
        this.address = address;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path)).timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> post(String path, String json) {
        return send(request(path)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            try {
                return once(request);
            } catch (IOException e) {
                if (hasClosedItself(e)) {
                    return once(request);
                }
                throw e;
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> once(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> later(HttpRequest.Builder request) {
        return onceLater(request)
                .exceptionallyCompose(failure ->
                        hasClosedItself(failure) ? onceLater(request) : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<HttpResponse<String>> onceLater(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /**
     * Whether the client itself has closed the connection. On a busy machine Java's takes an answer now and then for bytes that
     * came while the connection was in its pool, up to Java 25 (JDK-8338569, JDK-8357639).
     * The bench's {@code RunningServer} asks again likewise.
     */
    private static boolean hasClosedItself(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(each -> "connection closed locally".equals(each.getMessage()));
    }
}
