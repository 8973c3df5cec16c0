package dev.slipway.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * {@code GET /openapi.json}, and Swagger UI for it at {@code /docs}, served from the webjar: a page that needs no other host.
 */
public final class Documentation implements Endpoint {
    private static final String WEBJAR = "META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final String VERSION = webjarVersion();
    private static final String RESOURCES = "META-INF/resources/webjars/swagger-ui/" + VERSION + "/";

    /** Where the page's parts lie; a new version has another address, so browsers may keep them for good. */
    private static final String ASSETS = "/docs/" + VERSION + "/";

    private static final Map<String, String> TYPES = Map.of(
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "favicon-32x32.png", "image/png");

    private static final Buffer PAGE = Buffer.buffer("""
            <!doctype html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Slipway</title>
                <link rel="icon" type="image/png" href="%1$sfavicon-32x32.png">
                <link rel="stylesheet" href="%1$sswagger-ui.css">
              </head>
              <body>
                <div id="swagger-ui"></div>
                <script src="%1$sswagger-ui-bundle.js"></script>
                <script src="/docs/start.js"></script>
              </body>
            </html>
            """.formatted(ASSETS));

    private static final Buffer START = Buffer.buffer(
            "window.ui = SwaggerUIBundle({url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true});\n");

    private final LiveOpenApi openApi;
    private final Context loop;

    /**
     * The endpoint for an event loop.
     *
     * @param openApi the OpenAPI document
     * @param loop the event loop's context
     */
    public Documentation(LiveOpenApi openApi, Context loop) {
        this.openApi = openApi;
        this.loop = loop;
    }

    private static String webjarVersion() {
        try (InputStream in = resource(WEBJAR)) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(Documentation.class.getClassLoader().getResourceAsStream(name), name);
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        boolean known = path.equals("/") || path.equals("/openapi.json") || path.startsWith("/docs");
        if (!known) {
            return false;
        }
        String asset = path.startsWith(ASSETS) ? path.substring(ASSETS.length()) : "";
        switch (path) {
            case "/" -> redirect(exchange, "/docs");
            case "/openapi.json" -> sendOpenApi(exchange);
            case "/docs", "/docs/" -> send(exchange, "text/html; charset=utf-8", PAGE);
            case "/docs/start.js" -> send(exchange, "text/javascript; charset=utf-8", START);
            default -> {
                if (!TYPES.containsKey(asset)) {
                    return false;
                }
                sendAsset(exchange, asset);
            }
        }
        return true;
    }

    private static void redirect(Exchange exchange, String target) {
        if (exchange.requireGet()) {
            exchange.header(HttpHeaders.LOCATION, target);
            exchange.answer(307, "text/plain", Buffer.buffer());
        }
    }

    private void sendOpenApi(Exchange exchange) {
        if (!exchange.requireGet()) {
            return;
        }
        openApi.current()
                .map(Future::succeededFuture)
                .orElseGet(() -> loop.executeBlocking(openApi::update, false))
                .onSuccess(exchange::ok)
                .onFailure(exchange::fail);
    }

    private static void send(Exchange exchange, String type, Buffer content) {
        if (exchange.requireGet()) {
            exchange.answer(200, type, content);
        }
    }

    private void sendAsset(Exchange exchange, String name) {
        if (!exchange.requireGet()) {
            return;
        }
        loop.executeBlocking(() -> readAsset(name), false)
                .onSuccess(content -> {
                    exchange.header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable");
                    exchange.answer(200, Objects.requireNonNull(TYPES.get(name)), content);
                })
                .onFailure(exchange::fail);
    }

    private static Buffer readAsset(String name) throws IOException {
        try (InputStream in = resource(RESOURCES + name)) {
            return Buffer.buffer(in.readAllBytes());
        }
    }
}
