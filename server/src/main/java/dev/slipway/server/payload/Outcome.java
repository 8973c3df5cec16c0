package dev.slipway.server.payload;

/** What became of an event. */
public enum Outcome {
    /** The file or the address has it. */
    WRITTEN,
    /** It did not fit into the queue. */
    DROPPED,
    /** The file or the address did not take it. */
    FAILED
}
