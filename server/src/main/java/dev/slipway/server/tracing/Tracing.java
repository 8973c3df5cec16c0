package dev.slipway.server.tracing;

import org.jspecify.annotations.Nullable;

/** Makes the spans of requests. Safe for use by several threads. */
public interface Tracing extends AutoCloseable {
    /** The headers of a request; metadata in gRPC. */
    @FunctionalInterface
    interface Headers {
        /**
         * Looks one up.
         *
         * @param name its name in lower case
         * @return its value; null if there is none
         */
        @Nullable String get(CharSequence name);
    }

    /**
     * Begins the span of a request, in the trace that its headers tell or in a new one.
     *
     * @param headers the request's
     * @param startNanos when it came, as {@link System#nanoTime()} counts
     * @return the span, to be ended with the answer
     */
    RequestSpan begin(Headers headers, long startNanos);

    /** Sends what has not been sent; waits some seconds for that at most. */
    @Override
    void close();

    /**
     * Begins tracing as options say.
     *
     * @param options whether and how
     * @param version the server's version
     * @return the tracing, to be closed; without cost if it is off
     */
    static Tracing of(TracingOptions options, String version) {
        return options.isOn() ? new OpenTelemetryTracing(options, version) : new NoTracing();
    }
}
