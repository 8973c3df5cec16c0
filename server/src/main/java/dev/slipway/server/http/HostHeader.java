package dev.slipway.server.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether a request says whom it is for, once: what does not may be read in two ways by two servers in a row. For one event loop.
 *
 * <p>Source: RFC 9112, section 3.2, for HTTP/1.1; RFC 3986, section 3.2, for what a host is. Earlier versions need none, HTTP/2 has
 * another place for it.
 */
final class HostHeader {
    /** A name, a number, or a number in brackets; perhaps a port. The empty one is for what has no authority. */
    private static final Pattern HOST = Pattern.compile(
            "(?:\\[[0-9A-Za-z:.%_~!$&'()*+,;=-]+]|(?:[0-9A-Za-z._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*+)(?::[0-9]*+)?+");

    /** Clients of one server call it by the same name again and again; and who watches it by another. */
    private String known = "";

    private String knownBefore = "";

    /** Why a request is refused; empty if it is not. */
    Optional<Refusal> refusal(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_1_1) {
            return Optional.empty();
        }
        List<String> all = request.headers().getAll(HttpHeaders.HOST);
        if (all.size() != 1) {
            return Optional.of(Refusal.host(all.isEmpty() ? "none" : all.size() + " of them"));
        }
        String host = all.get(0);
        if (host.equals(known) || host.equals(knownBefore)) {
            return Optional.empty();
        }
        if (!HOST.matcher(host).matches()) {
            return Optional.of(Refusal.host(RequestLog.printable(host)));
        }
        knownBefore = known;
        known = host;
        return Optional.empty();
    }
}
