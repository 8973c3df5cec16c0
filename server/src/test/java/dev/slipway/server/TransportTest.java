package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lies under the protocols: compressed bodies, HTTP/2. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TransportTest {
    private static final int MAX_BODY = 100_000;
    private static final String LINE = "/v1/models/line:predict";

    private ModelServer server;
    private Http http;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withMaxBodyBytes(MAX_BODY),
                List.of(Models.line()));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static byte[] compressed(String encoding, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = encoding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private HttpResponse<String> post(String encoding, byte[] body) {
        return http.send(http.request(LINE)
                .header("content-encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void takesCompressedBodies(String encoding) {
        assertThat(post(encoding, compressed(encoding, "{\"instances\": [1]}")).body())
                .isEqualTo("{\"predictions\":[[4.0]]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate"})
    void refusesBodiesThatGrowPastTheLimit(String encoding) {
        byte[] bomb = compressed(encoding, " ".repeat(100 * MAX_BODY));
        assertThat(bomb.length).isLessThan(MAX_BODY);
        assertThat(post(encoding, bomb).statusCode()).isEqualTo(413);
    }

    /** A client may send on without waiting for answers: each gets its own, in the order of the requests. */
    @Test
    void answersRequestsThatWaitForNoAnswer() throws Exception {
        int requests = 50;
        StringBuilder sent = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= requests; i++) {
            sent.append("GET /prediction/").append(i).append(" HTTP/1.1\r\nHost: localhost\r\n");
            sent.append(i == requests ? "Connection: close\r\n\r\n" : "\r\n");
            expected.append("{\"prediction\":[[").append(3 * i + 1).append(".0]]}");
        }
        byte[] bytes = sent.toString().getBytes(StandardCharsets.US_ASCII);
        ServerOptions options =
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withEventLoops(1);
        ExecutorService clients = Executors.newFixedThreadPool(4);
        try (ModelServer server = ModelServer.start(options, List.of(Models.line()))) {
            List<Future<String>> answers = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                answers.add(clients.submit(() -> RawHttp.exchange(server.port(), bytes)));
            }
            for (Future<String> answer : answers) {
                assertThat(String.join(
                                "",
                                Pattern.compile("\\{.*?}")
                                        .matcher(answer.get())
                                        .results()
                                        .map(MatchResult::group)
                                        .toList()))
                        .isEqualTo(expected.toString());
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void refusesBodiesThatAreNotWhatTheySay() {
        assertThat(post("gzip", "{\"instances\": [1]}".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
        byte[] whole = compressed("gzip", "{\"instances\": [1]}");
        assertThat(post("gzip", java.util.Arrays.copyOf(whole, whole.length - 9))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void compressesLongAnswersForThoseWhoTakeThat() throws IOException {
        String body = "{\"instances\": [" + String.join(",", Collections.nCopies(1000, "1")) + "]}";
        String plain = http.post(LINE, body).body();
        HttpResponse<byte[]> answer = bytes(http.request(LINE)
                .header("accept-encoding", "br, gzip;q=0.5")
                .POST(HttpRequest.BodyPublishers.ofString(body)));

        assertThat(answer.headers().firstValue("content-encoding")).contains("gzip");
        assertThat(answer.headers().firstValue("vary")).contains("accept-encoding");
        assertThat(answer.body()).hasSizeLessThan(plain.length() / 10);
        byte[] expanded = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertThat(new String(expanded, StandardCharsets.UTF_8)).isEqualTo(plain);

        assertThat(bytes(http.request(LINE)
                                .header("accept-encoding", "gzip;q=0")
                                .POST(HttpRequest.BodyPublishers.ofString(body)))
                        .headers()
                        .firstValue("content-encoding"))
                .isEmpty();
    }

    private static HttpResponse<byte[]> bytes(HttpRequest.Builder request) {
        try {
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Java's client asks for an upgrade with the first request. */
    @Test
    void speaksHttp2InTheClear() throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        client.send(
                HttpRequest.newBuilder(URI.create(server.address() + "/ping")).build(),
                HttpResponse.BodyHandlers.discarding());
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(server.address() + LINE))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"instances\": [1]}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.body()).isEqualTo("{\"predictions\":[[4.0]]}");
    }
}
