package dev.slipway.server.connections;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that has been still for too long. For the event loop of one connection.
 *
 * <p>It looks now and then whether something has moved, so that no request costs a look at the clock: a still connection lasts up
 * to a quarter longer than it may. A client that takes a long answer slowly is not still.
 */
final class IdleClock extends ChannelDuplexHandler {
    private static final int LOOKS = 4;

    private final long nanosBetweenLooks;
    private boolean moved;
    private boolean isClosing;
    private int looksWithoutMove;
    private long unsentBytes;
    private @Nullable Future<?> next;

    IdleClock(Duration limit) {
        this.nanosBetweenLooks = TimeUnit.MILLISECONDS.toNanos(limit.toMillis()) / LOOKS;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        lookLater(context);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        moved = true;
        context.fireChannelRead(bytes);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        moved = true;
        if (!Burst.sendsLater(context)) {
            context.flush();
        }
    }

    private void lookLater(ChannelHandlerContext context) {
        next = context.executor().schedule(() -> look(context), nanosBetweenLooks, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        ChannelOutboundBuffer unsent = context.channel().unsafe().outboundBuffer();
        long bytes = unsent == null ? 0 : unsent.totalPendingWriteBytes() - unsent.currentProgress();
        looksWithoutMove = moved || bytes < unsentBytes ? 0 : looksWithoutMove + 1;
        moved = false;
        unsentBytes = bytes;
        if (looksWithoutMove < LOOKS && !isClosing) {
            lookLater(context);
        } else {
            close(context);
        }
    }

    /** By way of all handlers, since TLS says goodbye; at the next look without those that may wait for something. */
    private void close(ChannelHandlerContext context) {
        ChannelFuture closing = isClosing ? context.close() : context.channel().close();
        closing.addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        if (!isClosing && context.channel().isOpen()) {
            isClosing = true;
            lookLater(context);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (next != null) {
            next.cancel(false);
        }
        context.fireChannelInactive();
    }
}
