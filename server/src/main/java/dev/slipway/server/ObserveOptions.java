package dev.slipway.server;

import dev.slipway.server.config.Setting;
import dev.slipway.server.logging.LogOptions;
import dev.slipway.server.payload.PayloadOptions;
import dev.slipway.server.tracing.TracingOptions;

/**
 * What a server tells of its work.
 *
 * @param log what the logs look like
 * @param tracing whether requests are traced, and where their spans are sent
 * @param payload which requests and answers are written down, where, and without what
 */
public record ObserveOptions(
        @Setting("What the logs look like.") LogOptions log,

        @Setting("Whether requests are traced, and where their spans are sent.")
        TracingOptions tracing,

        @Setting("Which requests and answers are written down, where, and without what.")
        PayloadOptions payload) {
    /**
     * Logs for people, no traces, no payloads.
     *
     * @return the options used where none are given
     */
    public static ObserveOptions defaults() {
        return new ObserveOptions(LogOptions.defaults(), TracingOptions.defaults(), PayloadOptions.defaults());
    }

    /**
     * These options with other logs.
     *
     * @param changed what the logs look like
     * @return the changed options
     */
    public ObserveOptions withLog(LogOptions changed) {
        return new ObserveOptions(changed, tracing, payload);
    }

    /**
     * These options with other tracing.
     *
     * @param changed whether requests are traced, and where their spans are sent
     * @return the changed options
     */
    public ObserveOptions withTracing(TracingOptions changed) {
        return new ObserveOptions(log, changed, payload);
    }

    /**
     * These options with another log of payloads.
     *
     * @param changed which requests and answers are written down, where, and without what
     * @return the changed options
     */
    public ObserveOptions withPayload(PayloadOptions changed) {
        return new ObserveOptions(log, tracing, changed);
    }
}
