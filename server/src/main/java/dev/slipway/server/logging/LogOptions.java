package dev.slipway.server.logging;

import dev.slipway.server.config.Setting;

/**
 * {@code log}: what the logs look like.
 *
 * @param format how lines are written
 */
public record LogOptions(
        @Setting(
                "How the log of requests (stdout) and the server's own log (stderr) are written: text for people, json for"
                        + " programs, an object a line.")
        LogFormat format) {
    /**
     * Text.
     *
     * @return the options used where none are given
     */
    public static LogOptions defaults() {
        return new LogOptions(LogFormat.TEXT);
    }
}
