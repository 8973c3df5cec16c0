package dev.slipway.keras.config;

/**
 * Where the numbers of a model come from.
 *
 * @param backend what Keras computed it with
 * @param release which Keras that was
 */
public record Origin(Backend backend, Release release) {
    /** What models are that come from no file. */
    public static final Origin DEFAULT = new Origin(Backend.TORCH, Release.newest());

    /**
     * Another backend with the same Keras.
     *
     * @param other the backend
     * @return the origin
     */
    public Origin with(Backend other) {
        return new Origin(other, release);
    }
}
