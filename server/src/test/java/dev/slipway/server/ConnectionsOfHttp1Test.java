package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP/1.1 lets clients do with a connection (RFC 9112), over real sockets: when it goes on, and when it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConnectionsOfHttp1Test {
    private static final int MAX_BODY = 1000;
    private static final String BODY = "{\"instances\":[[10]]}";
    private static final String ANSWER = "{\"predictions\":[[31.0]]}";
    private static final String GET = "GET /prediction/10 HTTP/1.1\r\nhost: x\r\n\r\n";
    private static final String GOT = "{\"prediction\":[[31.0]]}";

    private ModelServer server;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0).withMaxBodyBytes(MAX_BODY),
                List.of(Models.line()));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private RawConnection connect() throws IOException {
        return new RawConnection(server.port());
    }

    private static String post(String path, String headers) {
        return "POST " + path + " HTTP/1.1\r\nhost: x\r\n" + headers + "\r\n";
    }

    private static String predict(String headers) {
        return post("/v1/models/line:predict", headers);
    }

    private static String length(int bytes) {
        return "content-length: " + bytes + "\r\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    @Test
    void goOnUnlessTheClientSaysThatItIsTheLastRequest() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(GET).until(GOT);
            String last = connection
                    .send("GET /prediction/10 HTTP/1.1\r\nhost: x\r\nconnection: Close\r\n\r\n")
                    .untilClosed();

            assertThat(last).contains("connection: close").endsWith(GOT);
        }
    }

    @Test
    void ofHttp10EndUnlessTheClientAsksForMore() throws IOException {
        try (RawConnection connection = connect()) {
            connection
                    .send("GET /prediction/10 HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
                    .until("connection: keep-alive\r\n");
            connection.until(GOT);

            assertThat(connection.send("GET /prediction/10 HTTP/1.0\r\n\r\n").untilClosed())
                    .startsWith("HTTP/1.0 200 ")
                    .endsWith(GOT);
        }
    }

    @Test
    void takeWholeAddressesAsProxiesSendThem() throws IOException {
        try (RawConnection connection = connect()) {
            connection
                    .send("GET http://models.example:80/prediction/10 HTTP/1.1\r\nhost: models.example\r\n\r\n")
                    .until(GOT);
        }
    }

    @Test
    void takeEmptyLinesBeforeARequest() throws IOException {
        try (RawConnection connection = connect()) {
            connection.send("\r\n\r\n" + GET).until(GOT);
        }
    }

    @Test
    void takeBodiesInChunksWithExtensionsAndTrailers() throws IOException {
        try (RawConnection connection = connect()) {
            connection
                    .send(predict("transfer-encoding: chunked\r\n"))
                    .send(chunk(BODY.substring(0, 5)))
                    .send("f;by=x\r\n" + BODY.substring(5) + "\r\n")
                    .send("0\r\nchecksum: x\r\n\r\n");
            connection.until(ANSWER);
            connection.send(GET).until(GOT);
        }
    }

    @Test
    void letAClientThatAsksSendItsBody() throws IOException {
        try (RawConnection connection = connect()) {
            connection
                    .send(predict("expect: 100-continue\r\n" + length(BODY.length())))
                    .until("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(connection.send(BODY).until(ANSWER)).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void spareAClientThatAsksABodyThatIsTooLong() throws IOException {
        try (RawConnection connection = connect()) {
            String answer = connection
                    .send(predict("expect: 100-continue\r\n" + length(MAX_BODY + 1)))
                    .until("\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("connection: close");
        }
    }

    /** A client that is answered sends its body, or does not, and nobody knows what the next bytes are. */
    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/v1/models/other:predict", "/prediction/10"})
    void endWhereAClientThatAsksIsAnsweredAtOnce(String path) throws IOException {
        try (RawConnection connection = connect()) {
            String answer = connection
                    .send(post(path, "expect: 100-continue\r\n" + length(BODY.length())))
                    .until("\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 4").contains("connection: close");

            assertThat(connection.send(BODY + GET).untilClosed()).doesNotContain("HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/v1/models/other:predict", "/prediction/10", "/health/live"})
    void goOnBehindABodyThatNobodyWants(String path) throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(post(path, length(BODY.length()))).until("\r\n\r\n");

            assertThat(connection.send(BODY + GET).until(GOT)).doesNotContain("connection: close");
        }
    }

    /** Nobody knows how much is to come: the client is told, and what follows that body is not answered. */
    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/v1/models/other:predict", "/prediction/10", "/health/live"})
    void endBehindAnEndlessBodyThatNobodyWants(String path) throws IOException {
        try (RawConnection connection = connect()) {
            assertThat(connection
                            .send(post(path, "transfer-encoding: chunked\r\n"))
                            .until("\r\n\r\n"))
                    .startsWith("HTTP/1.1 4")
                    .contains("connection: close");

            assertThat(connection.send(chunk(BODY) + "0\r\n\r\n" + GET).untilClosed())
                    .doesNotContain("HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/v1/models/other:predict", "/v1/models/line:predict", "/health/live"})
    void areCutOffWhereFarTooMuchComes(String path) throws IOException {
        try (RawConnection connection = connect()) {
            connection.send(post(path, "transfer-encoding: chunked\r\n")).sendUntilClosed(chunk("x".repeat(MAX_BODY)));

            assertThat(connection.untilClosed()).startsWith("HTTP/1.1 4");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, NONSENSE",
        "400, 'GET /prediction/10 HTTP/1.1\r\nhost: x\r\nx y: z'",
        "400, 'GET /prediction/10 HTTP/1.1\r\nhost: x\r\nx : z'",
        "400, 'POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2'",
        "400, 'POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked'",
        "400, 'POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: -1'",
        "400, 'POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 0x1'"
    })
    void endWithAnAnswerToWhatIsNoRequest(int status, String head) throws IOException {
        try (RawConnection connection = connect()) {
            requireWhole(connection.send(head + "\r\n\r\n" + GET).untilClosed(), status, "head: something else");
        }
    }

    @Test
    void endWithAnAnswerToHeadsThatAreTooLong() throws IOException {
        String long9000 = "x".repeat(9000);
        try (RawConnection path = connect();
                RawConnection header = connect()) {
            requireWhole(
                    path.send("GET /" + long9000 + " HTTP/1.1\r\nhost: x\r\n\r\n")
                            .untilClosed(),
                    414,
                    "path: a line that is longer (expected: at most 4096 bytes)");
            requireWhole(
                    header.send("GET / HTTP/1.1\r\nhost: x\r\ny: " + long9000 + "\r\n\r\n")
                            .untilClosed(),
                    431,
                    "header: headers that are longer (expected: at most 8192 bytes in all)");
        }
        assertThat(new Http(server.address()).get("/metrics").body())
                .contains("slipway_requests_total{code=\"414\"", "slipway_requests_total{code=\"431\"");
    }

    /** Only one answer, as every other one of the server's. */
    private static void requireWhole(String answer, int status, String error) {
        assertThat(answer)
                .containsOnlyOnce("HTTP/1.")
                .matches("(?s)HTTP/1\\.[01] " + status + " .*")
                .contains("connection: close", "x-content-type-options: nosniff", "{\"error\":\"" + error)
                .containsPattern("X-Request-Id: \\w+");
    }

    @Test
    void tellOfHeadWhatTheyWouldTellOfGet() throws IOException {
        try (RawConnection connection = connect()) {
            String head = connection
                    .send("HEAD /nowhere HTTP/1.1\r\nhost: x\r\n\r\n" + GET)
                    .until(GOT);

            assertThat(head)
                    .startsWith("HTTP/1.1 404 ")
                    .contains("content-length: ")
                    .doesNotContain("{\"error\"");
        }
    }

    @Test
    void decodeNames() throws IOException {
        try (RawConnection connection = connect()) {
            connection
                    .send(post("/v1/models/l%69ne:predict", length(BODY.length())) + BODY)
                    .until(ANSWER);
        }
    }
}
