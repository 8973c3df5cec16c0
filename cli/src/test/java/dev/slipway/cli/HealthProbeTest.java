package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.ModelServer;
import dev.slipway.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class HealthProbeTest {
    @Test
    void findsAServerReady() {
        try (ModelServer server = ModelServer.start(ServerOptions.defaults().withAddress("127.0.0.1", 0), List.of())) {
            assertThat(HealthProbe.isReady(server.port())).isTrue();
        }
    }

    @Test
    void findsAServerThatSaysNoNotReady() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> refuseOne(server));

            assertThat(HealthProbe.isReady(server.getLocalPort())).isFalse();
            answered.join();
        }
    }

    private static void refuseOne(ServerSocket server) {
        try (var client = server.accept()) {
            client.getInputStream().read();
            client.getOutputStream()
                    .write("HTTP/1.1 503 Service Unavailable\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void findsNobodyNotReady() throws IOException {
        // A port that is taken, so that nobody else listens at it, and refuses connections.
        try (Socket deaf = new Socket()) {
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(HealthProbe.isReady(deaf.getLocalPort())).isFalse();
        }
    }

    @Test
    void asksAtThePortThatTheServerTakes() {
        assertThat(HealthProbe.port(Map.of())).isEqualTo(8000);
        assertThat(HealthProbe.port(Map.of("PORT", "8080"))).isEqualTo(8080);
        assertThat(HealthProbe.port(Map.of("AIP_HTTP_PORT", "8082", "PORT", "1")))
                .isEqualTo(8082);
        assertThat(HealthProbe.port(Map.of("PORT", "tcp://10.0.0.1:80"))).isEqualTo(8000);
        assertThat(HealthProbe.port(Map.of("SLIPWAY_SERVE_PORT", "9000", "PORT", "8080")))
                .isEqualTo(9000);
    }
}
