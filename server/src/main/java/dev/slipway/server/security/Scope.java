package dev.slipway.server.security;

import java.util.Locale;

/** What a client may do. */
public enum Scope {
    /** Ask models: predictions, metadata, documentation. */
    PREDICT,
    /** Change what is served, and all that {@link #PREDICT} allows. */
    ADMIN;

    /**
     * Whether whoever has this scope may do what needs another.
     *
     * @param needed the other scope
     * @return true for the same one, and for an admin
     */
    public boolean covers(Scope needed) {
        return this == ADMIN || this == needed;
    }

    /**
     * As it is written in files and messages.
     *
     * @return the name in lower case
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
