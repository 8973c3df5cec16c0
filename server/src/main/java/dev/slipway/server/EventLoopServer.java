package dev.slipway.server;

import dev.slipway.server.connections.Heads;
import dev.slipway.server.grpc.GrpcServices;
import dev.slipway.server.http.DefaultModel;
import dev.slipway.server.http.Documentation;
import dev.slipway.server.http.Endpoint;
import dev.slipway.server.http.Exchange;
import dev.slipway.server.http.FrontPage;
import dev.slipway.server.http.GrpcEndpoint;
import dev.slipway.server.http.Health;
import dev.slipway.server.http.HostRoutes;
import dev.slipway.server.http.LiveOpenApi;
import dev.slipway.server.http.Metrics;
import dev.slipway.server.http.MultiModelControl;
import dev.slipway.server.http.Observers;
import dev.slipway.server.http.OpenInference;
import dev.slipway.server.http.Overflow;
import dev.slipway.server.http.Parting;
import dev.slipway.server.http.Predictions;
import dev.slipway.server.http.Reception;
import dev.slipway.server.http.RepositoryControl;
import dev.slipway.server.http.RequestLog;
import dev.slipway.server.http.Routes;
import dev.slipway.server.http.ScalarPrediction;
import dev.slipway.server.http.Scoring;
import dev.slipway.server.http.Stats;
import dev.slipway.server.http.TensorFlowServing;
import dev.slipway.server.http.TrafficControl;
import dev.slipway.server.http.TypedPrediction;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.metrics.ServerMetrics;
import dev.slipway.server.models.Leases;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.payload.PayloadLog;
import dev.slipway.server.security.Security;
import dev.slipway.server.tracing.Tracing;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The part of a server that runs on one event loop. All of them listen on the same port. */
final class EventLoopServer extends VerticleBase {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int SHARED_PORT = 1;
    private static final int SHARED_ADMIN_PORT = 2;

    private final ServerOptions options;
    private final ModelRepository models;
    private final LiveOpenApi openApi;
    private final RequestLog requestLog;
    private final Security security;
    private final ServerMetrics metrics;
    private final Tracing tracing;
    private final PayloadLog payloads;
    private final BooleanSupplier ready;
    private final Parting parting;
    private @Nullable HttpServer server;
    private @Nullable HttpServer admin;
    private @Nullable GrpcServices grpc;
    private RequestLog.@Nullable Lines lines;
    private List<Endpoint> endpoints = List.of();

    EventLoopServer(
            ServerOptions options,
            ModelRepository models,
            LiveOpenApi openApi,
            RequestLog requestLog,
            Security security,
            ServerMetrics metrics,
            Tracing tracing,
            PayloadLog payloads,
            BooleanSupplier ready) {
        this.options = options;
        this.models = models;
        this.openApi = openApi;
        this.requestLog = requestLog;
        this.security = security;
        this.metrics = metrics;
        this.tracing = tracing;
        this.payloads = payloads;
        this.ready = ready;
        this.parting = new Parting(options.maxBodyBytes());
    }

    @Override
    public Future<?> start() {
        RequestLog.Lines log = requestLog.lines(context);
        Overflow overflow = new Overflow(context);
        Observers observers = new Observers(log, metrics, tracing, payloads, new Routes(this::routes));
        InferenceService service = new InferenceService(context, options.load());
        Leases leases = new Leases(
                models, context, options.models().loadWait(), options.load().queue());
        int maxMessageBytes = (int) Math.min(options.maxBodyBytes(), Integer.MAX_VALUE - 8);
        GrpcServices services = new GrpcServices(
                models,
                leases,
                service,
                ready,
                ModelServer.VERSION,
                maxMessageBytes,
                context,
                GrpcEndpoint.faults(overflow));
        grpc = services;
        Predictions predictions = new Predictions(models, leases, service, options.maxBodyBytes());
        ScoringOptions scoring = options.scoring();
        DefaultModel defaultModel = new DefaultModel(models, scoring.defaultModel(), ready);
        endpoints = List.of(
                new GrpcEndpoint(services),
                new HostRoutes(scoring.healthPath(), scoring.predictPath(), predictions, defaultModel),
                new ScalarPrediction(predictions),
                new TensorFlowServing(predictions),
                new TypedPrediction(predictions),
                new Scoring(predictions, defaultModel, new MultiModelControl(models, context, options.maxBodyBytes())),
                new OpenInference(predictions, ready, ModelServer.VERSION),
                new RepositoryControl(models, context, options.maxBodyBytes()),
                new TrafficControl(models, context, options.maxBodyBytes()),
                new FrontPage(context),
                new Health(ready),
                new Metrics(metrics, context),
                new Stats(models, ModelServer.VERSION),
                new Documentation(openApi, context));
        lines = log;
        boolean adminElsewhere = options.serve().adminPort().isPresent();
        server = listener(new Reception(security, !adminElsewhere, context), endpoints, observers, overflow);
        Future<?> listening = server.listen(address(options.port(), SHARED_PORT));
        if (!adminElsewhere) {
            return listening;
        }
        HttpServer adminServer = listener(new Reception(security, true, context), endpoints, observers, overflow);
        admin = adminServer;
        return listening.compose(
                done -> adminServer.listen(address(options.serve().adminPort().get(), SHARED_ADMIN_PORT)));
    }

    private HttpServer listener(Reception reception, List<Endpoint> endpoints, Observers observers, Overflow overflow) {
        HttpServerOptions http = new HttpServerOptions()
                // A body of some tens of kilobytes comes in one piece, not in one for every eight of them.
                .setMaxChunkSize(CHUNK_BYTES)
                // There are no web sockets here, and every request would pass by what looks for their extensions.
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        Heads heads = new Heads();
        Function<HttpServerRequest, Exchange> begin = request -> {
            heads.begun(request);
            return new Exchange(request, observers, overflow, parting, System.nanoTime());
        };
        HttpServer listener = newServer(http)
                .requestHandler(request ->
                        reception.receive(request, begin.apply(request), admitted -> handle(admitted, endpoints)))
                .invalidRequestHandler(broken -> reception.refuse(broken, begin.apply(broken)));
        security.onNewCertificate(listener::updateSSLOptions);
        return listener;
    }

    private HttpServer newServer(HttpServerOptions http) {
        return security.ssl()
                .map(ssl -> vertx.createHttpServer(new HttpServerConfig(http), ssl))
                .orElseGet(() -> vertx.createHttpServer(http));
    }

    /** A free port must be the same one for every event loop, which is what the id says. */
    private SocketAddress address(int port, int sharedId) {
        return port == 0
                ? SocketAddress.sharedRandomPort(sharedId, options.host())
                : SocketAddress.inetSocketAddress(port, options.host());
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

    /** The paths that something answers, of gRPC too. */
    List<String> routes() {
        return endpoints.stream().flatMap(each -> each.routes().stream()).toList();
    }

    int port() {
        return server == null ? 0 : server.actualPort();
    }

    int adminPort() {
        return admin == null ? port() : admin.actualPort();
    }

    @Override
    public Future<?> stop() {
        parting.stop();
        if (grpc != null) {
            grpc.stop();
        }
        return Future.all(stop(server), stop(admin)).onComplete(done -> {
            if (lines != null) {
                lines.flush();
            }
        });
    }

    private Future<?> stop(@Nullable HttpServer listener) {
        return listener == null
                ? Future.succeededFuture()
                : listener.shutdown(options.drain().toMillis(), TimeUnit.MILLISECONDS);
    }
}
