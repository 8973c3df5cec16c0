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
    private final Map<List<String>, Wanted> pending = new HashMap<>();

    /** A version that somebody waits for, and why it could not be loaded when it was last tried. */
    private static final class Wanted {
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private volatile String obstacle = "";
    }

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
        Wanted wanted;
        synchronized (this) {
            List<String> key = List.of(name, version);
            Wanted known = pending.get(key);
            if (known != null) {
                return known.done;
            }
            wanted = new Wanted();
            pending.put(key, wanted);
        }
        long end = System.nanoTime() + longest.toNanos();
        try {
            thread.execute(() -> attempt(name, version, wanted, end));
        } catch (RejectedExecutionException e) {
            fail(name, version, wanted, new ModelNotLoadedException(name, version, "the server stops"));
        }
        return wanted.done;
    }

    /** Why a version that somebody waits for could not be loaded when it was last tried. */
    Optional<String> obstacle(String name, String version) {
        Wanted wanted;
        synchronized (this) {
            wanted = pending.get(List.of(name, version));
        }
        return Optional.ofNullable(wanted).map(known -> known.obstacle).filter(text -> !text.isEmpty());
    }

    private void attempt(String name, String version, Wanted wanted, long end) {
        try {
            Attempt attempt = loader.load(name, version);
            wanted.obstacle = attempt.obstacle();
            if (attempt.obstacle().isEmpty()) {
                forget(name, version);
                wanted.done.complete(null);
                attempt.lease().ifPresent(Lease::close);
            } else if (System.nanoTime() - end < 0) {
                CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, thread)
                        .execute(() -> attempt(name, version, wanted, end));
            } else {
                fail(name, version, wanted, new ModelNotLoadedException(name, version, attempt.obstacle()));
            }
        } catch (RuntimeException | Error e) {
            // Whatever it is: those who wait must be told.
            fail(name, version, wanted, e);
        }
    }

    private void fail(String name, String version, Wanted wanted, Throwable failure) {
        forget(name, version);
        wanted.done.completeExceptionally(failure);
    }

    private synchronized void forget(String name, String version) {
        pending.remove(List.of(name, version));
    }

    /** Loads nothing more; who waits, waits in vain. */
    @Override
    public void close() {
        thread.shutdown();
        Map<List<String>, Wanted> left;
        synchronized (this) {
            left = Map.copyOf(pending);
            pending.clear();
        }
        left.forEach((key, wanted) -> wanted.done.completeExceptionally(
                new ModelNotLoadedException(key.get(0), key.get(1), "the server stops")));
    }
}
