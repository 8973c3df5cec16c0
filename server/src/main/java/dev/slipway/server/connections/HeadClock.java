package dev.slipway.server.connections;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that has begun to send the head of a request and does not end it, and one that sends no more once it has
 * its answer. For the event loop of one connection.
 *
 * <p>It stands before TLS and HTTP and knows nothing of them: if bytes come while no request is open, and they begin none, then
 * they are part of a head. Bytes of HTTP/2 are not, once it is clear that they are of it; there, streams have limits of their own.
 */
final class HeadClock extends ChannelDuplexHandler {
    /** Whose bytes the thread is at. A request that they begin is told of while they are read. */
    private static final FastThreadLocal<@Nullable HeadClock> READING = new FastThreadLocal<>();

    /** A request that came behind another begins when the answer of that one has gone, which is sooner than this. */
    private static final long NEXT_REQUEST_MILLIS = 20;

    private final Duration limit;
    private final LongAdder cutOff;
    private @Nullable HttpServerRequest last;
    private int begun;
    private @Nullable Future<?> running;
    private boolean stopped;
    private boolean sendsNoMore;
    private @Nullable Future<?> closing;
    private Runnable onClose = () -> {};

    HeadClock(Duration limit, LongAdder cutOff) {
        this.limit = limit;
        this.cutOff = cutOff;
    }

    /**
     * The clock of a connection whose bytes are being read; none for a request that had to wait for an earlier one's answer, also
     * if that answer goes out while another connection's bytes are read.
     */
    static @Nullable HeadClock reading(HttpConnection connection) {
        HeadClock reading = READING.getIfExists();
        return reading == null || reading.last == null || reading.last.connection() == connection ? reading : null;
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

    /** Some clients say that they are done sending, and wait for the answer. Whoever is owed none has gone. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            sendsNoMore = true;
            if (last != null && !isBusy()) {
                closeIfAnswered(context);
            } else if (!isOwedAnAnswer(context)) {
                context.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
            }
        }
        context.fireUserEventTriggered(event);
    }

    /** A request that is not whole never will be, and neither TLS nor HTTP/2 has connections of one direction. */
    private boolean isOwedAnAnswer(ChannelHandlerContext context) {
        return isBusy()
                && last != null
                && last.isEnded()
                && context.pipeline().get(Http2ConnectionHandler.class) == null
                && context.pipeline().get(SslHandler.class) == null;
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        if (sendsNoMore) {
            if (closing != null) {
                closing.cancel(false);
            }
            Runnable close = () -> closeIfAnswered(context);
            closing = context.executor().schedule(close, NEXT_REQUEST_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void closeIfAnswered(ChannelHandlerContext context) {
        if (!isBusy()) {
            // Behind what is left of the answer.
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        onClose.run();
        context.fireChannelInactive();
    }
}
