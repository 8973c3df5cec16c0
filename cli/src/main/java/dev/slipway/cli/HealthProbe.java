package dev.slipway.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The image's health check: asks the server of this machine whether it is ready, and ends with 0 if it is and with 1 if not.
 *
 * <p>A program of its own, as the image has no shell and no curl, and as it runs every some seconds: it needs none of the classes of
 * the command line. It knows no TLS; a server that speaks it is checked by whoever runs the container.
 */
public final class HealthProbe {
    private static final int TIMEOUT_MILLIS = 2_000;
    private static final int DEFAULT_PORT = 8000;

    private HealthProbe() {}

    /**
     * Asks, and ends the process.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        System.exit(isReady(port(System.getenv())) ? 0 : 1);
    }

    /** The port that the server takes from the same environment. */
    static int port(Map<String, String> environment) {
        String set = environment.get("SLIPWAY_SERVE_PORT");
        return set != null ? Integer.parseInt(set) : HostPort.of(environment).orElse(DEFAULT_PORT);
    }

    static boolean isReady(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write("GET /health/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return status != null && status.startsWith("HTTP/1.1 200 ");
        } catch (IOException e) {
            System.err.println("port " + port + ": " + e.getMessage());
            return false;
        }
    }
}
