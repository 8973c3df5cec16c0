package dev.slipway.server.http;

import dev.slipway.server.metrics.ServerMetrics;
import dev.slipway.server.payload.PayloadLog;
import dev.slipway.server.tracing.Tracing;

/**
 * Who is told of every request. For one event loop.
 *
 * @param log gets a line
 * @param metrics count it
 * @param tracing makes its span
 * @param payloads writes a share down
 * @param routes names its span
 */
public record Observers(
        RequestLog.Lines log, ServerMetrics metrics, Tracing tracing, PayloadLog payloads, Routes routes) {}
