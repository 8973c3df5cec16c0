package dev.slipway.server.http;

import dev.slipway.server.inference.Lease;
import dev.slipway.server.tracing.RequestSpan;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request and what became of it, for its line in the log.
 *
 * @param request the request
 * @param id what the client and the log call it
 * @param span its span in the trace it is part of
 * @param protocol what it spoke, such as {@code v1}
 * @param lease the model it was for; empty if for none
 * @param status the HTTP status, or what it would be
 * @param bytes of the answer's body
 * @param nanos from its arrival to its answer
 * @param epochMillis when it was answered, in milliseconds since 1970
 */
record Answered(
        HttpServerRequest request,
        String id,
        RequestSpan span,
        String protocol,
        Optional<Lease> lease,
        int status,
        int bytes,
        long nanos,
        long epochMillis) {
    String client() {
        return client(request.remoteAddress());
    }

    /** The address without the port; a dash if there is none. */
    static String client(@Nullable SocketAddress address) {
        return address == null ? "-" : Objects.requireNonNullElse(address.hostAddress(), "-");
    }

    String method() {
        return RequestLog.printable(request.method().name());
    }

    /** Without the query, in which clients put what is nobody else's business. */
    String path() {
        return RequestLog.printable(String.valueOf(request.path()));
    }
}
