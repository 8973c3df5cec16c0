/**
 * Spans of requests, sent to a collector by OpenTelemetry's protocol; and which trace a client's request belongs to. Knows nothing of
 * HTTP or models. Only {@code OpenTelemetryTracing} knows OpenTelemetry's library, which is loaded where tracing is on and nowhere
 * else. Start with {@link dev.slipway.server.tracing.Tracing}.
 */
@NullMarked
package dev.slipway.server.tracing;

import org.jspecify.annotations.NullMarked;
