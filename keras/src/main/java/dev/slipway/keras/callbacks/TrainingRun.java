package dev.slipway.keras.callbacks;

import java.util.OptionalInt;

/** A training that is under way: what is planned, where it stands, and how to interfere. */
public interface TrainingRun {
    /**
     * How many epochs are planned.
     *
     * @return the number of the epoch after the last
     */
    int epochs();

    /**
     * The epoch that is under way or comes next.
     *
     * @return its number, from 0
     */
    int epoch();

    /**
     * How many batches of this epoch are done.
     *
     * @return 0 between two epochs
     */
    int batch();

    /**
     * How many batches an epoch has.
     *
     * @return empty if only the end of the data can tell
     */
    OptionalInt batches();

    /**
     * Whether there is validation.
     *
     * @return true if some epochs have metrics that begin with {@code val_}
     */
    boolean validates();

    /**
     * The model that is being trained.
     *
     * @return the model
     */
    TrainedModel model();

    /** Ends the training after this epoch, and this epoch after this batch. */
    void stop();

    /**
     * Where the training stands, callbacks included. To be asked for in {@link Callback#onPause} only, where all callbacks
     * have seen the same.
     *
     * @return the state without the model's
     */
    Snapshot snapshot();

    /**
     * Goes on where another training stopped. To be called in {@link Callback#onTrainBegin} only.
     *
     * @param snapshot where it stands, as {@link #snapshot} said
     */
    void resume(Snapshot snapshot);
}
