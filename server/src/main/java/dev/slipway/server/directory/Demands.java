package dev.slipway.server.directory;

import dev.slipway.server.inference.Lease;
import dev.slipway.server.models.ModelNotLoadedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The versions that requests wait for, each loaded once however many ask for it, one after another on a thread of its own. One for
 * which there is no room is tried again for a while. Safe for use by several threads.
 */
final class Demands implements AutoCloseable {
    /** The models that are in the way are used for milliseconds at a time. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Loader loader;
    private final Duration longest;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread made = new Thread(work, "slipway-loads");
        made.setDaemon(true);
        return made;
    });

    /** Guarded by this object. */
    private final Map<List<String>, CompletableFuture<Void>> pending = new HashMap<>();

    /** Loads a version, if that can be. */
    @FunctionalInterface
    interface Loader {
        Attempt load(String name, String version);
    }

    /**
     * What became of a load.
     *
     * @param obstacle why it has to be tried again; empty if it has not
     * @param lease keeps the version loaded; empty if it is not
     */
    record Attempt(String obstacle, Optional<Lease> lease) {
        static Attempt blocked(String obstacle) {
            return new Attempt(obstacle, Optional.empty());
        }

        static Attempt over(Optional<Lease> lease) {
            return new Attempt("", lease);
        }
    }

    Demands(Loader loader, Duration longest) {
        this.loader = loader;
        this.longest = longest;
    }

    CompletionStage<Void> demand(String name, String version) {
        CompletableFuture<Void> done;
        synchronized (this) {
            List<String> key = List.of(name, version);
            CompletableFuture<Void> known = pending.get(key);
            if (known != null) {
                return known;
            }
            done = new CompletableFuture<>();
            pending.put(key, done);
        }
        long end = System.nanoTime() + longest.toNanos();
        try {
            thread.execute(() -> attempt(name, version, done, end));
        } catch (RejectedExecutionException e) {
            fail(name, version, done, new ModelNotLoadedException(name, version, "the server stops"));
        }
        return done;
    }

    private void attempt(String name, String version, CompletableFuture<Void> done, long end) {
        try {
            Attempt attempt = loader.load(name, version);
            if (attempt.obstacle().isEmpty()) {
                forget(name, version);
                done.complete(null);
                attempt.lease().ifPresent(Lease::close);
            } else if (System.nanoTime() - end < 0) {
                CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, thread)
                        .execute(() -> attempt(name, version, done, end));
            } else {
                fail(name, version, done, new ModelNotLoadedException(name, version, attempt.obstacle()));
            }
        } catch (RuntimeException | Error e) {
            // Whatever it is: those who wait must be told.
            fail(name, version, done, e);
        }
    }

    private void fail(String name, String version, CompletableFuture<Void> done, Throwable failure) {
        forget(name, version);
        done.completeExceptionally(failure);
    }

    private synchronized void forget(String name, String version) {
        pending.remove(List.of(name, version));
    }

    /** Loads nothing more; who waits, waits in vain. */
    @Override
    public void close() {
        thread.shutdown();
        Map<List<String>, CompletableFuture<Void>> left;
        synchronized (this) {
            left = Map.copyOf(pending);
            pending.clear();
        }
        left.forEach((key, done) ->
                done.completeExceptionally(new ModelNotLoadedException(key.get(0), key.get(1), "the server stops")));
    }
}
