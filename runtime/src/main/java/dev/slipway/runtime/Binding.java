package dev.slipway.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.graph.UnsignedBorder;
import java.util.HashMap;
import java.util.Map;

/**
 * Tensors tied to the inputs and outputs of a compiled graph: write the inputs, {@link #run()}, read the outputs.
 *
 * <p>A run allocates no native memory for inputs and outputs. For one thread at a time; closed by whoever bound it. It
 * keeps the graph's native memory alive: it may be run and closed after its graph was closed.
 */
public final class Binding implements AutoCloseable {
    private final OrtSession session;
    private final Lifetime graph;
    private final Map<String, OnnxTensor> feeds = new HashMap<>();
    private final Map<String, OnnxTensor> results = new HashMap<>();
    private boolean closed;

    Binding(OrtSession session, Lifetime graph, Map<String, Tensor> feeds, Map<String, Tensor> results) {
        this.session = session;
        this.graph = graph;
        graph.enter();
        try {
            addHandles(feeds, this.feeds);
            addHandles(results, this.results);
        } catch (OrtException e) {
            close();
            throw new EngineException("tensors cannot be bound", e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static void addHandles(Map<String, Tensor> tensors, Map<String, OnnxTensor> handles) throws OrtException {
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            String name =
                    UnsignedBorder.outside(tensor.getKey(), tensor.getValue().type());
            handles.put(name, NativeTensor.borderHandle(tensor.getValue()));
        }
    }

    /**
     * Computes the outputs from what the input tensors hold now.
     *
     * @throws EngineException if the run fails, for example because an output tensor is of the wrong shape
     * @throws IllegalStateException if this binding is closed
     */
    public void run() {
        if (closed) {
            throw new IllegalStateException("binding is closed");
        }
        try {
            session.run(feeds, results).close();
        } catch (OrtException e) {
            throw new EngineException("run failed", e);
        }
    }

    /** Frees the handles; the tensors live on. Closing again does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            feeds.values().forEach(OnnxTensor::close);
            results.values().forEach(OnnxTensor::close);
            graph.leave();
        }
    }
}
