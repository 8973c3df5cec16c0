package dev.slipway.server.oip;

import dev.slipway.server.json.PredictRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request for an inference.
 *
 * @param id what the client calls it, sent back with the answer
 * @param tensors the inputs, in the model's order
 * @param outputs what is asked for, in the order of the answer
 * @param namesNan whether NaN is written as the string {@code "NaN"} in JSON instead of as {@code null}
 * @param timeout how long it may wait; empty if it does not say
 */
public record InferRequest(
        Optional<String> id,
        PredictRequest tensors,
        List<RequestedOutput> outputs,
        boolean namesNan,
        Optional<Duration> timeout) {
    /**
     * Copies the list.
     *
     * @param id what the client calls it
     * @param tensors the inputs
     * @param outputs what is asked for
     * @param namesNan whether NaN has a name
     * @param timeout how long it may wait
     */
    public InferRequest {
        outputs = List.copyOf(outputs);
    }
}
