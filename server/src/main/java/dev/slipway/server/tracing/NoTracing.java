package dev.slipway.server.tracing;

import io.vertx.core.http.HttpHeaders;
import java.util.function.Supplier;

/** No spans; a trace that the client tells of is still known, for the logs. */
final class NoTracing implements Tracing {
    /** Asked for with every request, so with its hash at hand. */
    private static final CharSequence TRACE_PARENT = HttpHeaders.createOptimized(TraceParent.HEADER);

    private static final RequestSpan OUTSIDE = new Inside("");

    @Override
    public RequestSpan begin(Headers headers, long startNanos) {
        String parent = headers.get(TRACE_PARENT);
        return parent == null
                ? OUTSIDE
                : TraceParent.parse(parent)
                        .<RequestSpan>map(known -> new Inside(known.traceId()))
                        .orElse(OUTSIDE);
    }

    /** A request in a trace of the client's; or in none. */
    private record Inside(String traceId) implements RequestSpan {
        @Override
        public String spanId() {
            return "";
        }

        @Override
        public void end(Supplier<Summary> summary) {
            // Nothing is sent.
        }
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
