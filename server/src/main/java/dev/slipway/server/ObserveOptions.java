package dev.slipway.server;

import dev.slipway.server.config.Setting;
import dev.slipway.server.logging.LogOptions;
import dev.slipway.server.tracing.TracingOptions;

/**
 * What a server tells of its work.
 *
 * @param log what the logs look like
 * @param tracing whether requests are traced, and where their spans are sent
 */
public record ObserveOptions(
        @Setting("What the logs look like.") LogOptions log,

        @Setting("Whether requests are traced, and where their spans are sent.")
        TracingOptions tracing) {
    /**
     * Logs for people, no traces.
     *
     * @return the options used where none are given
     */
    public static ObserveOptions defaults() {
        return new ObserveOptions(LogOptions.defaults(), TracingOptions.defaults());
    }

    /**
     * These options with other logs.
     *
     * @param changed what the logs look like
     * @return the changed options
     */
    public ObserveOptions withLog(LogOptions changed) {
        return new ObserveOptions(changed, tracing);
    }

    /**
     * These options with other tracing.
     *
     * @param changed whether requests are traced, and where their spans are sent
     * @return the changed options
     */
    public ObserveOptions withTracing(TracingOptions changed) {
        return new ObserveOptions(log, changed);
    }
}
