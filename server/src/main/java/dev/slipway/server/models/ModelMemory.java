package dev.slipway.server.models;

/** What the models of a source take of the memory that they may take. Safe for use by several threads. */
public interface ModelMemory {
    /**
     * What they may take.
     *
     * @return bytes
     */
    long budgetBytes();

    /**
     * What they take now, as far as it is known.
     *
     * @return bytes
     */
    long loadedBytes();

    /**
     * How often a model was loaded because a request asked for it.
     *
     * @return a number of times since the start
     */
    long loadsOnDemand();

    /**
     * How often a model was unloaded to make room for another one.
     *
     * @return a number of times since the start
     */
    long evictions();
}
