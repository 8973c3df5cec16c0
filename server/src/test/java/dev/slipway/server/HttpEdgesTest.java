package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP says of requests that hardly any client sends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpEdgesTest {
    private static final String BODY = "{\"instances\":[[1]]}";

    private ModelServer server;
    private Http http;

    @BeforeAll
    void start() {
        server = ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(Models.line()));
        http = new Http(server.address());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String ask(String line, String headers) {
        return RawHttp.send(server.port(), line + "\r\n" + headers + "connection: close\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "'', none",
        "'host: x\r\nhost: x\r\n', 2 of them",
        "'host: x\r\nx: y\r\nHost: z\r\n', 2 of them",
        "'host: a b\r\n', a b",
        "'host: x, y/z\r\n', 'x, y/z'",
        "'host: x:80:90\r\n', x:80:90"
    })
    void aRequestSaysOnceWhomItIsFor(String headers, String found) {
        assertThat(ask("GET /prediction/1 HTTP/1.1", headers))
                .startsWith("HTTP/1.1 400 ")
                .contains("\"loc\":[\"header\",\"host\"]")
                .contains("\"input\":\"" + found + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "x.example:8000",
                "127.0.0.1",
                "[::1]:80",
                "[fe80::1%25eth0]",
                "[v1.a~b]:80",
                "",
                "a_b",
                "%41"
            })
    void itMayBeForAnybody(String host) {
        assertThat(ask("GET /prediction/1 HTTP/1.1", "host: " + host + "\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void oldRequestsSayNothingOfThat() {
        assertThat(ask("GET /prediction/1 HTTP/1.0", "")).startsWith("HTTP/1.0 200 ");
    }

    @Test
    void whatNobodyCanExpectIsRefused() {
        String headers = "host: x\r\nexpect: 200-ok\r\ncontent-type: application/json\r\ncontent-length: "
                + BODY.length() + "\r\nconnection: close\r\n\r\n";
        assertThat(RawHttp.send(server.port(), "POST /v1/models/line:predict HTTP/1.1\r\n" + headers + BODY))
                .startsWith("HTTP/1.1 417 ")
                .contains("200-ok (expected: 100-continue or none)");
    }

    /** RFC 9110, section 12.5.1: an answer of another type is better than none. */
    @Test
    void whoAcceptsNothingThatThereIsGetsWhatThereIs() {
        HttpResponse<String> answer =
                http.send(http.request("/prediction/1").header("accept", "image/png, text/html;q=0"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /models/%zz/predict, 405, POST",
        "POST, /models/%zz/predict, 422, ''",
        "GET, /v2/models/%zz/infer, 405, POST",
        "POST, /v2/models/%zz/infer, 400, ''",
        "POST, /v2/models/%zz, 405, 'GET, HEAD'",
        "GET, /v2/models/%zz, 400, ''",
        "GET, /v2/repository/models/%zz/load, 405, POST",
        "POST, /stats/%zz, 405, 'GET, HEAD'",
        "GET, /models/%zz/invoke, 405, POST",
        "PUT, /models/%zz, 405, 'GET, HEAD, DELETE'",
        "POST, /models/%zz/nothing, 404, ''"
    })
    void aMethodThatIsNoneCountsMoreThanANameThatIsNone(String method, String path, int status, String allowed) {
        String answer = ask(method + " " + path + " HTTP/1.1", "host: x\r\ncontent-length: 0\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        if (!allowed.isEmpty()) {
            assertThat(answer).containsIgnoringCase("\r\nallow: " + allowed + "\r\n");
        }
    }
}
