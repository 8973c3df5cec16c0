package dev.slipway.server.inference;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Call;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.json.Elements;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.metrics.Stage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one model that wait for worker threads, from all event loops. Safe for use by several threads.
 *
 * <p>No timer holds a request back. As long as a worker is free, a request goes alone and at once; while none is, those that
 * come wait, and what waits together goes through the engine together, where the rows of the model do not depend on each
 * other. So batches grow with the load, up to the rows that the model, as fast as it has been lately, computes in the time
 * that a call may take. There are no sizes to which batches are padded: the engine compiles nothing for a new size.
 */
final class WorkQueue {
    /** While one call computes, the answers of another one can be encoded, even if there is one processor. */
    private static final int CALLS_AT_ONCE = Math.max(2, Runtime.getRuntime().availableProcessors());

    /** How much the latest call counts in what a row is thought to take. */
    private static final double LATEST = 0.2;

    private final ServedModel model;
    private final LoadOptions options;
    private final int mostRows;
    private final long mostNanos;
    private volatile double rowNanos;
    private volatile @Nullable OverloadedException refusal;

    /** Guarded by this object, as the next one. */
    private final ArrayDeque<Waiting<?>> waiting = new ArrayDeque<>();

    private int running;

    WorkQueue(ServedModel model, LoadOptions options) {
        this.model = model;
        this.options = options;
        this.mostRows = options.rowsTogether(model);
        this.mostNanos = options.latencyTogether(model).toNanos();
        this.rowNanos = Math.max(1, model.rowNanos());
    }

    /** A request that waits. What becomes of it is told on the event loop that it came from. */
    private record Waiting<T>(
            PredictRequest request,
            Stages stages,
            Encoder<T> encoder,
            Context loop,
            Promise<T> answer,
            long sinceNanos,
            AtomicBoolean taken) {
        void succeed(List<Tensor> results) {
            try {
                long start = System.nanoTime();
                T encoded = encoder.encode(results);
                stages.add(Stage.ENCODE, start, System.nanoTime());
                loop.runOnContext(ignored -> answer.tryComplete(encoded));
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        void fail(Throwable failure) {
            loop.runOnContext(ignored -> answer.tryFail(failure));
        }
    }

    /**
     * Lets a request in, which then must {@link #leave}.
     *
     * @throws OverloadedException if there are too many already
     */
    void enter() {
        if (!model.enter(options.queue())) {
            throw refusal();
        }
    }

    /** Refuses a request that would find no room now, as it counts those that did not. */
    void requireRoom() {
        if (model.waiting() >= options.queue()) {
            model.statistics().answered(false, 0);
            throw refusal();
        }
    }

    /** The same one for everybody, as long as it says the same: whoever answers with it knows it again. */
    private OverloadedException refusal() {
        long seconds = 1 + (long) (options.queue() * rowNanos / CALLS_AT_ONCE / 1e9);
        OverloadedException known = refusal;
        if (known == null || known.retryAfterSeconds() != seconds) {
            known = new OverloadedException(model.name(), options.queue(), seconds);
            refusal = known;
        }
        return known;
    }

    void leave() {
        model.leave();
    }

    /** Predicts when a worker is free; to be called on an event loop, where the answer comes, too. */
    <T> Future<T> add(Context loop, Lease lease, PredictRequest request, Encoder<T> encoder) {
        Promise<T> answer = Promise.promise();
        Waiting<T> added =
                new Waiting<>(request, lease.stages(), encoder, loop, answer, System.nanoTime(), new AtomicBoolean());
        boolean starts;
        synchronized (this) {
            waiting.add(added);
            starts = running < CALLS_AT_ONCE;
            running += starts ? 1 : 0;
        }
        if (starts) {
            submit(loop);
        }
        lease.leftMillis().ifPresent(left -> giveUpAfter(left, added));
        return answer.future();
    }

    private void giveUpAfter(long millis, Waiting<?> added) {
        long timer = added.loop().owner().setTimer(Math.max(1, millis), ignored -> {
            if (added.taken().compareAndSet(false, true)) {
                added.answer().fail(new DeadlineExceededException(model.name()));
            }
        });
        added.answer().future().onComplete(done -> added.loop().owner().cancelTimer(timer));
    }

    /** One call at a time, so that other models' requests get workers, too. */
    private void submit(Context loop) {
        loop.executeBlocking(
                () -> {
                    List<Waiting<?>> together = take();
                    if (!together.isEmpty()) {
                        predict(together);
                    }
                    if (goesOn()) {
                        submit(loop);
                    }
                    return together;
                },
                false);
    }

    private synchronized boolean goesOn() {
        if (waiting.isEmpty()) {
            running--;
            return false;
        }
        return true;
    }

    /** What goes together next: whole requests, in the order they came; at least one, however large. */
    private synchronized List<Waiting<?>> take() {
        List<Waiting<?>> together = new ArrayList<>();
        long room = Math.max(1, Math.min(mostRows, (long) (mostNanos / rowNanos)));
        while (!waiting.isEmpty() && (together.isEmpty() || fits(room))) {
            Waiting<?> next = waiting.remove();
            if (next.taken().compareAndSet(false, true)) {
                long now = System.nanoTime();
                next.stages().add(Stage.QUEUE, next.sinceNanos(), now);
                model.statistics().queued(now - next.sinceNanos());
                together.add(next);
                room -= next.request().rows();
            }
        }
        return together;
    }

    private synchronized boolean fits(long room) {
        return mostRows > 1 && waiting.element().request().rows() <= room;
    }

    private void predict(List<Waiting<?>> together) {
        try {
            run(together);
        } catch (RuntimeException | Error e) {
            // Whatever it is: who waits must be told, and the worker must go on.
            if (together.size() == 1) {
                together.get(0).fail(e);
            } else {
                // One may hold what the model refuses: those that came with it must not suffer for it.
                together.forEach(each -> predict(List.of(each)));
            }
        }
    }

    private void run(List<Waiting<?>> together) {
        int rows = together.stream()
                .mapToInt(each -> Math.toIntExact(each.request().rows()))
                .sum();
        try (Call call = model.call(shapes(together, rows))) {
            feed(call, together);
            long start = System.nanoTime();
            call.run();
            long ran = System.nanoTime();
            learn((ran - start) / (double) Math.max(1, rows));
            together.forEach(each -> each.stages().ran(start, ran, rows));
            model.statistics().ran(rows, ran - start);
            answer(call, together);
            model.statistics().encoded(System.nanoTime() - ran);
        }
    }

    /** A call that something held up says little: it counts as if it had taken twice the time. */
    private void learn(double latestRowNanos) {
        double before = rowNanos;
        rowNanos = before + LATEST * (Math.min(latestRowNanos, 2 * before) - before);
    }

    private static List<Shape> shapes(List<Waiting<?>> together, int rows) {
        List<Shape> shapes = together.get(0).request().shapes();
        return together.size() == 1
                ? shapes
                : shapes.stream()
                        .map(shape -> shape.with(0, Dimension.of(rows)))
                        .toList();
    }

    private static void feed(Call call, List<Waiting<?>> together) {
        int inputs = together.get(0).request().shapes().size();
        for (int i = 0; i < inputs; i++) {
            int input = i;
            Elements.writeAll(
                    together.stream()
                            .map(each -> each.request().contents().get(input))
                            .toList(),
                    call.input(i));
        }
    }

    private void answer(Call call, List<Waiting<?>> together) {
        int row = 0;
        for (Waiting<?> each : together) {
            List<Tensor> results = new ArrayList<>(model.outputs().size());
            int end = row + Math.toIntExact(each.request().rows());
            for (int i = 0; i < model.outputs().size(); i++) {
                Tensor whole = call.output(i);
                results.add(together.size() == 1 ? whole : whole.rows(row, end));
            }
            each.succeed(results);
            row = end;
        }
    }
}
