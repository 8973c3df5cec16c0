package dev.slipway.keras.regularizers;

import dev.slipway.keras.config.Config;

/** Makes a regularizer of a program's own, what the size of a weight adds to the loss, from what a file says of it. */
@FunctionalInterface
public interface RegularizerReader {
    /**
     * Makes one.
     *
     * @param config its configuration in the file, of which every key must be read; empty where the file has a name alone
     * @return the regularizer; a file that is written later says of it what this one says
     * @throws dev.slipway.keras.config.ConfigException if the configuration is not one of its
     */
    Regularizer read(Config config);
}
