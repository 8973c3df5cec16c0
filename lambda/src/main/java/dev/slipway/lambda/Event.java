package dev.slipway.lambda;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/**
 * One HTTP request out of an event.
 *
 * @param kind who sent the event
 * @param method such as {@code POST}
 * @param target path and query, percent signs and all
 * @param headers names and values, a name as often as it has values
 * @param body the bytes
 * @param id what the sender calls the request; empty if it has no name
 */
record Event(
        EventKind kind,
        String method,
        String target,
        List<Map.Entry<String, String>> headers,
        Buffer body,
        String id) {}
