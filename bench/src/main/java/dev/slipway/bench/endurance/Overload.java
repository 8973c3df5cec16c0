package dev.slipway.bench.endurance;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Requests for the model {@code wide}: as many as are answered, or as many as are asked for. */
final class Overload implements AutoCloseable {
    private static final int CLOSED_CLIENTS = 16;
    private static final int CONNECTIONS = 256;

    /** More than this many without an answer, and no more are sent: the machine that sends has no room either. */
    private static final int MOST_OPEN = 4 * CONNECTIONS;

    private static final long TICK_MILLIS = 5;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client;
    private final int port;
    private final Buffer body;

    Overload(int port, int width) {
        this.port = port;
        this.client = vertx.createHttpClient(
                new HttpClientOptions(),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(-1));
        this.body = Buffer.buffer("{\"instances\":[[0" + ",0".repeat(width - 1) + "]]}");
    }

    /**
     * What became of the requests.
     *
     * @param offeredPerSecond how many were sent
     * @param okPerSecond how many were answered with 200
     * @param refused how many were answered with 429
     * @param refusalMillis how long that took, in the median
     * @param other how many were answered with something else, or not at all
     */
    record Outcome(double offeredPerSecond, double okPerSecond, int refused, double refusalMillis, int other) {}

    /** Counts one run. */
    private static final class Run {
        private final long startNanos = System.nanoTime();
        private final long endNanos;
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger ok = new AtomicInteger();
        private final AtomicInteger other = new AtomicInteger();
        private final Queue<Long> refusals = new ConcurrentLinkedQueue<>();

        Run(int seconds) {
            this.endNanos = startNanos + TimeUnit.SECONDS.toNanos(seconds);
        }

        boolean goesOn() {
            return System.nanoTime() - endNanos < 0;
        }

        void count(int status, long nanos) {
            if (status == 429) {
                refusals.add(nanos);
            } else if (status == 200) {
                ok.addAndGet(goesOn() ? 1 : 0);
            } else {
                other.incrementAndGet();
            }
        }

        Outcome outcome() {
            double seconds = (endNanos - startNanos) / 1e9;
            long median = refusals.stream()
                    .sorted()
                    .skip(refusals.size() / 2)
                    .findFirst()
                    .orElse(0L);
            return new Outcome(sent.get() / seconds, ok.get() / seconds, refusals.size(), median / 1e6, other.get());
        }
    }

    /** Some clients, each of which asks again when it is answered. */
    Outcome closed(int seconds) throws InterruptedException {
        Run run = new Run(seconds);
        for (int i = 0; i < CLOSED_CLIENTS; i++) {
            send(run, true);
        }
        return await(run);
    }

    /** So many requests a second, whatever becomes of those before. */
    Outcome open(double perSecond, int seconds) throws InterruptedException {
        Run run = new Run(seconds);
        AtomicLong due = new AtomicLong();
        vertx.setPeriodic(TICK_MILLIS, timer -> {
            if (!run.goesOn()) {
                vertx.cancelTimer(timer);
                return;
            }
            long wanted = (long) ((System.nanoTime() - run.startNanos) / 1e9 * perSecond);
            while (due.get() < wanted) {
                due.incrementAndGet();
                if (run.open.get() < MOST_OPEN) {
                    send(run, false);
                }
            }
        });
        return await(run);
    }

    private static Outcome await(Run run) throws InterruptedException {
        while (run.goesOn() || run.open.get() > 0) {
            Thread.sleep(20);
        }
        return run.outcome();
    }

    private void send(Run run, boolean again) {
        run.open.incrementAndGet();
        run.sent.incrementAndGet();
        long[] start = {System.nanoTime()};
        client.request(HttpMethod.POST, port, "127.0.0.1", "/v1/models/wide:predict")
                .compose(request -> {
                    // Waiting for a connection is this side's affair.
                    start[0] = System.nanoTime();
                    return request.putHeader("content-type", "application/json")
                            .send(body)
                            .compose(response -> response.body().map(bytes -> response.statusCode()));
                })
                .otherwise(0)
                .onSuccess(status -> {
                    run.count(status, System.nanoTime() - start[0]);
                    run.open.decrementAndGet();
                    if (again && run.goesOn()) {
                        send(run, true);
                    }
                });
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
