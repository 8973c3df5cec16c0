package dev.slipway.cli;

import dev.slipway.keras.callbacks.ActiveCallback;
import dev.slipway.keras.callbacks.BackupAndRestore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends a training after the batch that is under way when the process is told to stop, with a backup. */
final class Interruption extends ActiveCallback {
    private final AtomicBoolean told;
    private final BackupAndRestore backup;
    private final String howToResume;

    Interruption(AtomicBoolean told, BackupAndRestore backup, String howToResume) {
        this.told = told;
        this.backup = backup;
        this.howToResume = howToResume;
    }

    @Override
    public void onPause() {
        if (told.get()) {
            backup.save();
            String place = run().batch() == 0
                    ? "after epoch " + run().epoch()
                    : "in epoch " + (run().epoch() + 1) + " after batch " + run().batch();
            throw new TrainingInterruptedException("interrupted " + place + "; to go on: " + howToResume);
        }
    }
}
