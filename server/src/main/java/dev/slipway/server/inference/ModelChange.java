package dev.slipway.server.inference;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;

/**
 * What changes the served models by request. It has threads of its own: to load may mean to wait for memory, for which predictions
 * need not wait. Who unloads waits for nobody who loads, as it makes the room that is waited for.
 */
public enum ModelChange {
    /** A model comes, or comes anew. */
    LOAD("slipway-load"),

    /** A model goes. */
    UNLOAD("slipway-unload");

    private final String threads;

    ModelChange(String threads) {
        this.threads = threads;
    }

    /**
     * Makes a change, after those of its kind that were asked for before.
     *
     * @param loop the event loop's context
     * @param work the change; may block
     * @return completed on the event loop when it is made
     */
    public Future<Void> on(Context loop, Runnable work) {
        WorkerExecutor executor = loop.owner().createSharedWorkerExecutor(threads, 1);
        return executor.executeBlocking(
                        () -> {
                            work.run();
                            return this;
                        },
                        false)
                .onComplete(done -> executor.close())
                .mapEmpty();
    }
}
