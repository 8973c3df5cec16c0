package dev.slipway.server.models;

import dev.slipway.graph.SlipwayException;
import dev.slipway.server.inference.Lease;
import dev.slipway.server.inference.ServedModel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Takes models for the requests of one event loop that have to wait until they are loaded. For one event loop, which never
 * waits itself.
 */
public final class Leases {
    private final ModelRepository models;
    private final Context loop;
    private final Duration longest;
    private final int most;

    /** How many requests wait for each version. */
    private final Map<String, Integer> waiting = new HashMap<>();

    /**
     * The leases of an event loop.
     *
     * @param models the served models
     * @param loop the event loop's context
     * @param longest how long a request waits that says nothing of it
     * @param most how many requests may wait for one version
     */
    public Leases(ModelRepository models, Context loop, Duration longest, int most) {
        this.models = models;
        this.loop = loop;
        this.longest = longest;
        this.most = most;
    }

    /**
     * Takes a model for a request, when it has been loaded.
     *
     * @param address which model
     * @param deadlineNanos when the time of the request is over, as {@link System#nanoTime()} counts; empty for no such time
     * @return the lease, on the event loop; fails as {@link ModelRepository#lease} does, or with {@link ModelNotLoadedException}
     *     if the time is over or there is no room for the model
     */
    public Future<Lease> take(ModelAddress address, Optional<Long> deadlineNanos) {
        try {
            return Future.succeededFuture(models.lease(address));
        } catch (ModelOnDemandException asleep) {
            return await(asleep, address, deadlineNanos);
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * What a model says of itself, which is loaded for that if it has never been.
     *
     * @param address which model
     * @return the model, which may be freed at any time, or has been
     */
    public Future<ServedModel> describe(ModelAddress address) {
        try {
            return Future.succeededFuture(models.require(address));
        } catch (ModelOnDemandException unknown) {
            return await(unknown, address, Optional.empty()).map(lease -> {
                lease.close();
                return lease.model();
            });
        } catch (SlipwayException e) {
            return Future.failedFuture(e);
        }
    }

    /**
     * Does something for a request as soon as a version that it asked for is loaded, which stays loaded meanwhile.
     *
     * @param asleep which version
     * @param deadlineNanos when the time of the request is over, as {@link System#nanoTime()} counts; empty for no such time
     * @param action takes a lease of its own
     * @param <T> what comes of it
     * @return what comes of it, on the event loop; fails as {@link #take} does
     */
    public <T> Future<T> whileLoaded(
            ModelOnDemandException asleep, Optional<Long> deadlineNanos, Supplier<Future<T>> action) {
        return take(ModelAddress.version(asleep.name(), asleep.version()), deadlineNanos)
                .compose(lease -> {
                    try (lease) {
                        return action.get();
                    }
                });
    }

    private Future<Lease> await(ModelOnDemandException asleep, ModelAddress address, Optional<Long> deadlineNanos) {
        String version = asleep.name() + "/" + asleep.version();
        int before = waiting.getOrDefault(version, 0);
        if (before >= most) {
            return Future.failedFuture(new ModelNotLoadedException(
                    asleep.name(), asleep.version(), most + " requests wait for it to be loaded already"));
        }
        waiting.put(version, before + 1);
        Promise<Lease> taken = Promise.promise();
        long timer = loop.owner()
                .setTimer(
                        Math.max(1, millis(deadlineNanos)),
                        over -> taken.tryFail(
                                new ModelNotLoadedException(asleep.name(), asleep.version(), obstacle(asleep))));
        demand(asleep, address, taken);
        return taken.future().onComplete(done -> {
            loop.owner().cancelTimer(timer);
            waiting.computeIfPresent(version, (any, count) -> count == 1 ? null : count - 1);
        });
    }

    /** Whoever is at the end of its time hears what its source would hear later. */
    private String obstacle(ModelOnDemandException asleep) {
        return models.source(asleep.name())
                .obstacle(asleep.name(), asleep.version())
                .orElse("is not loaded in time");
    }

    private long millis(Optional<Long> deadlineNanos) {
        return deadlineNanos
                .map(end -> Math.min(longest.toMillis(), TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())))
                .orElse(longest.toMillis());
    }

    /** The lease is taken in the thread that has loaded the model: as long as that runs, the model stays. */
    private void demand(ModelOnDemandException asleep, ModelAddress address, Promise<Lease> taken) {
        models.source(asleep.name()).demand(asleep.name(), asleep.version()).whenComplete((done, failure) -> {
            try {
                if (failure != null) {
                    loop.runOnContext(ignored -> taken.tryFail(failure));
                    return;
                }
                Lease lease = models.lease(address);
                loop.runOnContext(ignored -> {
                    if (!taken.tryComplete(lease)) {
                        lease.close();
                    }
                });
            } catch (ModelOnDemandException again) {
                loop.runOnContext(ignored -> demandAgain(again, address, taken));
            } catch (SlipwayException e) {
                loop.runOnContext(ignored -> taken.tryFail(e));
            }
        });
    }

    /** Another version is meant by now, or the model has been unloaded again. */
    private void demandAgain(ModelOnDemandException asleep, ModelAddress address, Promise<Lease> taken) {
        if (!taken.future().isComplete()) {
            demand(asleep, address, taken);
        }
    }
}
