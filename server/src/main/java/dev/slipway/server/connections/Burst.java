package dev.slipway.server.connections;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers to many connections that go out one right after another. For one event loop.
 *
 * <p>A client that has read an answer and sees no other goes to sleep, and to wake it costs the server more than to send. If all
 * answers of a turn are written before the first of them is sent, a client of several connections finds the next one there.
 */
public final class Burst {
    private static final FastThreadLocal<Burst> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected Burst initialValue() {
            return new Burst();
        }
    };

    private final List<ChannelHandlerContext> written = new ArrayList<>();
    private boolean isOpen;

    private Burst() {
        // One for each event loop.
    }

    /**
     * Answers, and sends what was written at the end.
     *
     * @param answers writes to connections of this event loop
     */
    public static void of(List<Runnable> answers) {
        OF_LOOP.get().run(answers);
    }

    /** Whether what was written to a connection is sent later; then it will be. */
    static boolean sendsLater(ChannelHandlerContext connection) {
        Burst burst = OF_LOOP.get();
        if (burst.isOpen) {
            burst.written.add(connection);
        }
        return burst.isOpen;
    }

    private void run(List<Runnable> answers) {
        isOpen = true;
        try {
            answers.forEach(Runnable::run);
        } finally {
            isOpen = false;
            written.forEach(ChannelHandlerContext::flush);
            written.clear();
        }
    }
}
