package dev.slipway.keras.config;

/**
 * Where the numbers of a model come from.
 *
 * @param backend what Keras computed it with
 * @param version which Keras that was
 */
public record Origin(Backend backend, KerasVersion version) {
    /** What models are that come from no file. */
    public static final Origin DEFAULT = new Origin(Backend.TORCH, KerasVersion.latest());

    /**
     * Another backend with the same Keras.
     *
     * @param other the backend
     * @return the origin
     */
    public Origin with(Backend other) {
        return new Origin(other, version);
    }
}
