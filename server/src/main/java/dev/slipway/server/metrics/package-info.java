/**
 * What the server counts and measures, in the form that Prometheus reads. Knows names and numbers; knows nothing of HTTP, models or
 * the engine. Start with {@link dev.slipway.server.metrics.ServerMetrics}.
 */
@NullMarked
package dev.slipway.server.metrics;

import org.jspecify.annotations.NullMarked;
