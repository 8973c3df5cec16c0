package dev.slipway.server.payload;

import java.util.List;

/**
 * What a prediction was.
 *
 * @param id what the client and the logs call it
 * @param traceId the trace it is part of; empty if none
 * @param protocol what it spoke, such as {@code v1}
 * @param model the model's name
 * @param version its version
 * @param inputs the names of the model's inputs
 * @param outputs the names of its outputs
 */
public record Subject(
        String id,
        String traceId,
        String protocol,
        String model,
        String version,
        List<String> inputs,
        List<String> outputs) {
    /**
     * Copies the lists.
     *
     * @param id what the client and the logs call it
     * @param traceId the trace it is part of; empty if none
     * @param protocol what it spoke
     * @param model the model's name
     * @param version its version
     * @param inputs the names of the model's inputs
     * @param outputs the names of its outputs
     */
    public Subject {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }
}
