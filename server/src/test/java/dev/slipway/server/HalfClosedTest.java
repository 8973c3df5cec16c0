package dev.slipway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Clients that say that they are done sending, as {@code nc -N} does, before their answer has come: it still comes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HalfClosedTest {
    private final Gated gated = new Gated();
    private ModelServer server;

    @BeforeAll
    void start() {
        server = ModelServer.start(
                ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of(gated.model("gated"), Models.line()));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String predict(String model) {
        return predict(model, "{\"instances\":[[2]]}");
    }

    private static String predict(String model, String body) {
        return "POST /v1/models/" + model + ":predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    @Test
    void areAnsweredWhenTheAnswerIsThere() throws IOException {
        gated.shut();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(predict("gated").getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            gated.awaitBegun(1);
            gated.open();

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("{\"predictions\":[[2.0]]}");
        } finally {
            gated.open();
        }
    }

    @Test
    void getEveryAnswerToRequestsThatWaitedForNone() {
        String answers = RawHttp.send(server.port(), predict("line") + predict("gated") + predict("line"));

        assertThat(answers.split("HTTP/1.1 200 ", -1)).hasSize(4);
        assertThat(answers).endsWith("{\"predictions\":[[7.0]]}");
    }

    /** Several times: it depends on what is sent before the client is known to say no more. */
    @RepeatedTest(5)
    void getTheWholeOfALongAnswer() throws IOException {
        String request = predict("line", "{\"instances\":[" + "[0.1234567],".repeat(300_000) + "[2]]}");
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith(",[7.0]]}");
        }
    }

    @Test
    void areLetGoWhenTheyHaveAskedForNothing() {
        assertThat(RawHttp.send(server.port(), "")).isEmpty();
        assertThat(RawHttp.send(server.port(), "POST /ping HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"))
                .doesNotContain("200");
        Http http = new Http(server.address());
        Eventually.holds(() -> assertThat(http.get("/metrics").body()).contains("slipway_connections 1.0\n"));
    }
}
