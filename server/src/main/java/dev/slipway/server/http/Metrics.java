package dev.slipway.server.http;

import dev.slipway.server.metrics.ServerMetrics;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Set;

/** {@code GET /metrics}, and TensorFlow Serving's address for the same: the server's numbers, as Prometheus scrapes them. */
public final class Metrics implements Endpoint {
    private static final Set<String> PATHS = Set.of("/metrics", "/monitoring/prometheus/metrics");

    private final ServerMetrics metrics;
    private final Context loop;

    /**
     * The endpoint for an event loop.
     *
     * @param metrics the numbers
     * @param loop the event loop's context
     */
    public Metrics(ServerMetrics metrics, Context loop) {
        this.metrics = metrics;
        this.loop = loop;
    }

    @Override
    public List<String> routes() {
        return List.copyOf(PATHS);
    }

    @Override
    public boolean handle(Exchange exchange) {
        if (!PATHS.contains(exchange.path())) {
            return false;
        }
        if (exchange.requireGet()) {
            String accept = exchange.requestHeader("accept").orElse("");
            loop.executeBlocking(() -> metrics.scrape(accept), false)
                    .onSuccess(scrape -> exchange.answer(200, scrape.contentType(), Buffer.buffer(scrape.body())))
                    .onFailure(exchange::fail);
        }
        return true;
    }
}
