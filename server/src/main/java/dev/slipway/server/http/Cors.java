package dev.slipway.server.http;

import dev.slipway.server.security.CorsOptions;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;

/**
 * What a browser is told about pages of other origins.
 *
 * <p>Source: WHATWG Fetch, section 3.2 (CORS protocol). Credentials are headers here, never cookies, so they need not be allowed.
 */
final class Cors {
    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";
    private static final String REQUEST_HEADERS =
            "authorization, content-type, inference-header-content-length, slipway-timeout, traceparent, x-api-key,"
                    + " x-request-id";
    private static final String ANSWER_HEADERS =
            "inference-header-content-length, retry-after, slipway-model-version, traceparent, x-request-id";

    private Cors() {}

    /** Says whether the page may read the answer; true if that was all that was asked. */
    static boolean answer(Exchange exchange, HttpServerRequest request, CorsOptions options) {
        if (options.origins().isEmpty()) {
            return false;
        }
        String origin = request.getHeader("origin");
        MultiMap headers = request.response().headers();
        headers.add("Vary", "Origin");
        if (origin == null || !options.allows(origin)) {
            return false;
        }
        headers.set("Access-Control-Allow-Origin", options.origins().contains("*") ? "*" : origin);
        headers.set("Access-Control-Expose-Headers", ANSWER_HEADERS);
        if (!isPreflight(request)) {
            return false;
        }
        headers.set("Access-Control-Allow-Methods", METHODS);
        headers.set("Access-Control-Allow-Headers", REQUEST_HEADERS);
        headers.set("Access-Control-Max-Age", Long.toString(options.maxAge().toSeconds()));
        exchange.answerNothing();
        return true;
    }

    /** A question before the request proper, sent without credentials. */
    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.getHeader("access-control-request-method") != null;
    }

    /**
     * Whether a page that is none of this server's made a browser send a request. A name in the address proves nothing, because
     * whoever owns a name can let it point here after the page was loaded; numbers and {@code localhost} do.
     */
    static boolean isForeign(HttpServerRequest request, CorsOptions options) {
        String origin = request.getHeader("origin");
        if (origin == null || options.allows(origin)) {
            return false;
        }
        HostAndPort own = request.authority();
        if (own == null
                || !(own.host().equals("localhost")
                        || NetUtil.isValidIpV4Address(own.host())
                        || own.host().startsWith("["))) {
            return true;
        }
        return !origin.equals(request.scheme() + "://" + own);
    }
}
