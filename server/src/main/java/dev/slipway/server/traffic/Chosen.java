package dev.slipway.server.traffic;

import java.util.Locale;

/** Why a request went to a variant. */
enum Chosen {
    /** By chance, in the share of its weight. */
    SHARE,
    /** As other requests of the same sender. */
    STICKY,
    /** The request says so. */
    SELECTED,
    /** The variant that was to answer is not ready. */
    INSTEAD;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
