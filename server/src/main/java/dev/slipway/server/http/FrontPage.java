package dev.slipway.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.server.oip.ServerDescription;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /}: for browsers a page that lists the models and tries them, for all others where to find what, in JSON. The page
 * asks for everything it shows with the rights of whoever looks at it, so its files need none.
 */
public final class FrontPage implements Endpoint {
    /** What the paths of the page's parts begin with. */
    static final String PARTS = "/page/";

    /** Scripts and styles from this server only, none in the text; nothing else is ever loaded. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private final Buffer links;
    private final Context loop;

    /**
     * The endpoint for an event loop.
     *
     * @param loop the event loop's context
     */
    public FrontPage(Context loop) {
        this.links = Buffer.buffer(JsonNodeFactory.instance
                .objectNode()
                .put("name", ServerDescription.NAME)
                .put("models", "/v2/models")
                .put("docs", "/docs")
                .put("redoc", "/redoc")
                .put("openapi", "/openapi.json")
                .put("metrics", "/metrics")
                .put("stats", "/stats")
                .put("ready", "/health/ready")
                .toString());
        this.loop = loop;
    }

    @Override
    public List<String> routes() {
        return List.of("/", PARTS + "{file}");
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        if (path.equals("/")) {
            start(exchange);
            return true;
        }
        if (!path.startsWith(PARTS)) {
            return false;
        }
        String name = path.substring(PARTS.length());
        if (!PageFile.isName(name)) {
            return false;
        }
        if (exchange.requireGet()) {
            send(exchange, name);
        }
        return true;
    }

    private void start(Exchange exchange) {
        if (!exchange.requireGet()) {
            return;
        }
        exchange.header(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        if (exchange.requestHeader(HttpHeaders.ACCEPT).orElse("").contains("text/html")) {
            send(exchange, "index.html");
        } else {
            exchange.ok(links);
        }
    }

    private void send(Exchange exchange, String name) {
        Optional<PageFile> known = PageFile.known(name);
        Future<Optional<PageFile>> file = known.isPresent()
                ? Future.succeededFuture(known)
                : loop.executeBlocking(() -> PageFile.read(name), false);
        file.onSuccess(found -> found.ifPresentOrElse(each -> send(exchange, each), exchange::refuseUnknownPath))
                .onFailure(exchange::fail);
    }

    /** Browsers keep the files, and ask each time whether they are still these. */
    private static void send(Exchange exchange, PageFile file) {
        exchange.header(HttpHeaders.ETAG, file.tag());
        exchange.header(HttpHeaders.CACHE_CONTROL, "no-cache");
        exchange.header(Exchange.CONTENT_SECURITY_POLICY, POLICY);
        boolean same = exchange.requestHeader(HttpHeaders.IF_NONE_MATCH)
                .filter(file::isAmong)
                .isPresent();
        exchange.answer(same ? 304 : 200, file.type(), same ? Buffer.buffer() : file.content());
    }
}
