package dev.slipway.server.tracing;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The span of one request. For one thread at a time. */
public interface RequestSpan {
    /**
     * The trace that the request is part of.
     *
     * @return 32 hexadecimal digits; empty if it is part of none
     */
    String traceId();

    /**
     * The span itself.
     *
     * @return 16 hexadecimal digits; empty if there is no span
     */
    String spanId();

    /**
     * Ends the span, with children for its parts.
     *
     * @param summary says what is known of the request; asked only if the span is to be sent
     */
    void end(Supplier<Summary> summary);

    /**
     * What is known of a request at its end.
     *
     * @param name the span's name: few different ones
     * @param attributes texts and whole numbers by their names in the semantic conventions
     * @param failed whether the server failed
     * @param parts the parts of the time, each a child
     */
    record Summary(String name, Map<String, Object> attributes, boolean failed, List<Part> parts) {
        /**
         * Copies the collections.
         *
         * @param name the span's name
         * @param attributes texts and whole numbers
         * @param failed whether the server failed
         * @param parts the parts of the time
         */
        public Summary {
            attributes = Map.copyOf(attributes);
            parts = List.copyOf(parts);
        }
    }

    /**
     * A part of a request's time.
     *
     * @param name such as {@code predict}
     * @param beganNanos when it began, as {@link System#nanoTime()} counts
     * @param tookNanos how long it took
     */
    record Part(String name, long beganNanos, long tookNanos) {}
}
