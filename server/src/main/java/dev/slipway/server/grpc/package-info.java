/**
 * gRPC on the server's own HTTP/2: frames, statuses, deadlines, and the services Open Inference Protocol, health checking and
 * reflection. Knows the protocol's messages and the server's models; does not know which port or protection they are behind.
 * Start with {@link dev.slipway.server.grpc.GrpcServices}.
 */
@NullMarked
package dev.slipway.server.grpc;

import org.jspecify.annotations.NullMarked;
