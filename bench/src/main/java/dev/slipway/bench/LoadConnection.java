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
import java.util.Locale;
import java.util.OptionalInt;

/** A connection that has at most one request under way: HTTP/1.1, answers with {@code Content-Length}. */
final class LoadConnection {
    private static final int ANSWER_BYTES = 1 << 20;
    private static final String LENGTH = "\r\ncontent-length:";

    private final SocketChannel channel;
    private final ByteBuffer request;
    private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
    private long due;

    LoadConnection(int port, Selector selector, byte[] request) throws IOException {
        this.request = ByteBuffer.wrap(request);
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Sends the request, which should have been sent at a time. */
    void send(long when) throws IOException {
        due = when;
        request.rewind();
        answer.clear();
        while (request.hasRemaining()) {
            channel.write(request);
        }
    }

    long due() {
        return due;
    }

    /** Reads what has come: the status, when the answer is whole. */
    OptionalInt read() throws IOException {
        if (channel.read(answer) < 0) {
            throw new IOException("the server closed the connection");
        }
        String text = new String(answer.array(), 0, Math.min(answer.position(), 4096), StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return OptionalInt.empty();
        }
        String headers = text.substring(0, head + 2).toLowerCase(Locale.ROOT);
        int at = headers.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("an answer without Content-Length: " + headers);
        }
        int from = at + LENGTH.length();
        int length = Integer.parseInt(
                headers.substring(from, headers.indexOf('\r', from)).strip());
        return answer.position() < head + 4 + length
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(text.substring(9, 12)));
    }
}
