package dev.slipway.server.connections;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that has begun to send the head of a request and does not end it. For the event loop of one connection.
 *
 * <p>It stands before TLS and HTTP and knows nothing of them: if bytes come while no request is open, and they begin none, then
 * they are part of a head. Bytes of HTTP/2 are not, once it is clear that they are of it; there, streams have limits of their own.
 */
final class HeadClock extends ChannelInboundHandlerAdapter {
    /** Whose bytes the thread is at. A request that they begin is told of while they are read. */
    private static final FastThreadLocal<@Nullable HeadClock> READING = new FastThreadLocal<>();

    private final Duration limit;
    private final LongAdder cutOff;
    private @Nullable HttpServerRequest last;
    private int begun;
    private @Nullable Future<?> running;
    private boolean stopped;
    private Runnable onClose = () -> {};

    HeadClock(Duration limit, LongAdder cutOff) {
        this.limit = limit;
        this.cutOff = cutOff;
    }

    /** The clock of the connection whose bytes are being read; none for a request that had to wait for an earlier one's answer. */
    static @Nullable HeadClock reading() {
        return READING.getIfExists();
    }

    /** Whether the request whose head has ended is the first one of its connection; HTTP/2 has none that count. */
    boolean begunFirst(HttpServerRequest request) {
        boolean first = last == null;
        begin(request);
        return first;
    }

    /** The head of a request has ended. */
    void begin(HttpServerRequest request) {
        last = request;
        begun++;
        stop();
    }

    /** What to do when the connection has ended. */
    void onClose(Runnable action) {
        onClose = action;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (stopped) {
            context.fireChannelRead(bytes);
            return;
        }
        int before = begun;
        boolean wasBusy = isBusy();
        READING.set(this);
        try {
            context.fireChannelRead(bytes);
        } finally {
            // Not removed: to keep account of that costs each read more than the look for it.
            READING.set(null);
        }
        if (begun == before && running == null && !wasBusy && !isBusy()) {
            start(context);
        }
    }

    private boolean isBusy() {
        return last != null && !(last.isEnded() && last.response().ended());
    }

    private static boolean isHttp2(ChannelHandlerContext context) {
        return context.pipeline().get(Http2ConnectionHandler.class) != null;
    }

    private void start(ChannelHandlerContext context) {
        if (isHttp2(context)) {
            stopped = true;
        } else if (context.channel().isActive()) {
            running = context.executor().schedule(() -> end(context), limit.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void end(ChannelHandlerContext context) {
        running = null;
        if (!isBusy() && !isHttp2(context)) {
            cutOff.increment();
            context.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }

    private void stop() {
        if (running != null) {
            running.cancel(false);
            running = null;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        onClose.run();
        context.fireChannelInactive();
    }
}
