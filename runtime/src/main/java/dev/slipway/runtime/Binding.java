package dev.slipway.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.HashMap;
import java.util.Map;

/**
 * Tensors tied to the inputs and outputs of a compiled graph: write the inputs, {@link #run()}, read the outputs.
 *
 * <p>A run allocates no native memory for inputs and outputs. For one thread at a time; closed by whoever bound it.
 */
public final class Binding implements AutoCloseable {
    private final OrtSession session;
    private final Map<String, OnnxTensor> feeds = new HashMap<>();
    private final Map<String, OnnxTensor> results = new HashMap<>();

    Binding(OrtSession session, Map<String, Tensor> feeds, Map<String, Tensor> results) {
        this.session = session;
        try {
            for (Map.Entry<String, Tensor> feed : feeds.entrySet()) {
                this.feeds.put(feed.getKey(), NativeTensor.handle(feed.getValue()));
            }
            for (Map.Entry<String, Tensor> result : results.entrySet()) {
                this.results.put(result.getKey(), NativeTensor.handle(result.getValue()));
            }
        } catch (OrtException e) {
            close();
            throw new EngineException("tensors cannot be bound", e);
        }
    }

    /**
     * Computes the outputs from what the input tensors hold now.
     *
     * @throws EngineException if the run fails, for example because an output tensor is of the wrong shape
     */
    public void run() {
        try {
            session.run(feeds, results).close();
        } catch (OrtException e) {
            throw new EngineException("run failed", e);
        }
    }

    /** Frees the handles; the tensors live on. */
    @Override
    public void close() {
        feeds.values().forEach(OnnxTensor::close);
        results.values().forEach(OnnxTensor::close);
    }
}
