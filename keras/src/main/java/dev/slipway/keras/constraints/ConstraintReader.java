package dev.slipway.keras.constraints;

import dev.slipway.keras.config.Config;

/** Makes a constraint of a program's own, what a weight must be, from what a file says of it. */
@FunctionalInterface
public interface ConstraintReader {
    /**
     * Makes one.
     *
     * @param config its configuration in the file, of which every key must be read; empty where the file has a name alone
     * @return the constraint; a file that is written later says of it what this one says
     * @throws dev.slipway.keras.config.ConfigException if the configuration is not one of its
     */
    Constraint read(Config config);
}
