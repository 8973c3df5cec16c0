package dev.slipway.keras.callbacks;

import dev.slipway.keras.optimizers.LearningRate;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The model that is being trained, as callbacks see it. */
public interface TrainedModel {
    /**
     * The learning rate, to be read and set.
     *
     * @return the rate of the next step
     */
    LearningRate learningRate();

    /**
     * How many steps the optimizer has done.
     *
     * @return its iteration
     */
    long iterations();

    /**
     * The weights as they are now, without the states of random generators.
     *
     * @return copies, by path, in Keras's order
     */
    Map<String, Tensor> weights();

    /**
     * Changes weights; what the optimizer remembers stays.
     *
     * @param weights new contents by path
     */
    void assign(Map<String, Tensor> weights);

    /**
     * The architecture as Keras serializes it.
     *
     * @return JSON
     */
    String architecture();

    /**
     * Writes the whole model as it is now.
     *
     * @param file a name that ends in {@code .keras} or {@code .h5}
     * @return what the file says in other words, or does not say, a line each; empty if it says all
     */
    List<String> save(Path file);

    /**
     * Refuses what {@link #save} would refuse, before there is anything to lose.
     *
     * @param file a name that ends in {@code .keras} or {@code .h5}
     * @throws dev.slipway.keras.config.ConfigException if no such file can hold the model
     */
    void requireSavable(Path file);

    /**
     * Writes weights and the optimizer's state as they are now.
     *
     * @param file a name that ends in {@code .weights.h5}
     */
    void saveWeights(Path file);

    /**
     * Writes weights, the optimizer's state and where the training stands, in one file that appears whole or not at all.
     *
     * @param file a name that ends in {@code .weights.h5}: Keras reads the weights from it
     * @param training where the training stands
     */
    void saveTraining(Path file, Snapshot training);

    /**
     * Takes over what {@link #saveTraining} wrote.
     *
     * @param file the file
     * @return where the training stands
     * @throws dev.slipway.graph.SlipwayException if the file is broken or of another model
     */
    Snapshot loadTraining(Path file);
}
