package dev.slipway.server.http;

import java.util.List;

/** One protocol: answers the paths it knows. Used by one event loop. */
public interface Endpoint {
    /**
     * Answers a request, now or later.
     *
     * @param exchange the request and the way to answer it
     * @return false if the path is none of this protocol's, and nothing was done
     */
    boolean handle(Exchange exchange);

    /**
     * The paths it knows: spans are named after them, and tests try all of them.
     *
     * @return such as {@code /v2/models/{model}/infer}, with names in braces for what differs
     */
    List<String> routes();
}
