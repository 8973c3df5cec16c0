package dev.slipway.server.connections;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts the connections of a port, closes those that are too many, and sets clocks for the others. */
@ChannelHandler.Sharable
final class Gate extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(Gate.class.getName());
    private static final long BETWEEN_WARNINGS = TimeUnit.MINUTES.toNanos(1);

    private final ConnectionOptions options;
    private final LongAdder cutOff;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - BETWEEN_WARNINGS);

    Gate(ConnectionOptions options, LongAdder cutOff) {
        this.options = options;
        this.cutOff = cutOff;
    }

    /** What a listening socket reads is connections. */
    @Override
    public void channelRead(ChannelHandlerContext listening, Object message) {
        Channel connection = (Channel) message;
        if (open.incrementAndGet() > options.max()) {
            open.decrementAndGet();
            refused.increment();
            warn(listening);
            // It has no event loop yet, without which the usual way to close it does not end.
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(closed -> open.decrementAndGet());
        connection.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        connection.pipeline().addLast(new IdleClock(options.idleTimeout()));
        connection.pipeline().addLast(new HeadClock(options.headTimeout(), cutOff));
        listening.fireChannelRead(connection);
    }

    private void warn(ChannelHandlerContext listening) {
        long now = System.nanoTime();
        long last = warned.get();
        if (now - last >= BETWEEN_WARNINGS && warned.compareAndSet(last, now)) {
            LOG.log(
                    Level.WARNING,
                    "connections: {0} on {1}, which is the most (connections.max); further ones are closed at once",
                    Integer.toString(options.max()),
                    listening.channel().localAddress());
        }
    }

    int open() {
        return open.get();
    }

    long refused() {
        return refused.sum();
    }
}
