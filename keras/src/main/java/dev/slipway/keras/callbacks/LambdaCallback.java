package dev.slipway.keras.callbacks;

import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * A callback of one function, called at the end of every epoch; for more, implement {@link Callback}.
 *
 * <p>Source: {@code keras.callbacks.LambdaCallback} with {@code on_epoch_end}.
 */
public final class LambdaCallback implements Callback {
    private final ObjIntConsumer<Map<String, Double>> onEpochEnd;

    /**
     * Creates the callback.
     *
     * @param onEpochEnd takes loss and metrics of an epoch, and its number, from 0
     */
    public LambdaCallback(ObjIntConsumer<Map<String, Double>> onEpochEnd) {
        this.onEpochEnd = onEpochEnd;
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        onEpochEnd.accept(logs, epoch);
    }
}
