package dev.slipway.keras.callbacks;

import java.util.Map;
import java.util.function.Supplier;

/**
 * Looks on while a model trains, and may interfere through the {@link TrainingRun}. Epochs and batches are counted from 0.
 * Callbacks are called in the order in which they are given.
 *
 * <p>Source: {@code keras.callbacks.Callback}.
 */
public interface Callback {
    /**
     * Training begins, or goes on where it was interrupted.
     *
     * @param run the training
     */
    default void onTrainBegin(TrainingRun run) {}

    /**
     * An epoch begins. Not called again for an epoch that was interrupted and goes on.
     *
     * @param epoch its number
     */
    default void onEpochBegin(int epoch) {}

    /**
     * A batch begins.
     *
     * @param batch its number in the epoch
     */
    default void onTrainBatchBegin(int batch) {}

    /**
     * A batch is done.
     *
     * @param batch its number in the epoch
     * @param logs gives loss and metrics of the epoch so far; asking costs a little
     */
    default void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {}

    /** The validation of an epoch begins. */
    default void onTestBegin() {}

    /**
     * The validation of an epoch is done.
     *
     * @param logs loss and metrics by name, without {@code val_}
     */
    default void onTestEnd(Map<String, Double> logs) {}

    /**
     * An epoch is done, its validation included.
     *
     * @param epoch its number
     * @param logs loss and metrics by name; those of the validation begin with {@code val_}. What a callback adds is seen by
     *     those after it and stands in the history
     */
    default void onEpochEnd(int epoch, Map<String, Double> logs) {}

    /** Between two batches or epochs, when all callbacks have seen the last one: here the state of the training is whole. */
    default void onPause() {}

    /**
     * Training has ended by itself: not called if it failed or was interrupted.
     *
     * @param logs loss and metrics of the last epoch
     */
    default void onTrainEnd(Map<String, Double> logs) {}

    /**
     * What this callback remembers.
     *
     * @return what {@link #resume} takes
     */
    default Snapshot snapshot() {
        return Snapshot.none();
    }

    /**
     * Remembers again; called after {@link #onTrainBegin} if an interrupted training goes on.
     *
     * @param snapshot what {@link #snapshot} gave
     */
    default void resume(Snapshot snapshot) {}
}
