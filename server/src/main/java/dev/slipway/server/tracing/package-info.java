/**
 * Which trace a request belongs to. Knows nothing of HTTP or models. Start with {@link
 * dev.slipway.server.tracing.TraceParent}.
 */
@NullMarked
package dev.slipway.server.tracing;

import org.jspecify.annotations.NullMarked;
