package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.data.PrefetchedRows;
import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.data.RowStream;
import dev.slipway.keras.data.ShuffledRows;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.Embedding;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The options of {@code fit}, with Keras's meanings. */
class FitTest {
    private static final Dataset ROWS = rows(20);

    /** Rows of which nobody knows the number before the end. */
    private record Stream(Dataset data) implements RowSource {
        @Override
        public RowSpec spec() {
            return data.spec();
        }

        @Override
        public OptionalLong count() {
            return OptionalLong.empty();
        }

        @Override
        public RowStream open(long pass) {
            return data.open(pass);
        }
    }

    private static Dataset rows(int count) {
        Random random = new Random(1);
        float[] x = new float[2 * count];
        float[] y = new float[count];
        for (int i = 0; i < count; i++) {
            x[2 * i] = random.nextFloat();
            x[2 * i + 1] = random.nextFloat();
            y[i] = x[2 * i] - 2 * x[2 * i + 1];
        }
        return new Dataset(List.of(Tensor.of(Shape.of(count, 2), x)), List.of(Tensor.of(Shape.of(count, 1), y)));
    }

    private static Model model() {
        Model model = Model.sequential(InputLayer.of(2), Dense.of(3), Dropout.of(0.2), Dense.of(1));
        model.compile("adam", "mse", "mae");
        return model;
    }

    private static FitOptions epochs(int epochs) {
        return FitOptions.epochs(epochs).withBatchSize(6);
    }

    private static History fit(RowSource rows, FitOptions options) {
        try (Model model = model()) {
            return model.fit(rows, options);
        }
    }

    private static Map<String, List<Double>> history(RowSource rows, FitOptions options) {
        return fit(rows, options).metrics();
    }

    @Test
    void aStreamTrainsAsTheSameRowsInMemory() {
        FitOptions options = epochs(3).withShuffle(false).withValidation(new Stream(rows(7)));
        RowSource ahead = new PrefetchedRows(new Stream(ROWS), 4, 2);

        assertThat(history(ahead, options)).isEqualTo(history(ROWS, options.withValidation(rows(7))));
        assertThat(history(new ShuffledRows(new Stream(ROWS), 8, 1), options))
                .as("another order")
                .isNotEqualTo(history(ROWS, options));
    }

    @Test
    void anEpochOfStepsGoesOnWhereTheLastOneEnded() {
        FitOptions options = epochs(2).withShuffle(false).withStepsPerEpoch(2);
        List<Double> halves = fit(ROWS, options).get("loss");

        assertThat(halves).hasSize(2);
        try (Model model = model()) {
            assertThat(model.fit(ROWS.rows(0, 12), epochs(1).withShuffle(false)).get("loss"))
                    .containsExactly(halves.get(0));
            assertThat(model.fit(ROWS.rows(12, 20), epochs(1).withShuffle(false))
                            .get("loss"))
                    .containsExactly(halves.get(1));
        }
    }

    @Test
    void anEpochThatMeetsTheEndIsShorterAndTheNextOneBeginsAnew() {
        List<Integer> batches = new ArrayList<>();
        Callback counting = new Callback() {
            private int current;

            @Override
            public void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
                current = batch + 1;
            }

            @Override
            public void onEpochEnd(int epoch, Map<String, Double> logs) {
                batches.add(current);
            }
        };
        history(ROWS, epochs(4).withStepsPerEpoch(3).withCallbacks(counting));

        assertThat(batches).as("of 4 batches a pass").containsExactly(3, 1, 3, 1);
    }

    @Test
    void validatesAsOftenAndAsLongAsItIsTold() {
        FitOptions options = epochs(5).withValidation(rows(9)).withValidationFreq(2);
        Map<String, List<Double>> all = history(ROWS, options);

        assertThat(all.get("loss")).hasSize(5);
        assertThat(all.get("val_loss")).hasSize(2);
        Map<String, List<Double>> first =
                history(ROWS, options.withValidationBatchSize(3).withValidationSteps(1));
        assertThat(first).isEqualTo(history(ROWS, options.withValidation(rows(9).rows(0, 3))));
        assertThat(first.get("val_mae")).isNotEqualTo(all.get("val_mae"));
    }

    @Test
    void aLaterFirstEpochGoesOnAsIfThereHadBeenNoPause() {
        try (Model whole = model();
                Model paused = model()) {
            List<Double> losses = whole.fit(ROWS, epochs(5)).get("loss");
            List<Double> before = paused.fit(ROWS, epochs(2)).get("loss");
            History after = paused.fit(ROWS, epochs(5).withInitialEpoch(2));

            assertThat(losses.subList(0, 2)).isEqualTo(before);
            assertThat(losses.subList(2, 5)).isEqualTo(after.get("loss"));
            assertThat(after.epochs()).containsExactly(2, 3, 4);
        }
    }

    @Test
    void stepsOnSingleBatchesAreThoseOfAnEpochAndAccumulate() {
        try (Model whole = model();
                Model single = model()) {
            History epoch = whole.fit(ROWS, epochs(1).withShuffle(false));
            Map<String, Double> logs = Map.of();
            for (int from = 0; from < 20; from += 6) {
                logs = single.trainOnBatch(ROWS.rows(from, Math.min(20, from + 6)));
            }

            assertThat(logs)
                    .isEqualTo(Map.of(
                            "loss",
                            epoch.get("loss").get(0),
                            "mae",
                            epoch.get("mae").get(0)));
            assertThat(single.testOnBatch(ROWS)).isEqualTo(whole.evaluate(ROWS, 20));
            assertThat(single.testOnBatch(rows(3))).isNotEqualTo(whole.evaluate(rows(3), 20));
            single.resetMetrics();
            assertThat(single.testOnBatch(rows(3))).isEqualTo(whole.evaluate(rows(3), 20));
            assertThat(whole.evaluate(ROWS, 3, 1)).isEqualTo(whole.evaluate(rows(3), 20));
        }
    }

    @Test
    void refusesWhatCannotBeTrainedOn() {
        assertThatThrownBy(() -> history(new Stream(ROWS), epochs(1).withValidationSplit(0.5)))
                .hasMessage("validation_split: 0.5 (expected: 0, as the rows are not in memory);"
                        + " give rows for validation instead");
        RowSource none = new RowSource() {
            @Override
            public RowSpec spec() {
                return ROWS.spec();
            }

            @Override
            public OptionalLong count() {
                return OptionalLong.empty();
            }

            @Override
            public RowStream open(long pass) {
                RowStream stream = ROWS.open(pass);
                stream.read(RowBuffer.of(ROWS.spec(), ROWS.rows()).tensors());
                return stream;
            }
        };
        assertThatThrownBy(() -> history(none, epochs(1))).hasMessage("data: no rows (expected: at least one)");
    }

    @Test
    void weightsAloneCanBeSavedAndLoadedIntoAnotherModel(@TempDir Path folder) {
        Path file = folder.resolve("some.weights.h5");
        try (Model trained = model();
                Model other = Model.sequential(InputLayer.of(2), Dense.of(3), Dropout.of(0.2), Dense.of(1))) {
            trained.fit(ROWS, epochs(2));
            trained.saveWeights(file);
            other.loadWeights(file);

            assertThat(other.predict(new float[][] {{1, 2}})).isDeepEqualTo(trained.predict(new float[][] {{1, 2}}));
            assertThatThrownBy(() -> trained.saveWeights(folder.resolve("some.h5")))
                    .hasMessageEndingWith("some.h5 (expected: a name ending in .weights.h5)");
        }
    }

    /** What numpy makes of numbers, and images are made of. */
    @ParameterizedTest
    @EnumSource(names = {"DOUBLE", "FLOAT16", "INT8", "INT16", "INT32", "INT64", "UINT8", "BOOL"})
    void numbersOfAllTypesAreLearnedFromAsTheInputHasThem(DataType type) {
        float[] bits = {1, 0, 0, 1, 1, 1, 0, 0, 0, 1};
        Tensor floats = Tensor.of(Shape.of(5, 2), bits);
        Tensor others = floats.cast(type);
        List<Tensor> y = List.of(Tensor.of(Shape.of(5, 1), 1f, 2f, 3f, 4f, 5f));
        FitOptions options = FitOptions.epochs(2).withBatchSize(2);
        try (Model expected = model();
                Model model = model()) {
            History wanted = expected.fit(new Dataset(List.of(floats), y), options);
            assertThat(model.fit(new Dataset(List.of(others), y), options).metrics())
                    .isEqualTo(wanted.metrics());
            assertThat(model.evaluate(new Stream(new Dataset(List.of(others), y)), 2))
                    .isEqualTo(expected.evaluate(new Dataset(List.of(floats), y), 2));
            assertThat(model.trainOnBatch(new Dataset(List.of(others), y)))
                    .isEqualTo(expected.trainOnBatch(new Dataset(List.of(floats), y)));
        }
    }

    @Test
    void refusesNumbersThatTheInputDoesNotHold() {
        Tensor x = Tensor.of(Shape.of(1, 2), new double[] {1, 1e300});
        Dataset rows = new Dataset(List.of(x), List.of(Tensor.of(Shape.of(1, 1), 1f)));
        try (Model model = model()) {
            assertThatThrownBy(() -> model.fit(rows, FitOptions.defaults()))
                    .hasMessage("input 'input_layer': 1.0E300 (expected: a number that FLOAT holds, as the model takes"
                            + " FLOAT)");
        }
    }

    /** A cast would make it the token 0. */
    @Test
    void refusesNaNForWholeNumbers() {
        Tensor x = Tensor.of(Shape.of(1, 1), Float.NaN);
        Dataset rows = new Dataset(List.of(x), List.of(Tensor.of(Shape.of(1, 1, 2), 1f, 1f)));
        Shape row = Shape.of(1).prepend(Dimension.symbol("batch"));
        try (Model model = Model.sequential(new InputLayer("tokens", DataType.INT32, row), Embedding.of(3, 2))) {
            model.compile("sgd", "mse");
            assertThatThrownBy(() -> model.fit(rows, FitOptions.defaults()))
                    .hasMessageContaining("NaN (expected: a number that INT32 holds");
        }
    }
}
