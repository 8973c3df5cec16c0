package dev.slipway.server.connections;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.IdentityHashMap;

/** Tells the clock of a connection of each request that has begun. For one event loop. */
public final class Heads {
    /** For requests that come out of a queue: while they are told of, nothing is read that would say whose they are. */
    private final IdentityHashMap<HttpConnection, HeadClock> clocks = new IdentityHashMap<>();

    /**
     * Stops the clock of a request's connection.
     *
     * @param request a request whose head is there
     */
    public void begun(HttpServerRequest request) {
        HttpConnection connection = request.connection();
        HeadClock clock = HeadClock.reading(connection);
        if (clock == null) {
            HeadClock known = clocks.get(connection);
            if (known != null) {
                known.begin(request);
            }
            return;
        }
        if (clock.begunFirst(request)) {
            clocks.put(connection, clock);
            clock.onClose(() -> clocks.remove(connection));
        }
    }
}
