package dev.slipway.examples;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;

/** The data-science notebook, step by step: a model of one neuron learns y = 3x + 1 from six points. */
public final class MyBestModel {
    private static final int EPOCHS = 500;

    private MyBestModel() {}

    /**
     * The model, not yet trained: {@code Sequential([Dense(units=1, input_shape=[1])])}.
     *
     * @return a compiled model, to be closed by the caller
     */
    public static Model createModel() {
        Model model = Model.sequential(InputLayer.of(1), Dense.of(1));
        model.compile("sgd", "mean_squared_error");
        return model;
    }

    /**
     * Six points on a line.
     *
     * @return the rows to learn from
     */
    public static Dataset data() {
        Tensor xs = Tensor.of(new float[][] {{-1}, {0}, {1}, {2}, {3}, {4}});
        Tensor ys = Tensor.of(new float[][] {{-2}, {1}, {4}, {7}, {10}, {13}});
        return new Dataset(List.of(xs), List.of(ys));
    }

    /**
     * Lets a model learn.
     *
     * @param model the model
     * @param data the rows
     * @return the loss of every epoch
     */
    public static History train(Model model, Dataset data) {
        return model.fit(data, FitOptions.epochs(EPOCHS));
    }

    /**
     * Creates, trains and saves the model.
     *
     * @param file where it goes, such as {@code my_best_model.h5}
     */
    public static void trainAndSave(Path file) {
        try (Model model = createModel()) {
            train(model, data());
            model.save(file);
        }
    }

    /**
     * Loads the saved model and predicts.
     *
     * @param file the model
     * @param x any number
     * @return close to 3x + 1
     */
    public static float predict(Path file, float x) {
        try (Model model = Model.load(file)) {
            return model.predict(new float[][] {{x}})[0][0];
        }
    }

    /**
     * Does all of the notebook.
     *
     * @param arguments the file of the model; by default {@code my_best_model.h5}
     */
    public static void main(String[] arguments) {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "my_best_model.h5");
        trainAndSave(file);
        try (Model model = Model.load(file)) {
            System.out.print(model.summary());
        }
        System.out.println(predict(file, 10));
    }
}
