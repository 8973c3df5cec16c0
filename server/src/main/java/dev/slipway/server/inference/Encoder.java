package dev.slipway.server.inference;

import dev.slipway.runtime.Tensor;
import java.util.List;

/** Turns the results of a prediction into what is sent, while they are there. */
@FunctionalInterface
public interface Encoder<T> {
    /**
     * Encodes results.
     *
     * @param results the tensor of each output in the model's order; valid during the call only
     * @return what is sent
     */
    T encode(List<Tensor> results);
}
