package dev.slipway.server;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.inference.ServedModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A model that gives back what it gets, refuses what is negative, and takes its time, or as long as its gate is closed. */
final class Gated implements HostOperator {
    private static final int EVERYBODY = 1_000_000;

    /** Longer than what an event loop does itself. */
    private static final Duration WORK = Duration.ofMillis(2);

    /** The rows of each call. */
    final Queue<Long> calls = new ConcurrentLinkedQueue<>();

    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore gate = new Semaphore(EVERYBODY);

    @Override
    public String name() {
        return "Gated";
    }

    @Override
    public Tensor apply(List<Tensor> operands) {
        Tensor x = operands.get(0);
        begun.incrementAndGet();
        gate.acquireUninterruptibly();
        gate.release();
        LockSupport.parkNanos(WORK.toNanos());
        calls.add(x.shape().size(0));
        for (float element : x.toFloatArray()) {
            if (element < 0) {
                throw new RefusedInputException(element + " (expected: at least 0)");
            }
        }
        return x.copy();
    }

    ServedModel model(String name) {
        return ServedModel.of(name, predictor(name));
    }

    Predictor predictor(String name) {
        Graph graph = new Graph(name);
        Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));
        Value x = graph.input("x", DataType.FLOAT, shape);
        Ops ops = new Ops(graph);
        graph.output("y", ops.host(this, List.of(x), DataType.FLOAT, shape));
        return Predictor.compile(graph, Map.of(), EngineOptions.defaults());
    }

    /** From now on calls are counted. */
    void shut() {
        calls.clear();
        begun.set(0);
        gate.drainPermits();
    }

    void open() {
        gate.release(EVERYBODY);
    }

    /** Waits until so many calls are at the gate or have passed it. */
    void awaitBegun(int count) {
        Eventually.holds(() -> {
            if (begun.get() < count) {
                throw new AssertionError(begun.get() + " calls (expected: " + count + ")");
            }
        });
    }
}
