package dev.slipway.server.logging;

/** How a log's lines are written. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** For programs: a JSON object a line. */
    JSON
}
