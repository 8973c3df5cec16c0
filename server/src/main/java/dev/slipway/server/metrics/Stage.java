package dev.slipway.server.metrics;

import java.util.Locale;

/** The parts of a prediction's time, in their order. */
public enum Stage {
    /** From the body's last byte to tensors. */
    DECODE,
    /** Waiting for a thread, or for other requests of the same batch. */
    QUEUE,
    /** In the engine. */
    PREDICT,
    /** From tensors to the answer's bytes. */
    ENCODE;

    /**
     * Its name among the labels.
     *
     * @return the value of the label {@code stage}
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
