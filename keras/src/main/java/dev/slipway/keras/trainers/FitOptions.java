package dev.slipway.keras.trainers;

import dev.slipway.keras.callbacks.Callback;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long and on what a model is trained; the defaults are Keras's, one epoch of batches of 32, shuffled.
 *
 * @param epochs how often every row is seen, at least 1
 * @param batchSize the rows of one step, at least 1
 * @param shuffle whether rows come in another order in every epoch
 * @param seed what the order is drawn from
 * @param validationSplit what part of the rows, the last ones, is kept for validation; 0 to below 1
 * @param validation rows kept for validation; wins over the split
 * @param classWeight how much the rows of a class count in training, by class; a class that is not there weighs 1
 * @param callbacks who looks on
 */
public record FitOptions(
        int epochs,
        int batchSize,
        boolean shuffle,
        long seed,
        double validationSplit,
        Optional<Dataset> validation,
        Map<Integer, Double> classWeight,
        List<Callback> callbacks) {
    /**
     * Checks the ranges.
     *
     * @param epochs at least 1
     * @param batchSize at least 1
     * @param shuffle whether to shuffle
     * @param seed the seed
     * @param validationSplit 0 to below 1
     * @param validation rows for validation
     * @param classWeight weights by class
     * @param callbacks who looks on
     * @throws IllegalArgumentException if a number is out of range
     */
    public FitOptions {
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs: " + epochs + " (expected: >= 1)");
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch_size: " + batchSize + " (expected: >= 1)");
        }
        if (!(validationSplit >= 0 && validationSplit < 1)) {
            throw new IllegalArgumentException("validation_split: " + validationSplit + " (expected: 0 to below 1)");
        }
        classWeight = Map.copyOf(classWeight);
        callbacks = List.copyOf(callbacks);
    }

    /**
     * Keras's defaults.
     *
     * @return one epoch of batches of 32, shuffled with seed 0
     */
    public static FitOptions defaults() {
        return new FitOptions(1, 32, true, 0, 0, Optional.empty(), Map.of(), List.of());
    }

    /**
     * Keras's defaults but for the number of epochs.
     *
     * @param epochs how often every row is seen, at least 1
     * @return the options
     */
    public static FitOptions epochs(int epochs) {
        return defaults().withEpochs(epochs);
    }

    /**
     * Changes the number of epochs.
     *
     * @param changed how often every row is seen, at least 1
     * @return the changed options
     */
    public FitOptions withEpochs(int changed) {
        return new FitOptions(changed, batchSize, shuffle, seed, validationSplit, validation, classWeight, callbacks);
    }

    /**
     * Changes the batch size.
     *
     * @param changed the rows of one step, at least 1
     * @return the changed options
     */
    public FitOptions withBatchSize(int changed) {
        return new FitOptions(epochs, changed, shuffle, seed, validationSplit, validation, classWeight, callbacks);
    }

    /**
     * Changes whether rows are shuffled.
     *
     * @param changed false to see them in their order
     * @return the changed options
     */
    public FitOptions withShuffle(boolean changed) {
        return new FitOptions(epochs, batchSize, changed, seed, validationSplit, validation, classWeight, callbacks);
    }

    /**
     * Changes the seed of the order.
     *
     * @param changed the seed
     * @return the changed options
     */
    public FitOptions withSeed(long changed) {
        return new FitOptions(epochs, batchSize, shuffle, changed, validationSplit, validation, classWeight, callbacks);
    }

    /**
     * Changes the part kept for validation.
     *
     * @param changed 0 to below 1
     * @return the changed options
     */
    public FitOptions withValidationSplit(double changed) {
        return new FitOptions(epochs, batchSize, shuffle, seed, changed, validation, classWeight, callbacks);
    }

    /**
     * Changes the rows for validation.
     *
     * @param changed the rows
     * @return the changed options
     */
    public FitOptions withValidation(Dataset changed) {
        return new FitOptions(
                epochs, batchSize, shuffle, seed, validationSplit, Optional.of(changed), classWeight, callbacks);
    }

    /**
     * Changes how much classes count in training.
     *
     * @param changed the weights by class; a class that is not there weighs 1
     * @return the changed options
     */
    public FitOptions withClassWeight(Map<Integer, Double> changed) {
        return new FitOptions(epochs, batchSize, shuffle, seed, validationSplit, validation, changed, callbacks);
    }

    /**
     * Changes who looks on.
     *
     * @param changed the callbacks, called in this order
     * @return the changed options
     */
    public FitOptions withCallbacks(Callback... changed) {
        return new FitOptions(
                epochs, batchSize, shuffle, seed, validationSplit, validation, classWeight, List.of(changed));
    }
}
