package dev.slipway.server.http;

/** One protocol: answers the paths it knows. Used by one event loop. */
@FunctionalInterface
public interface Endpoint {
    /**
     * Answers a request, now or later.
     *
     * @param exchange the request and the way to answer it
     * @return false if the path is none of this protocol's, and nothing was done
     */
    boolean handle(Exchange exchange);
}
