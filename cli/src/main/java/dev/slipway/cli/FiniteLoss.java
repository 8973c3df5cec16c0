package dev.slipway.cli;

import dev.slipway.keras.callbacks.ActiveCallback;
import java.util.Map;
import java.util.function.Supplier;

/** Ends a training whose loss is no number any more: nothing good can come of it. */
final class FiniteLoss extends ActiveCallback {
    @Override
    public void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
        Double loss = logs.get().get("loss");
        if (loss != null && !Double.isFinite(loss)) {
            throw new NonFiniteLossException(loss, run().epoch(), batch);
        }
    }
}
