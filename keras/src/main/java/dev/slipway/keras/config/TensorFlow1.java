package dev.slipway.keras.config;

/**
 * What interpolations of TensorFlow 1 are called in configurations: old files say them by their version or in functions of
 * TensorFlow. No Keras knows these names, so that none writes them into a file of Keras 3, and a model with them is not
 * written as one; a file into which someone else wrote them is read as what they say.
 *
 * <p>Source: {@code tf.compat.v1.image.resize_bilinear} and {@code resize_nearest_neighbor}, whose {@code half_pixel_centers} is
 * false unless one says otherwise.
 */
public final class TensorFlow1 {
    /** What all of these names begin with. */
    public static final String PREFIX = "tensorflow_1_";

    /** Straight lines; element {@code i} of the result lies at {@code i · oldLength / newLength}. */
    public static final String BILINEAR = PREFIX + "bilinear";

    /** Straight lines from the first element to the last: {@code align_corners=True}. */
    public static final String BILINEAR_CORNERS = PREFIX + "bilinear_corners";

    /** The last element that is not behind {@code i · oldLength / newLength}. */
    public static final String NEAREST = PREFIX + "nearest";

    private TensorFlow1() {}

    /**
     * Whether Keras 3 cannot be told an interpolation: those above, and two that TensorFlow 2 has beside its own.
     *
     * @param interpolation its name
     * @return true if it can be computed here, and in a file of Keras 3 only by other layers
     */
    public static boolean isUnknownToKeras3(String interpolation) {
        return interpolation.startsWith(PREFIX)
                || interpolation.equals("gaussian")
                || interpolation.equals("mitchellcubic");
    }
}
