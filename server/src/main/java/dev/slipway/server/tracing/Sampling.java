package dev.slipway.server.tracing;

/** Which requests get spans, as OpenTelemetry names it in {@code OTEL_TRACES_SAMPLER}. */
public enum Sampling {
    /** All. */
    ALWAYS_ON,
    /** None. */
    ALWAYS_OFF,
    /** A share of all traces. */
    TRACEIDRATIO,
    /** What the client decided; all where it did not. */
    PARENTBASED_ALWAYS_ON,
    /** What the client decided; none where it did not. */
    PARENTBASED_ALWAYS_OFF,
    /** What the client decided; a share of traces where it did not. */
    PARENTBASED_TRACEIDRATIO
}
