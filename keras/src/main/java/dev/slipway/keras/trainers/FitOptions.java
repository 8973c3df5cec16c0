package dev.slipway.keras.trainers;

import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.data.RowSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How long and on what a model is trained; the defaults are Keras's, one epoch of batches of 32, shuffled. Immutable: what
 * changes an option gives changed options.
 *
 * <p>Source: the arguments of {@code keras.Model.fit} of Keras 3.
 */
public final class FitOptions {
    private int epochs = 1;
    private int initialEpoch = 0;
    private int batchSize = 32;
    private OptionalInt stepsPerEpoch = OptionalInt.empty();
    private boolean shuffle = true;
    private long seed = 0;
    private double validationSplit = 0;
    private Optional<RowSource> validation = Optional.empty();
    private OptionalInt validationSteps = OptionalInt.empty();
    private OptionalInt validationBatchSize = OptionalInt.empty();
    private int validationFreq = 1;
    private Map<Integer, Double> classWeight = Map.of();
    private List<Callback> callbacks = List.of();

    private FitOptions() {}

    /**
     * Keras's defaults.
     *
     * @return one epoch of batches of 32, shuffled with seed 0
     */
    public static FitOptions defaults() {
        return new FitOptions();
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

    private FitOptions copy() {
        FitOptions copy = new FitOptions();
        copy.epochs = epochs;
        copy.initialEpoch = initialEpoch;
        copy.batchSize = batchSize;
        copy.stepsPerEpoch = stepsPerEpoch;
        copy.shuffle = shuffle;
        copy.seed = seed;
        copy.validationSplit = validationSplit;
        copy.validation = validation;
        copy.validationSteps = validationSteps;
        copy.validationBatchSize = validationBatchSize;
        copy.validationFreq = validationFreq;
        copy.classWeight = classWeight;
        copy.callbacks = callbacks;
        return copy;
    }

    private static int atLeast(String option, int least, int found) {
        if (found < least) {
            throw new IllegalArgumentException(option + ": " + found + " (expected: >= " + least + ")");
        }
        return found;
    }

    /**
     * Changes the number of epochs.
     *
     * @param changed the number of the epoch after the last, at least 1
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withEpochs(int changed) {
        FitOptions copy = copy();
        copy.epochs = atLeast("epochs", 1, changed);
        return copy;
    }

    /**
     * Changes the first epoch.
     *
     * @param changed the number of the first epoch, at least 0: an earlier training had those before
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withInitialEpoch(int changed) {
        FitOptions copy = copy();
        copy.initialEpoch = atLeast("initial_epoch", 0, changed);
        return copy;
    }

    /**
     * Changes the batch size.
     *
     * @param changed the rows of one step, at least 1
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withBatchSize(int changed) {
        FitOptions copy = copy();
        copy.batchSize = atLeast("batch_size", 1, changed);
        return copy;
    }

    /**
     * Changes the length of an epoch.
     *
     * @param changed the batches of an epoch, at least 1
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withStepsPerEpoch(int changed) {
        FitOptions copy = copy();
        copy.stepsPerEpoch = OptionalInt.of(atLeast("steps_per_epoch", 1, changed));
        return copy;
    }

    /**
     * Changes whether rows are shuffled.
     *
     * @param changed whether rows in memory come in another order in every epoch; other sources order theirs themselves
     * @return the changed options
     */
    public FitOptions withShuffle(boolean changed) {
        FitOptions copy = copy();
        copy.shuffle = changed;
        return copy;
    }

    /**
     * Changes the seed of the order.
     *
     * @param changed what that order is drawn from
     * @return the changed options
     */
    public FitOptions withSeed(long changed) {
        FitOptions copy = copy();
        copy.seed = changed;
        return copy;
    }

    /**
     * Changes the part kept for validation.
     *
     * @param changed what part of the rows in memory, the last ones, is kept for validation; 0 to below 1
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withValidationSplit(double changed) {
        if (!(changed >= 0 && changed < 1)) {
            throw new IllegalArgumentException("validation_split: " + changed + " (expected: 0 to below 1)");
        }
        FitOptions copy = copy();
        copy.validationSplit = changed;
        return copy;
    }

    /**
     * Changes the rows for validation.
     *
     * @param changed rows kept for validation; wins over the split
     * @return the changed options
     */
    public FitOptions withValidation(RowSource changed) {
        FitOptions copy = copy();
        copy.validation = Optional.of(changed);
        return copy;
    }

    /**
     * Changes the length of the validation.
     *
     * @param changed how many batches of the validation are seen, at least 1
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withValidationSteps(int changed) {
        FitOptions copy = copy();
        copy.validationSteps = OptionalInt.of(atLeast("validation_steps", 1, changed));
        return copy;
    }

    /**
     * Changes the batch size of the validation.
     *
     * @param changed the rows of one step of validation, at least 1
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withValidationBatchSize(int changed) {
        FitOptions copy = copy();
        copy.validationBatchSize = OptionalInt.of(atLeast("validation_batch_size", 1, changed));
        return copy;
    }

    /**
     * Changes how often there is validation.
     *
     * @param changed after every how many epochs there is validation, at least 1
     * @return the changed options
     * @throws IllegalArgumentException if it is out of range
     */
    public FitOptions withValidationFreq(int changed) {
        FitOptions copy = copy();
        copy.validationFreq = atLeast("validation_freq", 1, changed);
        return copy;
    }

    /**
     * Changes how much classes count in training.
     *
     * @param changed how much the rows of a class count in training, by class; a class that is not there weighs 1
     * @return the changed options
     */
    public FitOptions withClassWeight(Map<Integer, Double> changed) {
        FitOptions copy = copy();
        copy.classWeight = Map.copyOf(changed);
        return copy;
    }

    /**
     * Changes who looks on.
     *
     * @param changed who looks on, called in this order
     * @return the changed options
     */
    public FitOptions withCallbacks(Callback... changed) {
        FitOptions copy = copy();
        copy.callbacks = List.of(changed);
        return copy;
    }

    /**
     * The number of epochs.
     *
     * @return the number of the epoch after the last, at least 1
     */
    public int epochs() {
        return epochs;
    }

    /**
     * The first epoch.
     *
     * @return the number of the first epoch, at least 0: an earlier training had those before
     */
    public int initialEpoch() {
        return initialEpoch;
    }

    /**
     * The batch size.
     *
     * @return the rows of one step, at least 1
     */
    public int batchSize() {
        return batchSize;
    }

    /**
     * The length of an epoch.
     *
     * @return the batches of an epoch, at least 1; empty for all rows
     */
    public OptionalInt stepsPerEpoch() {
        return stepsPerEpoch;
    }

    /**
     * Whether rows are shuffled.
     *
     * @return whether rows in memory come in another order in every epoch; other sources order theirs themselves
     */
    public boolean shuffle() {
        return shuffle;
    }

    /**
     * The seed of the order.
     *
     * @return what that order is drawn from
     */
    public long seed() {
        return seed;
    }

    /**
     * The part kept for validation.
     *
     * @return what part of the rows in memory, the last ones, is kept for validation; 0 to below 1
     */
    public double validationSplit() {
        return validationSplit;
    }

    /**
     * The rows for validation.
     *
     * @return rows kept for validation; wins over the split
     */
    public Optional<RowSource> validation() {
        return validation;
    }

    /**
     * The length of the validation.
     *
     * @return how many batches of the validation are seen, at least 1; empty for all
     */
    public OptionalInt validationSteps() {
        return validationSteps;
    }

    /**
     * The batch size of the validation.
     *
     * @return the rows of one step of validation, at least 1; empty for the batch size
     */
    public OptionalInt validationBatchSize() {
        return validationBatchSize;
    }

    /**
     * How often there is validation.
     *
     * @return after every how many epochs there is validation, at least 1
     */
    public int validationFreq() {
        return validationFreq;
    }

    /**
     * How much classes count in training.
     *
     * @return how much the rows of a class count in training, by class; a class that is not there weighs 1
     */
    public Map<Integer, Double> classWeight() {
        return classWeight;
    }

    /**
     * Who looks on.
     *
     * @return who looks on, called in this order
     */
    public List<Callback> callbacks() {
        return callbacks;
    }
}
