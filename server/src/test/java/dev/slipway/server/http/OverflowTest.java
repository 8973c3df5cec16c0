package dev.slipway.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How fast an event loop refuses. */
final class OverflowTest {
    private static final int LATE = 3;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final AtomicLong clock = new AtomicLong();
    private final Overflow overflow = new Overflow(loop, clock::get);
    private final List<Integer> answered = new ArrayList<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private <T> T onLoop(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(ignored -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.completeExceptionally(new CompletionException(e));
            }
        });
        return done.join();
    }

    private int refuse(int from, int to) {
        return onLoop(() -> {
            IntStream.range(from, to).forEach(i -> overflow.inTurn(() -> answered.add(i)));
            return answered.size();
        });
    }

    @Test
    void fewAreAnsweredAtOnce() {
        assertThat(refuse(0, Overflow.AT_ONCE)).isEqualTo(Overflow.AT_ONCE);
    }

    @Test
    void manyWaitUntilItIsTheirTurnInTheOrderTheyCame() throws InterruptedException {
        assertThat(refuse(0, Overflow.AT_ONCE + LATE)).isEqualTo(Overflow.AT_ONCE);
        CountDownLatch last = new CountDownLatch(1);
        onLoop(() -> {
            overflow.inTurn(last::countDown);
            return 0;
        });

        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));

        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(onLoop(() -> List.copyOf(answered)))
                .isEqualTo(IntStream.range(0, Overflow.AT_ONCE + LATE).boxed().toList());
    }

    @Test
    void oneThatFailsKeepsNobodyWaiting() throws InterruptedException {
        refuse(0, Overflow.AT_ONCE);
        CountDownLatch last = new CountDownLatch(1);
        onLoop(() -> {
            overflow.inTurn(() -> {
                throw new IllegalStateException("the connection is closed");
            });
            overflow.inTurn(last::countDown);
            return 0;
        });

        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));

        assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
