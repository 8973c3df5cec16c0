package dev.slipway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * A connection that has at most one request under way: HTTP/1.1, answers with {@code Content-Length}. It makes no texts of what it
 * reads: who loads a server must have time left.
 */
public final class LoadConnection implements AutoCloseable {
    private static final int ANSWER_BYTES = 1 << 13;
    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private final SocketChannel channel;
    private final ByteBuffer request;
    private byte[] answer = new byte[ANSWER_BYTES];
    private int length;
    private long due;

    /**
     * Connects to a server of this machine.
     *
     * @param port its port
     * @param selector is told when an answer comes; the key's attachment is this connection
     * @param request what is sent each time: the bytes of a whole request
     * @throws IOException if there is no server
     */
    public LoadConnection(int port, Selector selector, byte[] request) throws IOException {
        this.request = ByteBuffer.allocateDirect(request.length).put(request);
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /**
     * Sends the request.
     *
     * @param when when it should have been sent, as {@link System#nanoTime()} counts
     * @throws IOException if the connection is closed
     */
    public void send(long when) throws IOException {
        due = when;
        request.rewind();
        length = 0;
        while (request.hasRemaining()) {
            channel.write(request);
        }
    }

    /**
     * When the request should have been sent.
     *
     * @return what {@link #send} was told
     */
    public long due() {
        return due;
    }

    /**
     * Reads what has come.
     *
     * @return the status, when the answer is whole
     * @throws IOException if the server has closed the connection
     */
    public OptionalInt read() throws IOException {
        if (length == answer.length) {
            answer = Arrays.copyOf(answer, 2 * length);
        }
        int read = channel.read(ByteBuffer.wrap(answer, length, answer.length - length));
        if (read < 0) {
            throw new IOException("the server closed the connection");
        }
        length += read;
        int body = -1;
        for (int i = 0; i < length; i++) {
            if (answer[i] != '\n') {
                continue;
            }
            if (i + 1 < length && answer[i + 1] == '\r') {
                return length - i - 3 < requireLength(body) ? OptionalInt.empty() : OptionalInt.of(status());
            }
            body = Math.max(body, lengthAt(i + 1));
        }
        return OptionalInt.empty();
    }

    private static int requireLength(int length) throws IOException {
        if (length < 0) {
            throw new IOException("an answer without Content-Length");
        }
        return length;
    }

    private int status() {
        return number(STATUS_AT);
    }

    /** What the line says that begins there if it is that of the length, else -1. */
    private int lengthAt(int at) {
        for (int i = 0; i < LENGTH.length; i++) {
            if (at + i >= length || (answer[at + i] | ' ') != LENGTH[i]) {
                return -1;
            }
        }
        return number(at + LENGTH.length);
    }

    private int number(int at) {
        int i = at;
        while (answer[i] == ' ') {
            i++;
        }
        int number = 0;
        for (; i < length && answer[i] >= '0' && answer[i] <= '9'; i++) {
            number = 10 * number + answer[i] - '0';
        }
        return number;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
