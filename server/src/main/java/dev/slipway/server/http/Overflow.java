package dev.slipway.server.http;

import dev.slipway.server.connections.Burst;
import dev.slipway.server.inference.OverloadedException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one event loop to requests for which there is no room: made once, and sent no faster than the rest of the
 * server can bear. For one event loop.
 *
 * <p>To refuse is cheap, but not free: clients that ask again as soon as they are refused would take the processor from those
 * whose turn it is. So there are no more than {@link #A_MILLISECOND}, and those that wait go in bursts: what their clients send
 * next then comes in bursts, too, and takes a worker's processor away, caches and all, so much less often.
 */
public final class Overflow {
    /** About a twentieth of a processor's time, with bodies of a kilobyte. */
    static final int A_MILLISECOND = 4;

    private static final long MILLIS_BETWEEN_BURSTS = 5;

    /** So many are sent at once after a time without any. */
    static final int AT_ONCE = 20 * A_MILLISECOND;

    private static final double NANOS_EACH = 1e6 / A_MILLISECOND;

    private final Context loop;
    private final LongSupplier nanoTime;
    private final Map<Exchange.ErrorForm, Buffer> bodies = new HashMap<>();
    private final Queue<Runnable> late = new ArrayDeque<>();
    private @Nullable OverloadedException latest;

    /** When the latest one should have been sent, as the clock counts; in the past if there were few. */
    private long dueNanos;

    /**
     * The answers of an event loop.
     *
     * @param loop the event loop's context
     */
    public Overflow(Context loop) {
        this(loop, System::nanoTime);
    }

    Overflow(Context loop, LongSupplier nanoTime) {
        this.loop = loop;
        this.nanoTime = nanoTime;
        this.dueNanos = nanoTime.getAsLong() - (long) (AT_ONCE * NANOS_EACH);
    }

    /** The body that says what a refusal does, which is made if the one before said something else. */
    Buffer body(OverloadedException full, Exchange.ErrorForm form, Supplier<Buffer> made) {
        if (full != latest) {
            bodies.clear();
            latest = full;
        }
        return bodies.computeIfAbsent(form, any -> made.get());
    }

    /** Sends an answer at once, or after those before it. */
    void inTurn(Runnable answer) {
        if (late.isEmpty() && isDue(nanoTime.getAsLong())) {
            answer.run();
            return;
        }
        late.add(answer);
        if (late.size() == 1) {
            awaitTurn();
        }
    }

    private boolean isDue(long now) {
        if (dueNanos - now >= 0) {
            return false;
        }
        dueNanos = Math.max(dueNanos, now - (long) (AT_ONCE * NANOS_EACH)) + (long) NANOS_EACH;
        return true;
    }

    private void awaitTurn() {
        loop.owner().setTimer(MILLIS_BETWEEN_BURSTS, timer -> {
            try {
                Burst.of(List.of(this::answerThoseDue));
            } finally {
                if (!late.isEmpty()) {
                    awaitTurn();
                }
            }
        });
    }

    private void answerThoseDue() {
        long now = nanoTime.getAsLong();
        while (!late.isEmpty() && isDue(now)) {
            late.remove().run();
        }
    }
}
