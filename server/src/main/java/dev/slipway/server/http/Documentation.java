package dev.slipway.server.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /openapi.json}, and two pages for it, served from their webjars: Swagger UI at {@code /docs}, ReDoc at {@code
 * /redoc}. Neither needs another host.
 */
public final class Documentation implements Endpoint {
    private static final String HTML = "text/html; charset=utf-8";

    private static final Webjar SWAGGER = new Webjar(
            "swagger-ui",
            "/docs/",
            Map.of(
                    "swagger-ui.css", "text/css; charset=utf-8",
                    "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
                    "favicon-32x32.png", "image/png"));
    private static final Webjar REDOC =
            new Webjar("redoc", "/redoc/", Map.of("redoc.standalone.js", "text/javascript; charset=utf-8"));

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
            """.formatted(SWAGGER.address()));

    private static final Buffer REDOC_PAGE = Buffer.buffer("""
            <!doctype html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Slipway</title>
                <link rel="icon" type="image/png" href="%sfavicon-32x32.png">
              </head>
              <body style="margin: 0">
                <redoc spec-url="/openapi.json"></redoc>
                <script src="%sredoc.standalone.js"></script>
              </body>
            </html>
            """.formatted(SWAGGER.address(), REDOC.address()));

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

    @Override
    public List<String> routes() {
        return List.of(
                "/openapi.json",
                "/docs",
                "/docs/start.js",
                SWAGGER.address() + "{file}",
                "/redoc",
                REDOC.address() + "{file}");
    }

    @Override
    public boolean handle(Exchange exchange) {
        String path = exchange.path();
        switch (path) {
            case "/openapi.json" -> sendOpenApi(exchange);
            case "/docs", "/docs/" -> send(exchange, HTML, PAGE);
            case "/docs/start.js" -> send(exchange, "text/javascript; charset=utf-8", START);
            case "/redoc", "/redoc/" -> send(exchange, HTML, REDOC_PAGE);
            default -> {
                return sendAsset(exchange, path, SWAGGER) || sendAsset(exchange, path, REDOC);
            }
        }
        return true;
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

    /** Answers if the path is one of a part of a page. */
    private boolean sendAsset(Exchange exchange, String path, Webjar webjar) {
        Optional<String> name = webjar.find(path);
        if (name.isPresent() && exchange.requireGet()) {
            loop.executeBlocking(() -> Buffer.buffer(webjar.read(name.get())), false)
                    .onSuccess(content -> {
                        exchange.header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable");
                        exchange.answer(200, webjar.type(name.get()), content);
                    })
                    .onFailure(exchange::fail);
        }
        return name.isPresent();
    }
}
