package dev.slipway.server.http;

import dev.slipway.server.security.Admission;
import dev.slipway.server.security.Admission.Admitted;
import dev.slipway.server.security.Admission.Refused;
import dev.slipway.server.security.Gate;
import dev.slipway.server.security.Security;
import dev.slipway.server.security.SecurityOptions;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Consumer;

/** What happens to every HTTP request before an endpoint sees it. For one event loop. */
public final class Reception {
    private static final CharSequence NO_SNIFF_NAME = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NO_SNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence HSTS_NAME = HttpHeaders.createOptimized("strict-transport-security");
    private static final CharSequence HSTS = HttpHeaders.createOptimized("max-age=31536000");

    private final Security security;
    private final AdminDoor door;
    private final Context loop;
    private final RequestIds ids = new RequestIds();
    private final HostHeader host = new HostHeader();

    /**
     * The reception of a port on an event loop.
     *
     * @param security whom to let in
     * @param admin whether what is served may be changed on this port
     * @param loop the event loop's context
     */
    public Reception(Security security, boolean admin, Context loop) {
        this.security = security;
        this.door = new AdminDoor(security, admin);
        this.loop = loop;
    }

    /**
     * Gives a request its id and headers, finds out who sent it, and hands it on; or refuses it.
     *
     * @param request the request
     * @param exchange the way to answer it
     * @param next gets the exchange, on the event loop
     */
    public void receive(HttpServerRequest request, Exchange exchange, Consumer<Exchange> next) {
        try {
            begin(request, exchange, next);
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    /**
     * Refuses what is no request of HTTP.
     *
     * @param broken what came, as far as it could be read
     * @param exchange the way to answer it
     */
    public void refuse(HttpServerRequest broken, Exchange exchange) {
        try {
            addHeaders(broken, exchange);
            exchange.refuse(Refusal.broken(broken.decoderResult().cause()));
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    private void addHeaders(HttpServerRequest request, Exchange exchange) {
        MultiMap headers = request.response().headers();
        headers.add(RequestIds.HEADER, exchange.identify(ids.take(request.getHeader(RequestIds.HEADER))));
        headers.add(NO_SNIFF_NAME, NO_SNIFF);
        if (request.isSSL() && !isLocalhost(request)) {
            headers.add(HSTS_NAME, HSTS);
        }
    }

    private void begin(HttpServerRequest request, Exchange exchange, Consumer<Exchange> next) {
        SecurityOptions options = security.options();
        addHeaders(request, exchange);
        Optional<Refusal> misaddressed = host.refusal(request);
        if (misaddressed.isPresent()) {
            exchange.refuse(misaddressed.get());
            return;
        }
        if (Cors.answer(exchange, request, options.cors())) {
            return;
        }
        if (OpenRoutes.contain(exchange.path(), options.auth().open())) {
            next.accept(exchange);
            return;
        }
        Gate gate = security.gate();
        Future<Admission> admission = gate.admit(new HttpCaller(request));
        if (admission.isComplete()) {
            goOn(exchange, admission.result(), next);
        } else {
            request.pause();
            admission.onComplete(done -> loop.runOnContext(ignored -> {
                request.resume();
                if (done.succeeded()) {
                    goOn(exchange, done.result(), next);
                } else {
                    exchange.fail(done.cause());
                }
            }));
        }
    }

    /** Where browsers would hold it against every other server of the machine. */
    private static boolean isLocalhost(HttpServerRequest request) {
        return request.authority() != null && request.authority().host().equals("localhost");
    }

    private void goOn(Exchange exchange, Admission admission, Consumer<Exchange> next) {
        if (admission instanceof Admitted admitted) {
            exchange.admit(admitted.identity(), door);
            if (!AdminDoor.guards(exchange.path()) || exchange.requireAdmin()) {
                next.accept(exchange);
            }
        } else if (admission instanceof Refused refused) {
            exchange.refuse(refused);
        }
    }
}
