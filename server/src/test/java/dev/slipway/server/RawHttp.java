package dev.slipway.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Bytes to a port and what comes back until the other side closes. */
final class RawHttp {
    private static final int TIMEOUT_MILLIS = 60_000;

    private RawHttp() {}

    static String send(int port, String request) {
        return send(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends what may be no request at all, so its end is the end of what is sent. */
    static String send(int port, byte[] request) {
        return send(port, request, true);
    }

    /** Sends a whole request that asks the other side to close the connection after its answer. */
    static String exchange(int port, byte[] request) {
        return send(port, request, false);
    }

    /** What came, empty if the connection was closed without an answer. */
    private static String send(int port, byte[] request, boolean end) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(request);
            if (end) {
                socket.shutdownOutput();
            }
            return new String(readWhatComes(socket.getInputStream()), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A connection that is reset ends the answer like one that is closed. */
    private static byte[] readWhatComes(InputStream in) throws IOException {
        java.io.ByteArrayOutputStream answer = new java.io.ByteArrayOutputStream();
        try {
            in.transferTo(answer);
        } catch (java.net.SocketException reset) {
            return answer.toByteArray();
        }
        return answer.toByteArray();
    }
}
