package dev.slipway.server.http;

import dev.slipway.server.grpc.GrpcServices;
import dev.slipway.server.grpc.GrpcStatus;
import dev.slipway.server.json.InputProblem;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.stream.Collectors;

/** gRPC beside HTTP on the same port: requests over HTTP/2 whose content type says so. */
public final class GrpcEndpoint implements Endpoint {
    private static final System.Logger LOG = System.getLogger(GrpcEndpoint.class.getName());

    private final GrpcServices services;

    /**
     * The endpoint for an event loop.
     *
     * @param services the event loop's services
     */
    public GrpcEndpoint(GrpcServices services) {
        this.services = services;
    }

    /**
     * What failures mean in gRPC: what they mean in HTTP, by another name, and no sooner told.
     *
     * @param overflow answers clients of HTTP for whom there is no room
     * @return the status of each failure, the text that is {@code error} in JSON, and what is {@code Retry-After}
     */
    public static GrpcServices.Faults faults(Overflow overflow) {
        return new GrpcServices.Faults() {
            @Override
            public GrpcServices.Fault of(Throwable failure) {
                return fault(failure);
            }

            @Override
            public void inTurn(Runnable answer) {
                overflow.inTurn(answer);
            }
        };
    }

    private static GrpcServices.Fault fault(Throwable failure) {
        Refusal refusal = Refusal.of(failure);
        if (refusal.status() == 500) {
            LOG.log(Level.ERROR, "a call of gRPC failed", failure);
        }
        String message = refusal.problems().stream().map(InputProblem::toString).collect(Collectors.joining("; "));
        return new GrpcServices.Fault(
                GrpcStatus.ofHttp(refusal.status()), message, Exchange.retryAfter(refusal, failure));
    }

    @Override
    public List<String> routes() {
        return services.methods();
    }

    @Override
    public boolean handle(Exchange exchange) {
        return exchange.takeGrpc(services::handle);
    }
}
