package dev.slipway.runtime;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model ready to answer: named, typed inputs and outputs, and a stock of {@link Call}s that are used again.
 *
 * <p>Safe for use by several threads at once. Owns its compiled graph and closes it.
 */
public final class Predictor implements AutoCloseable {
    /** Idle calls kept, over all shapes: enough for the concurrency of a server, few enough to bound memory. */
    private static final int MAX_IDLE_CALLS = 64;

    private final CompiledGraph graph;

    /** Idle calls by the shapes of their inputs, least recently used shape first. Guarded by itself. */
    private final LinkedHashMap<List<Shape>, List<Call>> idle = new LinkedHashMap<>(16, 0.75f, true);

    private int idleCount;
    private boolean closed;

    /**
     * Makes a compiled graph ready to answer.
     *
     * @param graph the graph; closed with this predictor
     */
    public Predictor(CompiledGraph graph) {
        this.graph = graph;
    }

    /**
     * What a prediction needs.
     *
     * @return the inputs in the model's order
     */
    public List<TensorSpec> inputs() {
        return graph.inputs();
    }

    /**
     * What a prediction gives.
     *
     * @return the outputs in the model's order
     */
    public List<TensorSpec> outputs() {
        return graph.outputs();
    }

    /**
     * Predicts once.
     *
     * @param feeds a tensor for each input, by name; read, not kept
     * @return a tensor of its own for each output, by name, in the model's order
     * @throws IllegalArgumentException if an input is missing, unknown, or of another type, rank or length
     * @throws EngineException if the engine fails
     */
    public Map<String, Tensor> predict(Map<String, Tensor> feeds) {
        List<Tensor> ordered = graph.requireFeeds(feeds);
        try (Call call = call(ordered.stream().map(Tensor::shape).toList())) {
            for (int i = 0; i < ordered.size(); i++) {
                call.input(i).assign(ordered.get(i));
            }
            call.run();
            Map<String, Tensor> results = new LinkedHashMap<>();
            for (int i = 0; i < outputs().size(); i++) {
                results.put(outputs().get(i).name(), call.output(i).copy());
            }
            return results;
        }
    }

    /**
     * A call for a number of rows, where that is all that may change from call to call.
     *
     * @param batch the length of axis 0 of every input whose axis 0 is a symbol
     * @return a call to write, run, read and close
     * @throws IllegalArgumentException if some other length of an input is a symbol too
     */
    public Call call(int batch) {
        List<Shape> shapes = new ArrayList<>();
        for (TensorSpec input : inputs()) {
            Shape shape = input.shape();
            boolean batched = shape.rank() > 0 && !shape.dimension(0).isKnown();
            Shape bound = batched ? shape.with(0, Dimension.of(batch)) : shape;
            if (!bound.isKnown()) {
                throw new IllegalArgumentException(
                        "input '" + input.name() + "': shape " + shape + " (expected: only axis 0 unknown)");
            }
            shapes.add(bound);
        }
        return call(shapes);
    }

    /**
     * A call for inputs of given shapes.
     *
     * @param shapes the known shape of each input, in the model's order
     * @return a call to write, run, read and close
     * @throws IllegalArgumentException if a shape does not fit its input
     */
    public Call call(List<Shape> shapes) {
        synchronized (idle) {
            if (closed) {
                throw new IllegalStateException("predictor is closed");
            }
            List<Call> ready = idle.get(shapes);
            if (ready != null && !ready.isEmpty()) {
                idleCount--;
                return ready.remove(ready.size() - 1);
            }
        }
        return newCall(shapes);
    }

    private Call newCall(List<Shape> shapes) {
        if (shapes.size() != inputs().size()) {
            throw new IllegalArgumentException(shapes.size() + " input shapes (expected: " + inputs().size() + ")");
        }
        Map<String, Long> sizes = new HashMap<>();
        List<Tensor> feeds = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
            inputs().get(i).requireShape(shapes.get(i), sizes);
            feeds.add(Tensor.zeros(inputs().get(i).type(), shapes.get(i)));
        }
        List<Shape> results = outputs().stream().map(o -> o.shape().bind(sizes)).toList();
        return new Call(this, graph, List.copyOf(shapes), feeds, results);
    }

    /** Takes a call back: keeps it for the next of its shapes, or frees it and the longest unused. */
    void release(Call call) {
        List<Call> surplus = new ArrayList<>();
        synchronized (idle) {
            if (closed) {
                surplus.add(call);
            } else {
                idle.computeIfAbsent(call.shapes(), k -> new ArrayList<>()).add(call);
                idleCount++;
                while (idleCount > MAX_IDLE_CALLS) {
                    surplus.add(takeLeastRecent());
                }
            }
        }
        surplus.forEach(Call::free);
    }

    private Call takeLeastRecent() {
        var eldest = idle.entrySet().iterator();
        Map.Entry<List<Shape>, List<Call>> entry = eldest.next();
        while (entry.getValue().isEmpty()) {
            eldest.remove();
            entry = eldest.next();
        }
        idleCount--;
        return entry.getValue().remove(0);
    }

    /** Frees everything. Calls still in use are freed when they are closed, which must be before the process goes on to
     * compile much more; a run that has begun must have ended. */
    @Override
    public void close() {
        List<Call> all = new ArrayList<>();
        synchronized (idle) {
            if (closed) {
                return;
            }
            closed = true;
            idle.values().forEach(all::addAll);
            idle.clear();
        }
        all.forEach(Call::free);
        graph.close();
    }
}
