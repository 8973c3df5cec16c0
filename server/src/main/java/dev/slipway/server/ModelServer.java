package dev.slipway.server;

import dev.slipway.server.connections.Connections;
import dev.slipway.server.http.LiveOpenApi;
import dev.slipway.server.http.RequestLog;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.metrics.ServerMetrics;
import dev.slipway.server.models.ModelMemory;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import dev.slipway.server.payload.PayloadLog;
import dev.slipway.server.security.Security;
import dev.slipway.server.security.SecurityConfigException;
import dev.slipway.server.security.SecurityOptions;
import dev.slipway.server.tracing.Tracing;
import dev.slipway.server.traffic.Traffic;
import dev.slipway.server.traffic.TrafficMetrics;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Models behind HTTP: predictions, health, and documentation made from the models themselves.
 *
 * <p>Listening when it is made. Owns its models and closes them.
 */
public final class ModelServer implements AutoCloseable {
    static final String VERSION =
            Objects.requireNonNullElse(ModelServer.class.getPackage().getImplementationVersion(), "unpackaged");

    private final ServerOptions options;
    private final ModelRepository models;
    private final Vertx vertx;
    private final RequestLog requestLog;
    private final Security security;
    private final Tracing tracing;
    private final PayloadLog payloads;
    private final ServerMetrics metrics = new ServerMetrics(VERSION);
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final EventLoopServer listening;

    private ModelServer(
            ServerOptions options,
            Vertx vertx,
            Connections connections,
            ModelRepository models,
            List<ServedModel> served) {
        this.options = options;
        this.models = models;
        served.forEach(models::publish);
        metrics.showStates(this::states);
        metrics.showConnections(connections);
        metrics.show(new TrafficMetrics(Traffic.of(models)));
        LiveOpenApi openApi = new LiveOpenApi(models, options.scoring().routes(), VERSION);
        this.security = new Security(vertx, options.security());
        this.payloads = PayloadLog.of(
                options.observe().payload(),
                outcome -> metrics.payloadEvent(outcome.name().toLowerCase(Locale.ROOT)));
        this.requestLog =
                new RequestLog(options.requestLog(), options.observe().log().format());
        this.tracing = Tracing.of(options.observe().tracing(), VERSION);
        this.vertx = vertx;
        this.listening = listen(openApi);
    }

    /**
     * Starts a server; gives it back when it listens and every model is ready.
     *
     * @param options where and how
     * @param models the models, of different names; closed with the server, also if it cannot start
     * @return the server, to be closed by the caller
     * @throws ServerException if the port cannot be had
     * @throws SecurityConfigException if other machines could use it without being known, or a file of keys or certificates is
     *     broken
     * @throws IllegalArgumentException if two models have one name, or JSON cannot carry a model's inputs
     */
    public static ModelServer start(ServerOptions options, List<ServedModel> models) {
        return start(options, () -> models);
    }

    /**
     * Starts a server whose models are loaded while the HTTP stack gets ready, where there is a second processor; gives it
     * back when it listens and every model is ready.
     *
     * @param options where and how
     * @param loader loads the models, of different names; closed with the server, also if it cannot start
     * @return the server, to be closed by the caller
     * @throws ServerException if the port cannot be had
     * @throws SecurityConfigException if other machines could use it without being known, or a file of keys or certificates is
     *     broken
     * @throws IllegalArgumentException if two models have one name, or JSON cannot carry a model's inputs
     */
    public static ModelServer start(ServerOptions options, Supplier<List<ServedModel>> loader) {
        options.security().requireFit(options.host());
        Connections connections = new Connections(options.connections());
        CompletableFuture<Vertx> stack = CompletableFuture.supplyAsync(() -> stack(options, connections));
        List<ServedModel> models = List.of();
        try {
            models = loader.get();
            requireDifferentNames(models);
            ModelServer server = new ModelServer(options, stack.join(), connections, new ModelRepository(), models);
            server.ready.set(true);
            return server;
        } catch (RuntimeException e) {
            models.forEach(ServedModel::close);
            stack.thenCompose(vertx -> vertx.close().toCompletionStage()).join();
            throw e;
        }
    }

    /**
     * Starts a server whose models come and go; gives it back when it listens and every model has been tried once. Until then
     * it is alive and not ready.
     *
     * @param options where and how
     * @param source where the models come from; closed with the server
     * @return the server, to be closed by the caller
     * @throws ServerException if the port cannot be had
     * @throws SecurityConfigException if other machines could use it without being known, or a file of keys or certificates is
     *     broken
     * @throws IllegalArgumentException if the source cannot be made
     */
    public static ModelServer follow(ServerOptions options, Function<ModelRepository, ModelSource> source) {
        options.security().requireFit(options.host());
        ModelRepository models = new ModelRepository();
        ModelSource made = source.apply(models);
        Connections connections = new Connections(options.connections());
        Vertx vertx = stack(options, connections);
        ModelServer server;
        try {
            server = new ModelServer(options, vertx, connections, models, List.of());
        } catch (RuntimeException e) {
            made.close();
            await(vertx.close());
            throw e;
        }
        made.memory().ifPresent(server::showMemory);
        models.follow(made);
        server.ready.set(true);
        return server;
    }

    private static Vertx stack(ServerOptions options, Connections connections) {
        VertxOptions vertx = new VertxOptions()
                .setEventLoopPoolSize(options.eventLoops())
                .setWorkerPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors()))
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        return Vertx.builder()
                .with(vertx)
                .withTransport(connections.transport())
                .build();
    }

    private List<ServerMetrics.ModelState> states() {
        return models.index().stream()
                .map(each -> new ServerMetrics.ModelState(
                        each.name(),
                        each.version(),
                        each.state().name(),
                        each.state().answers() && !each.reason().isEmpty()))
                .toList();
    }

    private void showMemory(ModelMemory memory) {
        metrics.showMemory(() -> new ServerMetrics.Memory(
                memory.budgetBytes(), memory.loadedBytes(), memory.loadsOnDemand(), memory.evictions()));
    }

    private static void requireDifferentNames(List<ServedModel> models) {
        Set<String> names = new HashSet<>();
        for (ServedModel model : models) {
            if (!names.add(model.name() + "/" + model.version())) {
                throw new IllegalArgumentException(
                        "model name: '" + model.name() + "' twice (expected: a name for each model)");
            }
        }
    }

    /** Listens with every event loop on the same port. */
    private EventLoopServer listen(LiveOpenApi openApi) {
        AtomicReference<EventLoopServer> any = new AtomicReference<>();
        try {
            await(vertx.deployVerticle(
                    () -> {
                        EventLoopServer one = new EventLoopServer(
                                options, models, openApi, requestLog, security, metrics, tracing, payloads, ready::get);
                        any.set(one);
                        return one;
                    },
                    new DeploymentOptions().setInstances(options.eventLoops())));
            return any.get();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            requestLog.close();
            tracing.close();
            payloads.close();
            throw new ServerException(
                    options.host() + ":" + options.port() + ": " + cause.getMessage()
                            + " (expected: a free port on an address of this machine)",
                    cause);
        }
    }

    private static void await(Future<?> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }

    /**
     * What it serves.
     *
     * @return the models' names
     */
    public List<String> modelNames() {
        return models.names();
    }

    /**
     * The models, to which others can be added, and from which they can be taken, while the server runs.
     *
     * @return the models, owned by this server
     */
    public ModelRepository models() {
        return models;
    }

    /**
     * The port it listens on.
     *
     * @return the port, also if the options left it open
     */
    public int port() {
        return listening.port();
    }

    /**
     * The port for what changes what is served.
     *
     * @return the port; that of everything else if the options name no other
     */
    public int adminPort() {
        return listening.adminPort();
    }

    /** The paths that something answers, with names in braces for what differs; those of gRPC too. */
    List<String> routes() {
        return listening.routes();
    }

    /**
     * Where it can be reached.
     *
     * @return such as {@code http://127.0.0.1:8000}
     */
    public String address() {
        String host = switch (options.host()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> options.host();
        };
        String scheme = options.security().tls().isOn() ? "https://" : "http://";
        return scheme + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port();
    }

    /**
     * Takes up other keys, certificates, origins and limits, and what their files say now, without closing a connection. Blocks,
     * so it is not for an event loop.
     *
     * @param changed the security
     * @throws SecurityConfigException if a file is broken, TLS would begin or end, or other machines could use the server without
     *     being known; then all stays as it was
     */
    public void reload(SecurityOptions changed) {
        changed.requireFit(options.host());
        await(security.reload(changed));
    }

    /** Stops: takes no more requests, lets those that have begun end within the time of the options, frees the models. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        ready.set(false);
        security.close();
        try {
            vertx.close()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(options.drain().toMillis() + 5_000, TimeUnit.MILLISECONDS);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            System.getLogger(ModelServer.class.getName()).log(System.Logger.Level.WARNING, "not stopped cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        requestLog.close();
        tracing.close();
        payloads.close();
        models.close();
    }
}
