package dev.slipway.server.payload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * An address that takes an event a POST.
 *
 * <p>Source: CloudEvents, HTTP protocol binding, "Structured Content Mode".
 */
final class HttpSink implements Sink {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI address;

    HttpSink(URI address) {
        this.address = address;
    }

    @Override
    public void write(byte[] event) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(TIMEOUT)
                .header("content-type", "application/cloudevents+json; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofByteArray(event))
                .build();
        int status =
                client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status < 200 || status > 299) {
            throw new IOException(address.getHost() + " answered " + status + " (expected: 2xx)");
        }
    }

    @Override
    public void close() {
        // The client's threads end with it.
    }
}
