package dev.slipway.keras.initializers;

import dev.slipway.keras.config.Config;

/** Makes an initializer of a program's own, how a weight begins, from what a file says of it. */
@FunctionalInterface
public interface InitializerReader {
    /**
     * Makes one.
     *
     * @param config its configuration in the file, of which every key must be read; empty where the file has a name alone
     * @return the initializer; a file that is written later says of it what this one says
     * @throws dev.slipway.keras.config.ConfigException if the configuration is not one of its
     */
    Initializer read(Config config);
}
