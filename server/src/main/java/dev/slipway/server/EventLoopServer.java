package dev.slipway.server;

import dev.slipway.server.http.Documentation;
import dev.slipway.server.http.Endpoint;
import dev.slipway.server.http.Exchange;
import dev.slipway.server.http.Health;
import dev.slipway.server.http.LiveOpenApi;
import dev.slipway.server.http.OpenInference;
import dev.slipway.server.http.RequestLog;
import dev.slipway.server.http.ScalarPrediction;
import dev.slipway.server.http.TensorFlowServing;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.models.ModelRepository;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The part of a server that runs on one event loop. All of them listen on the same port. */
final class EventLoopServer extends VerticleBase {
    private static final int IDLE_SECONDS = 75;

    private final ServerOptions options;
    private final ModelRepository models;
    private final LiveOpenApi openApi;
    private final RequestLog requestLog;
    private final BooleanSupplier ready;
    private final String version;
    private @Nullable HttpServer server;
    private RequestLog.@Nullable Lines lines;

    EventLoopServer(
            ServerOptions options,
            ModelRepository models,
            LiveOpenApi openApi,
            RequestLog requestLog,
            BooleanSupplier ready,
            String version) {
        this.options = options;
        this.models = models;
        this.openApi = openApi;
        this.requestLog = requestLog;
        this.ready = ready;
        this.version = version;
    }

    @Override
    public Future<?> start() {
        RequestLog.Lines log = requestLog.lines(context);
        InferenceService service = new InferenceService(context);
        List<Endpoint> endpoints = List.of(
                new ScalarPrediction(models, service),
                new TensorFlowServing(models, service, options.maxBodyBytes()),
                new OpenInference(models, service, ready, version, options.maxBodyBytes()),
                new Health(ready),
                new Documentation(openApi, context));
        HttpServerOptions http =
                new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
        lines = log;
        server = vertx.createHttpServer(http).requestHandler(request -> handle(request, endpoints, log));
        return server.listen(address());
    }

    /** A free port must be the same one for every event loop. */
    private SocketAddress address() {
        return options.port() == 0
                ? SocketAddress.sharedRandomPort(1, options.host())
                : SocketAddress.inetSocketAddress(options.port(), options.host());
    }

    private static void handle(HttpServerRequest request, List<Endpoint> endpoints, RequestLog.Lines log) {
        Exchange exchange = new Exchange(request, log, System.nanoTime());
        try {
            for (Endpoint endpoint : endpoints) {
                if (endpoint.handle(exchange)) {
                    return;
                }
            }
            exchange.refuseUnknownPath();
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    int port() {
        return server == null ? 0 : server.actualPort();
    }

    @Override
    public Future<?> stop() {
        Future<?> stopped = server == null
                ? Future.succeededFuture()
                : server.shutdown(options.drain().toMillis(), TimeUnit.MILLISECONDS);
        return stopped.onComplete(done -> {
            if (lines != null) {
                lines.flush();
            }
        });
    }
}
