package dev.slipway.server.models;

/** What can be said of a version of a model; the names are those of the Open Inference Protocol's repository index. */
public enum ModelState {
    /** Its file is read, and it is warmed up. */
    LOADING,
    /** It answers. */
    READY,
    /** It answers, after it has been loaded for the first request: there is no room for all models at once. */
    ON_DEMAND,
    /** It takes no more requests; those that have begun end. */
    UNLOADING,
    /** It is known and does not answer; the reason says why. */
    UNAVAILABLE;

    /**
     * Whether a version in this state answers.
     *
     * @return true for {@link #READY} and {@link #ON_DEMAND}
     */
    public boolean answers() {
        return this == READY || this == ON_DEMAND;
    }
}
