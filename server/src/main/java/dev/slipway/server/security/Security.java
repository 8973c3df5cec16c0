package dev.slipway.server.security;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.ServerSSLOptions;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The security of a running server: its gate and its certificate as the files are now. Files that change are taken up; if they
 * are broken, what was there stays, and the log says so. Thread-safe.
 */
public final class Security implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Security.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration READ_KEY_SET_EVERY = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final Clock clock;
    private final WorkerExecutor tokenWorker;
    private final List<Function<ServerSSLOptions, Future<?>>> listeners = new CopyOnWriteArrayList<>();
    private final List<Long> timers = new ArrayList<>();
    private volatile State state;

    /** What the files said when they were read. */
    private record State(
            SecurityOptions options,
            Gate gate,
            Optional<ServerSSLOptions> ssl,
            Optional<KeySetSource> keySet,
            FileStamps stamps) {}

    /**
     * Reads all files, and looks from then on whether they change, until it is closed.
     *
     * @param vertx whose timers and workers are used
     * @param options which files
     * @throws SecurityConfigException if one is broken
     * @throws UncheckedIOException if one cannot be read
     */
    public Security(Vertx vertx, SecurityOptions options) {
        this(vertx, options, Clock.systemUTC(), LOOK_EVERY);
    }

    Security(Vertx vertx, SecurityOptions options, Clock clock, Duration lookEvery) {
        this.vertx = vertx;
        this.clock = clock;
        // Of its own, so that a flood of tokens keeps no prediction waiting.
        this.tokenWorker = vertx.createSharedWorkerExecutor("slipway-tokens", 1);
        this.state = read(options, Optional.empty());
        timers.add(vertx.setPeriodic(lookEvery.toMillis(), timer -> vertx.executeBlocking(this::look)));
        timers.add(vertx.setPeriodic(
                READ_KEY_SET_EVERY.toMillis(),
                timer -> state.keySet().ifPresent(keys -> keys.refresh().onFailure(Security::keySetCannotBeRead))));
    }

    /**
     * Reads and checks all files, as a start would.
     *
     * @param options which files
     * @throws SecurityConfigException if one is broken
     * @throws UncheckedIOException if one cannot be read
     */
    public static void check(SecurityOptions options) {
        Vertx vertx = Vertx.vertx();
        try (Security security = new Security(vertx, options)) {
            security.state.keySet().ifPresent(KeySetSource::requireKeys);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** The stamps come first: a file that changes while it is read is read again. */
    private State read(SecurityOptions options, Optional<State> before) {
        FileStamps stamps = FileStamps.of(files(options));
        Optional<ServerSSLOptions> ssl =
                options.tls().isOn() ? Optional.of(Certificates.read(options.tls(), clock)) : Optional.empty();
        ApiKeys keys = options.auth().keysFile().map(ApiKeys::read).orElseGet(ApiKeys::none);
        JwtOptions jwt = options.auth().jwt();
        Optional<KeySetSource> keySet = jwt.issuer()
                .map(issuer -> before.filter(old -> old.options().auth().jwt().equals(jwt))
                        .flatMap(State::keySet)
                        .filter(same -> jwt.jwksFile().isEmpty())
                        .orElseGet(() -> keySet(jwt)));
        Optional<Tokens> tokens = keySet.map(source -> new Tokens(jwt, source, tokenWorker, clock));
        return new State(options, new Gate(options, keys, tokens), ssl, keySet, stamps);
    }

    /** A provider that cannot be reached now may be later; until then its tokens are refused. A file must be right at once. */
    private KeySetSource keySet(JwtOptions options) {
        KeySetSource source = new KeySetSource(vertx, options);
        if (options.jwksFile().isPresent()) {
            source.requireKeys();
        } else {
            try {
                source.requireKeys();
            } catch (SecurityConfigException | UncheckedIOException e) {
                keySetCannotBeRead(e);
            }
        }
        return source;
    }

    private static void keySetCannotBeRead(Throwable failure) {
        LOG.log(Level.WARNING, "the keys of auth.jwt.issuer cannot be read: {0}", failure.getMessage());
    }

    private static List<Path> files(SecurityOptions options) {
        List<Path> files = new ArrayList<>();
        options.tls().certificate().ifPresent(files::add);
        options.tls().key().ifPresent(files::add);
        options.tls().clientCa().ifPresent(files::add);
        options.auth().keysFile().ifPresent(files::add);
        options.auth().jwt().jwksFile().ifPresent(files::add);
        return files;
    }

    private @Nullable Void look() {
        State before = state;
        FileStamps seen = before.stamps().now();
        if (!before.stamps().equals(seen)) {
            try {
                reload(before.options());
                LOG.log(Level.INFO, "keys and certificates have changed and are taken up");
            } catch (SecurityConfigException | UncheckedIOException e) {
                LOG.log(Level.WARNING, "keys or certificates have changed and cannot be taken up: {0}", e.getMessage());
                remember(before, seen);
            }
        }
        return null;
    }

    /** Says it once: the next look is for what has changed since this one. */
    private synchronized void remember(State before, FileStamps seen) {
        if (state.stamps().equals(before.stamps())) {
            state = new State(before.options(), before.gate(), before.ssl(), before.keySet(), seen);
        }
    }

    /**
     * Reads all files again, and takes up other options.
     *
     * @param options which files
     * @return completed when every new connection gets the new certificate
     * @throws SecurityConfigException if one is broken, or TLS would begin or end; then all stays as it was
     * @throws UncheckedIOException if one cannot be read; then all stays as it was
     */
    public synchronized Future<?> reload(SecurityOptions options) {
        if (options.tls().isOn() != state.options().tls().isOn()) {
            throw new SecurityConfigException(
                    "tls.certificate: TLS cannot begin or end in a running server (expected: a" + " restart)");
        }
        state = read(options, Optional.of(state));
        return Future.all(state.ssl().stream()
                .flatMap(ssl -> listeners.stream().map(listener -> listener.apply(ssl)))
                .toList());
    }

    /**
     * Whoever decides about requests now.
     *
     * @return the gate; ask again for each request
     */
    public Gate gate() {
        return state.gate();
    }

    /**
     * What is in force now.
     *
     * @return the options
     */
    public SecurityOptions options() {
        return state.options();
    }

    /**
     * The certificate in force now.
     *
     * @return the TLS of a server; empty without TLS
     */
    public Optional<ServerSSLOptions> ssl() {
        return state.ssl();
    }

    /**
     * Tells of new certificates.
     *
     * @param listener gets the TLS of a server whenever it changes, on any thread; completes when that is in force
     */
    public void onNewCertificate(Function<ServerSSLOptions, Future<?>> listener) {
        listeners.add(Objects.requireNonNull(listener));
    }

    /** Looks no more whether files change. */
    @Override
    public void close() {
        timers.forEach(vertx::cancelTimer);
    }
}
