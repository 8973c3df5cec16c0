package dev.slipway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;

/** A connection on which a test says each byte itself. */
final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    /** What a system keeps for a connection that nobody reads is far less, whatever is sent. */
    private static final int MANY = 100_000;

    private final Socket socket;

    RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    RawConnection send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        return this;
    }

    /** Sends something over and over, until the other side has closed the connection. */
    void sendUntilClosed(String bytes) {
        try {
            for (int i = 0; i < MANY; i++) {
                send(bytes);
            }
        } catch (IOException closed) {
            return;
        }
        throw new AssertionError("still open after " + MANY + " times");
    }

    /** What comes up to and with this. */
    String until(String end) throws IOException {
        StringBuilder came = new StringBuilder();
        while (came.length() < end.length() || came.indexOf(end, came.length() - end.length()) < 0) {
            int read = socket.getInputStream().read();
            assertThat(read).as("after '%s'", came).isNotNegative();
            came.append((char) read);
        }
        return came.toString();
    }

    /** What comes until the other side closes the connection. */
    String untilClosed() throws IOException {
        StringBuilder came = new StringBuilder();
        try {
            for (int read = socket.getInputStream().read();
                    read >= 0;
                    read = socket.getInputStream().read()) {
                came.append((char) read);
            }
        } catch (SocketException reset) {
            // Closed before all was read that was sent.
        }
        return came.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
