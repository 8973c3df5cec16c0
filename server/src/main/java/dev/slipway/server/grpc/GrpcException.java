package dev.slipway.server.grpc;

import dev.slipway.graph.SlipwayException;
import java.time.Duration;
import java.util.Optional;

/** A call ends with a status that is not OK. */
final class GrpcException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    private final GrpcStatus status;
    private final transient Optional<Duration> retryAfter;

    GrpcException(GrpcStatus status, String message) {
        this(status, message, Optional.empty());
    }

    /** One after which it is worth while to try again. */
    GrpcException(GrpcStatus status, String message, Optional<Duration> retryAfter) {
        super(message);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    GrpcStatus status() {
        return status;
    }
}
