package dev.slipway.keras.callbacks;

import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks on while a model trains, and may end it. Epochs and batches are counted from 0.
 *
 * <p>Source: {@code keras.callbacks.Callback}.
 */
public interface Callback {
    /**
     * Training begins.
     *
     * @param plan what is going to be done
     */
    default void onTrainBegin(Plan plan) {}

    /**
     * An epoch begins.
     *
     * @param epoch its number
     */
    default void onEpochBegin(int epoch) {}

    /**
     * A batch is done.
     *
     * @param batch its number in the epoch
     * @param logs gives loss and metrics of the epoch so far; asking costs a little
     */
    default void onBatchEnd(int batch, Supplier<Map<String, Double>> logs) {}

    /**
     * An epoch is done, its validation included.
     *
     * @param epoch its number
     * @param logs loss and metrics by name; those of the validation begin with {@code val_}
     * @return whether to go on
     */
    default boolean onEpochEnd(int epoch, Map<String, Double> logs) {
        return true;
    }

    /** Training has ended. */
    default void onTrainEnd() {}

    /**
     * What a training is going to do.
     *
     * @param epochs the number of epochs
     * @param batches the number of batches in an epoch
     */
    record Plan(int epochs, int batches) {}
}
