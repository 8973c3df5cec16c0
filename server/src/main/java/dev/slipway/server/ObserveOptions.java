package dev.slipway.server;

import dev.slipway.server.config.Setting;
import dev.slipway.server.logging.LogOptions;

/**
 * What a server tells of its work.
 *
 * @param log what the logs look like
 */
public record ObserveOptions(
        @Setting("What the logs look like.") LogOptions log) {
    /**
     * Logs for people.
     *
     * @return the options used where none are given
     */
    public static ObserveOptions defaults() {
        return new ObserveOptions(LogOptions.defaults());
    }
}
