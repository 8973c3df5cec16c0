package dev.slipway.runtime;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model ready to answer: named, typed inputs and outputs, and a stock of tensors that its {@link Call}s use again.
 *
 * <p>Safe for use by several threads at once, {@link #close()} included. Owns its compiled graph and closes it.
 */
public final class Predictor implements AutoCloseable {
    /** Idle calls kept, over all shapes: enough for the concurrency of a server, few enough to bound memory. */
    private static final int MAX_IDLE_CALLS = 64;

    /** What the tensors of idle calls may take, over all shapes; a call that takes more by itself is not kept. */
    static final long MAX_IDLE_BYTES = 128L << 20;

    private final Computation graph;

    /** Idle calls by the shapes of their inputs, least recently used shape first. Guarded by itself. */
    private final LinkedHashMap<List<Shape>, List<PreparedCall>> idle = new LinkedHashMap<>(16, 0.75f, true);

    /** Guarded by {@link #idle}. */
    private int idleCount;

    /** Guarded by {@link #idle}. */
    private long idleBytes;

    /** Guarded by {@link #idle}. */
    private boolean closed;

    /**
     * Makes a compiled graph ready to answer.
     *
     * @param graph the graph; closed with this predictor
     */
    public Predictor(CompiledGraph graph) {
        this((Computation) graph);
    }

    private Predictor(Computation graph) {
        this.graph = graph;
    }

    /**
     * Makes a graph ready to answer, nodes on the host included.
     *
     * @param graph the graph, whose functions on the host are {@link HostOperator}s
     * @param parameters the content of each of the graph's parameters, by name; not to be changed afterwards
     * @param options how it is to run
     * @return the predictor, to be closed by the caller
     * @throws IllegalArgumentException if a parameter is missing or of another type or shape
     * @throws EngineException if the engine refuses the graph
     */
    public static Predictor compile(Graph graph, Map<String, Tensor> parameters, EngineOptions options) {
        return new Predictor(computation(graph, parameters, options));
    }

    /**
     * Makes a graph ready to answer and takes its parameters over: their memory goes back to the system when the predictor is
     * closed and its last call, and not when the garbage collector finds them.
     *
     * @param graph the graph, whose functions on the host are {@link HostOperator}s
     * @param parameters the content of each of the graph's parameters, by name; neither they nor views of them may be used
     *     afterwards, except if this fails
     * @param options how it is to run
     * @return the predictor, to be closed by the caller
     * @throws IllegalArgumentException if a parameter is missing or of another type or shape
     * @throws EngineException if the engine refuses the graph
     */
    public static Predictor owning(Graph graph, Map<String, Tensor> parameters, EngineOptions options) {
        Computation computation = computation(graph, parameters, options);
        computation.own(parameters.values());
        return new Predictor(computation);
    }

    private static Computation computation(Graph graph, Map<String, Tensor> parameters, EngineOptions options) {
        return graph.hostNodes().isEmpty()
                ? CompiledGraph.compile(graph, parameters, options)
                : Program.compile(graph, parameters, options);
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
     * @throws IllegalStateException if this predictor is closed
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
     * @throws IllegalStateException if this predictor is closed
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
     * @throws IllegalStateException if this predictor is closed
     */
    public Call call(List<Shape> shapes) {
        PreparedCall ready = takeIdle(shapes);
        return new Call(this, ready == null ? prepare(shapes) : ready);
    }

    private @Nullable PreparedCall takeIdle(List<Shape> shapes) {
        synchronized (idle) {
            if (closed) {
                throw new IllegalStateException("predictor is closed");
            }
            List<PreparedCall> ready = idle.get(shapes);
            if (ready == null || ready.isEmpty()) {
                return null;
            }
            return taken(ready, ready.size() - 1);
        }
    }

    private PreparedCall prepare(List<Shape> shapes) {
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
        return new PreparedCall(graph, List.copyOf(shapes), feeds, results);
    }

    /** Takes tensors back: keeps them for the next call of their shapes, and frees the longest unused if they are many. */
    void release(PreparedCall call) {
        call.forgetTexts();
        keep(call).forEach(PreparedCall::free);
    }

    /** Keeps a call, and gives back what is to be freed for it. */
    private List<PreparedCall> keep(PreparedCall call) {
        synchronized (idle) {
            if (closed || call.bytes() > MAX_IDLE_BYTES) {
                return List.of(call);
            }
            idle.computeIfAbsent(call.shapes(), k -> new ArrayList<>()).add(call);
            idleCount++;
            idleBytes += call.bytes();
            List<PreparedCall> surplus = new ArrayList<>();
            while (idleCount > MAX_IDLE_CALLS || idleBytes > MAX_IDLE_BYTES) {
                surplus.add(takeLeastRecent());
            }
            return surplus;
        }
    }

    private PreparedCall takeLeastRecent() {
        var eldest = idle.entrySet().iterator();
        Map.Entry<List<Shape>, List<PreparedCall>> entry = eldest.next();
        while (entry.getValue().isEmpty()) {
            eldest.remove();
            entry = eldest.next();
        }
        return taken(entry.getValue(), 0);
    }

    private PreparedCall taken(List<PreparedCall> from, int index) {
        PreparedCall call = from.remove(index);
        idleCount--;
        idleBytes -= call.bytes();
        return call;
    }

    /** How many calls' tensors wait to be used again. */
    int idleCount() {
        synchronized (idle) {
            return idleCount;
        }
    }

    /**
     * Refuses new calls and returns at once. Calls that are out may still be run; the engine's memory is freed when the
     * last of them is closed, in the thread that closes it.
     */
    @Override
    public void close() {
        List<PreparedCall> unused = new ArrayList<>();
        synchronized (idle) {
            if (closed) {
                return;
            }
            closed = true;
            idle.values().forEach(unused::addAll);
            idle.clear();
            idleCount = 0;
            idleBytes = 0;
        }
        unused.forEach(PreparedCall::free);
        graph.close();
    }
}
