package dev.slipway.server.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.server.grpc.proto.HealthCheckRequest;
import dev.slipway.server.grpc.proto.HealthCheckResponse;
import dev.slipway.server.grpc.proto.HealthCheckResponse.ServingStatus;
import io.vertx.core.Context;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Health checking: of the server, and of each of its services, which are as ready as it is.
 *
 * <p>Source: gRPC, {@code doc/health-checking.md}.
 */
final class HealthService {
    private static final long LOOK_MILLIS = 500;

    private final BooleanSupplier ready;
    private final List<String> services;
    private final Context loop;
    private final OpenStreams streams;

    HealthService(BooleanSupplier ready, List<String> services, Context loop, OpenStreams streams) {
        this.ready = ready;
        this.services = List.copyOf(services);
        this.loop = loop;
        this.streams = streams;
    }

    private ServingStatus status(String service) {
        if (!service.isEmpty() && !services.contains(service)) {
            return ServingStatus.SERVICE_UNKNOWN;
        }
        return ready.getAsBoolean() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    /** Answers at once. */
    HealthCheckResponse check(HealthCheckRequest request) {
        ServingStatus status = status(request.getService());
        if (status == ServingStatus.SERVICE_UNKNOWN) {
            throw new GrpcException(
                    GrpcStatus.NOT_FOUND,
                    "service '" + request.getService() + "' (expected: one of " + services
                            + ", or none for the server)");
        }
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    /** Answers now and whenever it changes, until the client goes or the server stops. */
    GrpcMethod watch() {
        return call -> new GrpcMethod.Handler() {
            private boolean asked;

            @Override
            public void message(byte[] message) {
                if (asked) {
                    call.close(GrpcStatus.INVALID_ARGUMENT, GrpcMethod.SECOND_MESSAGE);
                    return;
                }
                asked = true;
                try {
                    follow(call, HealthCheckRequest.parseFrom(message).getService());
                } catch (InvalidProtocolBufferException e) {
                    call.close(GrpcStatus.INVALID_ARGUMENT, GrpcServices.NOT_A_MESSAGE);
                }
            }

            @Override
            public void end() {
                if (!asked) {
                    call.close(GrpcStatus.INVALID_ARGUMENT, GrpcMethod.NO_MESSAGE);
                }
            }
        };
    }

    private void follow(GrpcCall call, String service) {
        ServingStatus[] shown = {status(service)};
        send(call, shown[0]);
        Runnable look = () -> {
            ServingStatus now = status(service);
            if (now != shown[0]) {
                shown[0] = now;
                send(call, now);
            }
        };
        streams.add(call, () -> {
            look.run();
            call.close();
        });
        loop.owner().setPeriodic(LOOK_MILLIS, timer -> {
            if (call.isClosed()) {
                loop.owner().cancelTimer(timer);
            } else {
                look.run();
            }
        });
    }

    private static void send(GrpcCall call, ServingStatus status) {
        call.send(HealthCheckResponse.newBuilder().setStatus(status).build());
    }
}
