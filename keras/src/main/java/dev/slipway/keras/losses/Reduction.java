package dev.slipway.keras.losses;

import java.util.Locale;

/** How the losses of rows become one number. Source: {@code keras.losses.Loss}, argument {@code reduction}. */
public enum Reduction {
    /** The sum over the number of values. */
    SUM_OVER_BATCH_SIZE,
    /** The sum. */
    SUM;

    /**
     * The name in a configuration.
     *
     * @return Keras's name, such as {@code sum_over_batch_size}
     */
    public String kerasName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
