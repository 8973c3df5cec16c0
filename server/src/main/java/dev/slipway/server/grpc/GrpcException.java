package dev.slipway.server.grpc;

import dev.slipway.graph.SlipwayException;

/** A call ends with a status that is not OK. */
final class GrpcException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    private final GrpcStatus status;

    GrpcException(GrpcStatus status, String message) {
        super(message);
        this.status = status;
    }

    GrpcStatus status() {
        return status;
    }
}
