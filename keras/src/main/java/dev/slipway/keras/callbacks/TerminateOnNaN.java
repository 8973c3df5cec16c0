package dev.slipway.keras.callbacks;

import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Ends the training after a batch whose loss is NaN or infinite.
 *
 * <p>Source: {@code keras.callbacks.TerminateOnNaN} of Keras 3.9.
 */
public final class TerminateOnNaN extends ActiveCallback {
    private OptionalInt batch = OptionalInt.empty();

    /** Creates the callback. */
    public TerminateOnNaN() {}

    @Override
    public void onTrainBegin(TrainingRun begun) {
        super.onTrainBegin(begun);
        batch = OptionalInt.empty();
    }

    @Override
    public void onTrainBatchEnd(int ended, Supplier<Map<String, Double>> logs) {
        Double loss = logs.get().get("loss");
        if (loss != null && !Double.isFinite(loss)) {
            batch = OptionalInt.of(ended);
            run().stop();
        }
    }

    /**
     * After which batch of the last epoch it ended the training.
     *
     * @return the batch, from 0; empty if it did not
     */
    public OptionalInt batch() {
        return batch;
    }
}
