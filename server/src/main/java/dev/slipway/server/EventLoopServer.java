package dev.slipway.server;

import dev.slipway.server.grpc.GrpcServices;
import dev.slipway.server.http.DefaultModel;
import dev.slipway.server.http.Documentation;
import dev.slipway.server.http.Endpoint;
import dev.slipway.server.http.Exchange;
import dev.slipway.server.http.GrpcEndpoint;
import dev.slipway.server.http.Health;
import dev.slipway.server.http.HostRoutes;
import dev.slipway.server.http.LiveOpenApi;
import dev.slipway.server.http.Metrics;
import dev.slipway.server.http.OpenInference;
import dev.slipway.server.http.Predictions;
import dev.slipway.server.http.Reception;
import dev.slipway.server.http.RequestLog;
import dev.slipway.server.http.ScalarPrediction;
import dev.slipway.server.http.Scoring;
import dev.slipway.server.http.TensorFlowServing;
import dev.slipway.server.http.TypedPrediction;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.metrics.ServerMetrics;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.security.Security;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
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
    private final Security security;
    private final ServerMetrics metrics;
    private final BooleanSupplier ready;
    private @Nullable HttpServer server;
    private RequestLog.@Nullable Lines lines;

    EventLoopServer(
            ServerOptions options,
            ModelRepository models,
            LiveOpenApi openApi,
            RequestLog requestLog,
            Security security,
            ServerMetrics metrics,
            BooleanSupplier ready) {
        this.options = options;
        this.models = models;
        this.openApi = openApi;
        this.requestLog = requestLog;
        this.security = security;
        this.metrics = metrics;
        this.ready = ready;
    }

    @Override
    public Future<?> start() {
        RequestLog.Lines log = requestLog.lines(context);
        InferenceService service = new InferenceService(context);
        int maxMessageBytes = (int) Math.min(options.maxBodyBytes(), Integer.MAX_VALUE - 8);
        GrpcServices grpc = new GrpcServices(
                models, service, ready, ModelServer.VERSION, maxMessageBytes, context, GrpcEndpoint::fault);
        Predictions predictions = new Predictions(models, service, options.maxBodyBytes());
        ScoringOptions scoring = options.scoring();
        DefaultModel defaultModel = new DefaultModel(models, scoring.defaultModel());
        List<Endpoint> endpoints = List.of(
                new GrpcEndpoint(grpc),
                new HostRoutes(scoring.healthPath(), scoring.predictPath(), predictions, defaultModel),
                new ScalarPrediction(models, service),
                new TensorFlowServing(predictions),
                new TypedPrediction(predictions),
                new Scoring(predictions, defaultModel),
                new OpenInference(models, service, ready, ModelServer.VERSION, options.maxBodyBytes()),
                new Health(ready),
                new Metrics(metrics, context),
                new Documentation(openApi, context));
        HttpServerOptions http =
                new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS);
        lines = log;
        Reception reception = new Reception(security, context);
        HttpServer listening = newServer(http).requestHandler(request -> {
            Exchange exchange = new Exchange(request, log, metrics, System.nanoTime());
            reception.receive(request, exchange, admitted -> handle(admitted, endpoints));
        });
        server = listening;
        security.onNewCertificate(listening::updateSSLOptions);
        return listening.listen(address());
    }

    private HttpServer newServer(HttpServerOptions http) {
        return security.ssl()
                .map(ssl -> vertx.createHttpServer(new HttpServerConfig(http), ssl))
                .orElseGet(() -> vertx.createHttpServer(http));
    }

    /** A free port must be the same one for every event loop. */
    private SocketAddress address() {
        return options.port() == 0
                ? SocketAddress.sharedRandomPort(1, options.host())
                : SocketAddress.inetSocketAddress(options.port(), options.host());
    }

    private static void handle(Exchange exchange, List<Endpoint> endpoints) {
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
