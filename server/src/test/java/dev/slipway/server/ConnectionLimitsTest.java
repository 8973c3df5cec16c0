package dev.slipway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.connections.ConnectionOptions;
import dev.slipway.server.inference.Batching;
import dev.slipway.server.inference.LoadOptions;
import dev.slipway.server.security.SecurityOptions;
import dev.slipway.server.security.Tls;
import dev.slipway.server.security.TlsOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/** Who is connected, for how long, and what becomes of who says nothing or too little. */
final class ConnectionLimitsTest {
    /** No test waits as long. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final int PATIENCE_MILLIS = 60_000;
    private static final String GET = "GET /prediction/10 HTTP/1.1\r\nhost: here\r\n\r\n";
    private static final String ANSWER = "{\"prediction\":[[31.0]]}";

    private static ServerOptions options(int max, Duration headTimeout, Duration idleTimeout) {
        return ServerOptions.defaults()
                .withAddress("127.0.0.1", 0)
                .withConnections(new ConnectionOptions(max, headTimeout, idleTimeout));
    }

    private static ModelServer start(int max, Duration headTimeout, Duration idleTimeout) {
        return ModelServer.start(options(max, headTimeout, idleTimeout), List.of(Models.line()));
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void send(Socket socket, String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
    }

    private static String post(String model, int length) {
        return "POST /v1/models/" + model + ":predict HTTP/1.1\r\nhost: here\r\ncontent-length: " + length + "\r\n\r\n";
    }

    /** What comes until this has come, which has to be the end of it. */
    private static void await(Socket socket, String end) throws IOException {
        StringBuilder came = new StringBuilder();
        while (!came.toString().endsWith(end)) {
            int read = socket.getInputStream().read();
            assertThat(read).as("after '%s'", came).isNotNegative();
            came.append((char) read);
        }
    }

    private static String whatComesUntilTheEnd(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }

    /** Begins a head and goes on with it, so that the connection is never still, until it is closed. */
    private static void dripUntilCutOff(Socket socket) throws IOException {
        String next = "GET / HTTP/1.1\r\nx: ";
        socket.setSoTimeout(20);
        while (true) {
            try {
                send(socket, next);
            } catch (IOException closed) {
                return;
            }
            next = "x";
            try {
                if (socket.getInputStream().read() < 0) {
                    return;
                }
            } catch (java.net.SocketTimeoutException stillOpen) {
                // Goes on.
            } catch (SocketException reset) {
                return;
            }
        }
    }

    private static String once(ModelServer server, String path) {
        String request = "GET " + path + " HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
        return RawHttp.exchange(server.port(), request.getBytes(ISO_8859_1));
    }

    private static String metrics(ModelServer server) {
        return new Http(server.address()).get("/metrics").body();
    }

    @Test
    void closesConnectionsThatAreTooMany() throws IOException {
        try (ModelServer server = start(2, LONG, LONG)) {
            try (Socket second = connect(server.port())) {
                try (Socket first = connect(server.port())) {
                    send(first, GET);
                    await(first, ANSWER);
                    send(second, GET);
                    await(second, ANSWER);
                    try (Socket third = connect(server.port())) {
                        assertThat(whatComesUntilTheEnd(third)).isEmpty();
                    }
                }
                Eventually.holds(
                        () -> assertThat(once(server, "/prediction/10")).endsWith(ANSWER));
            }
            Eventually.holds(() -> assertThat(once(server, "/metrics"))
                    .contains("slipway_connections 1.0")
                    .containsPattern("slipway_connections_closed_total\\{limit=\"max\"} [1-9]"));
        }
    }

    @Test
    void cutsOffWhoDoesNotEndAHead() throws IOException {
        try (ModelServer server = start(100, SHORT, LONG);
                Socket dripping = connect(server.port())) {
            dripUntilCutOff(dripping);

            assertThat(metrics(server)).contains("slipway_connections_closed_total{limit=\"head-timeout\"} 1.0");
        }
    }

    @Test
    void cutsOffWhoDoesNotEndALaterHead() throws IOException {
        try (ModelServer server = start(100, SHORT, LONG);
                Socket dripping = connect(server.port())) {
            send(dripping, GET);
            await(dripping, ANSWER);

            dripUntilCutOff(dripping);
        }
    }

    @Test
    void cutsOffWhoDoesNotSayWhatItSpeaks() throws IOException {
        try (ModelServer server = start(100, SHORT, LONG);
                Socket undecided = connect(server.port())) {
            send(undecided, "PRI * HT");

            assertThat(whatComesUntilTheEnd(undecided)).isEmpty();
        }
    }

    @Test
    void cutsOffHeadsUnderTls() throws IOException {
        SecurityOptions security =
                SecurityOptions.defaults().withTls(TlsOptions.of(Tls.file("server.pem"), Tls.file("server.key")));
        SSLSocketFactory tls = Tls.client().getSocketFactory();
        try (ModelServer server =
                        ModelServer.start(options(100, SHORT, LONG).withSecurity(security), List.of(Models.line()));
                Socket dripping = tls.createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            dripUntilCutOff(dripping);
        }
    }

    /** The clock is for heads: what is slow otherwise outlasts somebody who is cut off by it. */
    @Test
    void letsBodiesAndStillConnectionsTakeTheirTime() throws IOException {
        String body = "{\"instances\": [10]}";
        String head =
                "POST /v1/models/line:predict HTTP/1.1\r\nhost: here\r\ncontent-length: " + body.length() + "\r\n\r\n";
        String answer = "{\"predictions\":[[31.0]]}";
        try (ModelServer server = start(100, SHORT, LONG);
                Socket silent = connect(server.port());
                Socket still = connect(server.port());
                Socket stillAfterABody = connect(server.port());
                Socket slowBody = connect(server.port());
                Socket dripping = connect(server.port())) {
            send(still, GET);
            await(still, ANSWER);
            send(slowBody, head + body.substring(0, 5));
            // The server must have read the head before the body comes, which it has when it asks for the body.
            send(stillAfterABody, head.replace("host:", "expect: 100-continue\r\nhost:"));
            await(stillAfterABody, "100 Continue\r\n\r\n");
            // What is refused at once is answered while its last bytes are read.
            send(stillAfterABody, "?".repeat(body.length()));
            await(stillAfterABody, "}]}");

            dripUntilCutOff(dripping);

            send(slowBody, body.substring(5));
            await(slowBody, answer);
            for (Socket each : List.of(still, stillAfterABody, silent)) {
                send(each, GET);
                await(each, ANSWER);
            }
        }
    }

    /** Requests that were sent without waiting for answers come out of a queue, where nothing is read. */
    @Test
    void countsRequestsThatWaitedForTheirTurn() throws IOException {
        Gated gate = new Gated();
        try (ModelServer server =
                        ModelServer.start(options(100, SHORT, LONG), List.of(Models.line(), gate.model("slow")));
                Socket pipelining = connect(server.port());
                Socket dripping = connect(server.port())) {
            String gated = "{\"instances\": [[1]]}";
            // What is known to be slow does not keep the others of its event loop from being read.
            assertThat(new Http(server.address())
                            .post("/v1/models/slow:predict", gated)
                            .statusCode())
                    .isEqualTo(200);
            gate.shut();
            send(
                    pipelining,
                    GET + "POST /v1/models/slow:predict HTTP/1.1\r\nhost: here\r\ncontent-length: " + gated.length()
                            + "\r\n\r\n" + gated);
            await(pipelining, ANSWER);
            gate.awaitBegun(1);
            send(pipelining, GET);

            dripUntilCutOff(dripping);
            gate.open();

            await(pipelining, ANSWER);
        }
    }

    /** A request may begin while bytes of another connection are read: when those fill a turn, and its answer goes out with it. */
    @Test
    void countsRequestsThatBeginWithAnAnswerThatOthersBringAbout() throws IOException {
        Gated gate = new Gated();
        ServerOptions inTwos = options(100, SHORT, LONG)
                .withEventLoops(1)
                .withLoad(new LoadOptions(256, Duration.ZERO, 1000, Batching.AUTO, 2, LONG));
        String body = "{\"instances\": [10]}";
        try (ModelServer server = ModelServer.start(inTwos, List.of(Models.line(), gate.model("slow")));
                Socket holding = connect(server.port());
                Socket pipelining = connect(server.port());
                Socket filling = connect(server.port());
                Socket dripping = connect(server.port())) {
            // What is not known to be slow holds up the event loop, so that it then finds all that was sent meanwhile.
            gate.shut();
            String held = "{\"instances\": [[1]]}";
            send(holding, post("slow", held.length()) + held);
            gate.awaitBegun(1);
            send(pipelining, GET + post("line", body.length()) + body.substring(0, 5));
            send(filling, GET);
            gate.open();
            await(pipelining, ANSWER);
            await(filling, ANSWER);
            send(pipelining, body.substring(5, 10));

            dripUntilCutOff(dripping);
            send(pipelining, body.substring(10));

            await(pipelining, "{\"predictions\":[[31.0]]}");
        }
    }

    /** A client of HTTP/2 may have nothing to ask for a while. */
    @Test
    void leavesHttp2Alone() throws IOException {
        byte[] settings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
        byte[] ping = {0, 0, 8, 6, 0, 0, 0, 0, 0, 's', 'l', 'i', 'p', 'w', 'a', 'y', '!'};
        try (ModelServer server = start(100, SHORT, LONG);
                Socket http2 = connect(server.port());
                Socket dripping = connect(server.port())) {
            send(http2, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
            http2.getOutputStream().write(settings);

            dripUntilCutOff(dripping);
            http2.getOutputStream().write(ping);

            InputStream in = http2.getInputStream();
            StringBuilder came = new StringBuilder();
            while (came.indexOf("slipway!") < 0) {
                int read = in.read();
                assertThat(read).isNotNegative();
                came.append((char) read);
            }
        }
    }

    @Test
    void closesWhatIsStillForTooLong() throws IOException {
        try (ModelServer server = start(100, LONG, SHORT);
                Socket silent = connect(server.port());
                Socket still = connect(server.port())) {
            send(still, GET);
            await(still, ANSWER);

            assertThat(whatComesUntilTheEnd(still)).isEmpty();
            assertThat(whatComesUntilTheEnd(silent)).isEmpty();
        }
    }

    /** So that its client knows that nothing has been cut off. In TLS 1.2 the kind of a record can be read by everybody. */
    @Test
    void endsTlsBeforeTheConnection() throws IOException {
        int alert = 21;
        SecurityOptions security =
                SecurityOptions.defaults().withTls(TlsOptions.of(Tls.file("server.pem"), Tls.file("server.key")));
        try (ModelServer server =
                        ModelServer.start(options(100, LONG, SHORT).withSecurity(security), List.of(Models.line()));
                Socket plain = connect(server.port());
                SSLSocket still = (SSLSocket)
                        Tls.client().getSocketFactory().createSocket(plain, "localhost", server.port(), false)) {
            still.setEnabledProtocols(new String[] {"TLSv1.2"});
            still.startHandshake();

            assertThat(plain.getInputStream().read()).isEqualTo(alert);
            assertThat(whatComesUntilTheEnd(plain)).isNotEmpty();
        }
    }

    @Test
    void refusesLimitsThatLetNobodyIn() {
        assertThatThrownBy(() -> new ConnectionOptions(0, LONG, LONG))
                .hasMessage("connections-max: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new ConnectionOptions(1, Duration.ZERO, LONG))
                .hasMessage("connections-head-timeout: 0ms (expected: at least 1ms)");
        assertThatThrownBy(() -> new ConnectionOptions(1, LONG, Duration.ofNanos(1)))
                .hasMessage("connections-idle-timeout: 0ms (expected: at least 1ms)");
    }
}
