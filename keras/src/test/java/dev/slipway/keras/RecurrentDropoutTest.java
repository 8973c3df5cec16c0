package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.Shape;
import dev.slipway.keras.TrainedLayer.Arguments;
import dev.slipway.keras.layers.CellOptions;
import dev.slipway.keras.layers.ConvLSTM1D;
import dev.slipway.keras.layers.GRU;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.layers.SimpleRNN;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What recurrent layers drop in training: as in Keras, the same in all steps of a call. */
class RecurrentDropoutTest {
    private static final int ROWS = 40;
    private static final int STEPS = 4;
    private static final int UNITS = 8;
    private static final String CELL = "layer/simple_rnn_cell/";

    private static Tensor filled(float number, long... lengths) {
        float[] numbers = new float[(int) Shape.of(lengths).elementCount()];
        Arrays.fill(numbers, number);
        return Tensor.of(Shape.of(lengths), numbers);
    }

    private static Tensor unit(float diagonal) {
        float[] numbers = new float[UNITS * UNITS];
        for (int i = 0; i < UNITS; i++) {
            numbers[i * UNITS + i] = diagonal;
        }
        return Tensor.of(Shape.of(UNITS, UNITS), numbers);
    }

    /** Outputs {@code [rows, steps, units]} of a network that sums input and state as they are. */
    private static Tensor outputs(double dropout, double recurrentDropout, float kernel, float recurrentKernel) {
        CellOptions cell =
                CellOptions.of(UNITS).withActivation("linear").withBias(false).withDropout(dropout, recurrentDropout);
        Arguments arguments = Arguments.of(filled(1, ROWS, STEPS, UNITS)).with("initial_state", filled(1, ROWS, UNITS));
        Layer layer = SimpleRNN.of(cell, SequenceOptions.allOutputs());
        try (TrainedLayer trained = new TrainedLayer(layer, arguments, new Random(1))) {
            trained.assign(CELL + "kernel", unit(kernel));
            trained.assign(CELL + "recurrent_kernel", unit(recurrentKernel));
            return trained.results().get(0);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void dropsTheSameInputsInEveryStepAndScalesTheOthers(double recurrentDropout) {
        Tensor outputs = outputs(0.25, recurrentDropout, 1, 0);
        int dropped = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int unit = 0; unit < UNITS; unit++) {
                double first = outputs.element((row * STEPS) * UNITS + unit);
                assertThat(first).isIn(0.0, (double) (float) (1 / 0.75));
                dropped += first == 0 ? 1 : 0;
                for (int step = 1; step < STEPS; step++) {
                    assertThat(outputs.element((row * STEPS + step) * UNITS + unit))
                            .isEqualTo(first);
                }
            }
        }
        assertThat(dropped).isBetween(50, 110);
    }

    @Test
    void dropsTheSamePartsOfTheStateInEveryStep() {
        Tensor outputs = outputs(0, 0.5, 0, 1);
        int dropped = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int unit = 0; unit < UNITS; unit++) {
                double first = outputs.element((row * STEPS) * UNITS + unit);
                assertThat(first).isIn(0.0, 2.0);
                dropped += first == 0 ? 1 : 0;
                double last = outputs.element((row * STEPS + STEPS - 1) * UNITS + unit);
                assertThat(last).isEqualTo(first == 0 ? 0 : Math.pow(2, STEPS));
            }
        }
        assertThat(dropped).isBetween(120, 200);
    }

    @Test
    void aRateOfOneDropsNothing() {
        assertThat(outputs(1, 1, 1, 1).element(0)).isEqualTo(2);
    }

    private static Layer layer(String kind, double dropout, double recurrentDropout) {
        CellOptions cell =
                CellOptions.of(UNITS).withDropout(dropout, recurrentDropout).withSeed(5);
        return switch (kind) {
            case "SimpleRNN" -> SimpleRNN.of(cell, SequenceOptions.lastOutput());
            case "LSTM" -> LSTM.of(cell, SequenceOptions.lastOutput());
            case "GRU" -> GRU.of(cell, SequenceOptions.lastOutput());
            default -> ConvLSTM1D.of(cell, SequenceOptions.lastOutput(), "same", 2);
        };
    }

    /** Gates share one mask, unless some of the state is dropped too; those of a convolutional LSTM never do. */
    @ParameterizedTest
    @CsvSource({
        "SimpleRNN, 0.2, 0.2, 2",
        "LSTM, 0.2, 0, 1",
        "LSTM, 0.2, 0.2, 8",
        "LSTM, 0, 0.2, 4",
        "GRU, 0.2, 0, 1",
        "GRU, 0.2, 0.2, 6",
        "ConvLSTM1D, 0.2, 0, 4"
    })
    void drawsAsManyMasksAsKeras(String kind, double dropout, double recurrentDropout, long draws) {
        boolean isImage = kind.equals("ConvLSTM1D");
        Tensor x = isImage ? filled(1, 2, STEPS, 3, UNITS) : filled(1, 2, STEPS, UNITS);
        InputLayer input = isImage ? InputLayer.of(STEPS, 3, UNITS) : InputLayer.of(STEPS, UNITS);
        try (Model model = Model.sequential(input, layer(kind, dropout, recurrentDropout))) {
            model.compile("sgd", "mse");
            model.fit(x, model.predict(x), FitOptions.epochs(3));
            String state = model.weights().stream()
                    .map(weight -> weight.path())
                    .filter(path -> path.endsWith("seed_generator_state"))
                    .findFirst()
                    .orElseThrow();
            assertThat(model.weight(state).element(0)).isEqualTo(5);
            assertThat(model.weight(state).element(1)).isEqualTo(3.0 * draws);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SimpleRNN", "LSTM", "GRU"})
    void theSameSeedTrainsTheSameAndNothingIsDroppedAtInference(String kind) {
        Tensor x = TrainedLayer.random(new Random(3), 1, Shape.of(6, STEPS, UNITS));
        Tensor y = filled(0.5f, 6, UNITS);
        double[] losses = new double[2];
        for (int run = 0; run < 2; run++) {
            try (Model model = Model.sequential(InputLayer.of(STEPS, UNITS), layer(kind, 0.3, 0.3));
                    Model without = Model.sequential(InputLayer.of(STEPS, UNITS), layer(kind, 0, 0))) {
                for (int i = 0; i < without.weights().size(); i++) {
                    Shape shape = without.weights().get(i).spec().shape();
                    Tensor start = TrainedLayer.random(new Random(i), 0.4, shape);
                    model.assign(model.weights().get(i).path(), start);
                    without.assign(without.weights().get(i).path(), start);
                }
                assertThat(model.predict(x).bytes())
                        .isEqualTo(without.predict(x).bytes());
                model.compile("sgd", "mse");
                losses[run] = model.fit(x, y, FitOptions.epochs(3)).get("loss").get(2);
            }
        }
        assertThat(losses[0]).isEqualTo(losses[1]).isPositive();
    }
}
