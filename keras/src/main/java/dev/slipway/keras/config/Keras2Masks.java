package dev.slipway.keras.config;

/**
 * The keys by which a layer is told to take masks as Keras 2 did. No Keras knows them, so that none writes them into a file of
 * Keras 3, and a model with them is not written as one.
 *
 * <ul>
 *   <li>What elementwise layers and concatenations give counts where every input that has a mask counts; Keras 3 asks for one
 *       of them, and gives elementwise layers no mask where an input has none.
 *   <li>Their numbers do not depend on masks; in Keras 3 those of Maximum, Minimum and Multiply do.
 *   <li>ParametricSoftplus passes its mask on; the layers of Keras 3 that compute the same do not.
 *   <li>Outputs of all steps of a Bidirectional are, in steps that are masked, those of the step before; in Keras 3 zero.
 * </ul>
 */
public final class Keras2Masks {
    /** The key, true in the configuration of such a layer. */
    public static final String KEY = "keras_2_masks";

    /** The key, true in the configuration of a recurrent layer whose mask counts where it is given initial states. */
    public static final String BESIDE_STATES = "keras_2_mask_beside_states";

    private Keras2Masks() {}

    /**
     * Whether a layer is told so.
     *
     * @param config the layer's configuration
     * @return false if nothing is said
     */
    public static boolean isIn(Config config) {
        return config.truth(KEY, false);
    }
}
