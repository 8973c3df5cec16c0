package dev.slipway.keras.ops;

import dev.slipway.keras.config.Config;

/**
 * How large a number of an operation's configuration may make a model while it is read: a file may say anything, and what it says
 * becomes tables in memory or steps of the graph.
 */
final class Bounds {
    /** A table of 128 MB in double precision. */
    static final int MOST_ELEMENTS = 1 << 24;

    /** Steps of the graph for one operation. */
    static final int MOST_STEPS = 1 << 12;

    private Bounds() {}

    /** The number of elements of a table that is made while the model is read. */
    static int elements(Config config, String key, long count) {
        return within(config, key, count, MOST_ELEMENTS);
    }

    /** How often a step of the graph is repeated. */
    static int steps(Config config, String key, long count) {
        return within(config, key, count, MOST_STEPS);
    }

    private static int within(Config config, String key, long count, int most) {
        if (count < 0 || count > most) {
            throw config.refused(key, count + " in all", "at most " + most);
        }
        return (int) count;
    }
}
