package dev.slipway.keras.callbacks;

import org.jspecify.annotations.Nullable;

/** A callback that interferes: it remembers the training that is under way. For one training at a time. */
public abstract class ActiveCallback implements Callback {
    private @Nullable TrainingRun run;

    /** Creates a callback that waits for its training. */
    protected ActiveCallback() {}

    @Override
    public void onTrainBegin(TrainingRun begun) {
        run = begun;
    }

    /**
     * The training.
     *
     * @return the training that began last
     * @throws IllegalStateException if none has begun
     */
    protected final TrainingRun run() {
        TrainingRun current = run;
        if (current == null) {
            throw new IllegalStateException(getClass().getSimpleName() + " outside of a training");
        }
        return current;
    }
}
