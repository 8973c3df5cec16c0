package dev.slipway.keras.callbacks;

import java.util.OptionalInt;

/** Counts batches, over epochs, until it is time again. */
final class SavingFrequency {
    private final OptionalInt batches;
    private int since;

    /** After so many batches; empty for the end of every epoch. */
    SavingFrequency(OptionalInt batches) {
        this.batches = batches;
    }

    boolean isEveryEpoch() {
        return batches.isEmpty();
    }

    /** A batch more: whether it is time. */
    boolean isDueAfterBatch() {
        if (batches.isEmpty()) {
            return false;
        }
        since = (since + 1) % batches.getAsInt();
        return since == 0;
    }

    int since() {
        return since;
    }

    void resume(int count) {
        since = count;
    }
}
