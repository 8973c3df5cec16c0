package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.CellOptions;
import dev.slipway.keras.layers.GRU;
import dev.slipway.keras.layers.GRUCell;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.LSTMCell;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Masking;
import dev.slipway.keras.layers.RNN;
import dev.slipway.keras.layers.SequenceOptions;
import dev.slipway.keras.layers.SimpleRNN;
import dev.slipway.keras.layers.StackedRNNCells;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Recurrent layers against plain loops, with every function, mask and option. */
class RecurrentTest {
    private static final int FEATURES = 3;
    private static final int UNITS = 4;
    private static final int ROWS = 5;
    private static final int STEPS = 6;

    static Stream<String> cases() {
        List<String> cases = new ArrayList<>();
        for (String kind : List.of("SimpleRNN", "LSTM", "GRU", "GRU before")) {
            for (String function : RecurrentReference.FUNCTIONS.keySet()) {
                cases.add(kind + "/" + function + "/sigmoid");
                cases.add(kind + "/tanh/" + function);
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesWhatPlainLoopsGive(String named) {
        String[] parts = named.split("/", -1);
        for (long seed = 0; seed < 8; seed++) {
            Random random = new Random(seed);
            boolean useBias = random.nextInt(4) > 0;
            CellOptions cell = CellOptions.of(UNITS)
                    .withActivation(parts[1])
                    .withRecurrentActivation(parts[2])
                    .withBias(useBias);
            SequenceOptions options =
                    new SequenceOptions(random.nextBoolean(), true, random.nextBoolean(), false, random.nextBoolean());
            InputLayer input = new InputLayer(
                    "x",
                    DataType.FLOAT,
                    Shape.of(List.of(
                            Dimension.symbol(InputLayer.BATCH), Dimension.symbol("time"), Dimension.of(FEATURES))));
            KerasTensor x = input.apply();
            boolean masked = random.nextBoolean();
            KerasTensor sequence = masked ? Masking.of(0).apply(x) : x;
            List<KerasTensor> results = KerasTensor.of(layer(parts[0], cell, options), List.of(sequence));
            try (Model model = Model.functional(List.of(x), results)) {
                randomize(model, random);
                check(model, parts, options, masked, random, named + ", seed " + seed);
            }
        }
    }

    private static RNN layer(String kind, CellOptions cell, SequenceOptions options) {
        return switch (kind) {
            case "SimpleRNN" -> SimpleRNN.of(cell, options);
            case "LSTM" -> LSTM.of(cell, options);
            case "GRU" -> GRU.of(cell, options);
            default -> GRU.resetBefore(cell, options);
        };
    }

    private static void randomize(Model model, Random random) {
        for (Weight weight : model.weights()) {
            Shape shape = weight.spec().shape();
            float[] numbers = new float[(int) shape.elementCount()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian() * 0.3f;
            }
            model.assign(weight.path(), Tensor.of(shape, numbers));
        }
    }

    /** Masked steps are all zero; the first row has no other. */
    private static double[][][] sequences(Random random) {
        double[][][] x = new double[ROWS][STEPS][FEATURES];
        for (int row = 1; row < ROWS; row++) {
            for (int step = 0; step < STEPS; step++) {
                boolean zero = random.nextInt(3) == 0;
                for (int i = 0; i < FEATURES; i++) {
                    x[row][step][i] = zero ? 0 : (float) random.nextGaussian();
                }
            }
        }
        return x;
    }

    private static Tensor flat(double[][][] x) {
        float[] flat = new float[ROWS * STEPS * FEATURES];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) x[i / (STEPS * FEATURES)][i / FEATURES % STEPS][i % FEATURES];
        }
        return Tensor.of(Shape.of(ROWS, STEPS, FEATURES), flat);
    }

    private static void check(
            Model model, String[] parts, SequenceOptions options, boolean masked, Random random, String where) {
        double[][][] x = sequences(random);
        Map<String, Tensor> results = model.predict(Map.of("x", flat(x)));
        List<Tensor> tensors = List.copyOf(results.values());
        for (int row = 0; row < ROWS; row++) {
            RecurrentReference reference = new RecurrentReference(
                    parts[0],
                    parts[1],
                    parts[2],
                    matrix(model, 0),
                    matrix(model, 1),
                    model.weights().size() > 2 ? numbers(model, 2) : new double[0]);
            double[] output = new double[UNITS];
            for (int step = 0; step < STEPS; step++) {
                double[] now = x[row][options.goBackwards() ? STEPS - 1 - step : step];
                boolean counts = !masked || now[0] != 0;
                if (counts) {
                    reference.step(now);
                    output = reference.h;
                } else if (options.zeroOutputForMask()) {
                    output = new double[UNITS];
                }
                if (options.returnSequences()) {
                    compare(tensors.get(0), (row * STEPS + step) * UNITS, output, where);
                }
            }
            if (!options.returnSequences()) {
                compare(tensors.get(0), row * UNITS, output, where);
            }
            compare(tensors.get(1), row * UNITS, reference.h, where);
            if (parts[0].equals("LSTM")) {
                compare(tensors.get(2), row * UNITS, reference.c, where);
            }
        }
    }

    private static void compare(Tensor actual, int from, double[] expected, String where) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(actual.element(from + i) - expected[i]))
                    .as("%s, element %d: %s (expected: %s)", where, from + i, actual.element(from + i), expected[i])
                    .isLessThanOrEqualTo(1e-5 + 1e-5 * Math.abs(expected[i]));
        }
    }

    private static double[] numbers(Model model, int weight) {
        Tensor tensor = model.weight(model.weights().get(weight).path());
        double[] numbers = new double[(int) tensor.shape().elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = tensor.element(i);
        }
        return numbers;
    }

    private static double[][] matrix(Model model, int weight) {
        double[] flat = numbers(model, weight);
        int columns = (int) model.weights().get(weight).spec().shape().size(1);
        double[][] matrix = new double[flat.length / columns][columns];
        for (int i = 0; i < flat.length; i++) {
            matrix[i / columns][i % columns] = flat[i];
        }
        return matrix;
    }

    /** Two cells in one loop are two layers, whatever the mask is. */
    @Test
    void stackedCellsAreStackedLayers() {
        Random random = new Random(7);
        StackedRNNCells cells = StackedRNNCells.of(LSTMCell.of(CellOptions.of(2)), GRUCell.of(CellOptions.of(UNITS)));
        Layer[] stacked = {InputLayer.of(STEPS, FEATURES), Masking.of(0), RNN.of(cells, SequenceOptions.allOutputs())};
        Layer[] layers = {
            InputLayer.of(STEPS, FEATURES),
            Masking.of(0),
            LSTM.of(2, SequenceOptions.allOutputs()),
            GRU.of(UNITS, SequenceOptions.allOutputs())
        };
        try (Model one = Model.sequential(stacked);
                Model two = Model.sequential(layers)) {
            randomize(one, random);
            assertThat(one.weights())
                    .extracting(Weight::path)
                    .startsWith("rnn/stacked_rnn_cells/lstm_cell/kernel")
                    .endsWith("rnn/stacked_rnn_cells/gru_cell/bias");
            for (int i = 0; i < one.weights().size(); i++) {
                two.assign(
                        two.weights().get(i).path(),
                        one.weight(one.weights().get(i).path()));
            }
            Tensor x = flat(sequences(random));
            compare(one.predict(x), 0, two.predict(x));
        }
    }

    private static void compare(Tensor actual, int from, Tensor expected) {
        double[] numbers = new double[(int) expected.shape().elementCount()];
        Arrays.setAll(numbers, expected::element);
        assertThat(actual.shape()).isEqualTo(expected.shape());
        compare(actual, from, numbers, "stacked");
    }

    @Test
    void aStatefulLayerBeginsEveryPredictionWithZeros() {
        ObjectNode config = Config.json().put("name", "r").put("units", UNITS).put("stateful", true);
        Layer stateful = LayerRegistry.builtIn().read("LSTM", config, inner -> Masking.of(0));
        Random random = new Random(5);
        try (Model model = Model.sequential(InputLayer.of(STEPS, FEATURES), stateful);
                Model plain = Model.sequential(InputLayer.of(STEPS, FEATURES), LSTM.of(UNITS))) {
            randomize(model, random);
            for (int i = 0; i < plain.weights().size(); i++) {
                plain.assign(
                        plain.weights().get(i).path(),
                        model.weight(model.weights().get(i).path()));
            }
            Tensor x = flat(sequences(random));
            Tensor first = model.predict(x);
            compare(first, 0, plain.predict(x));
            compare(model.predict(x), 0, first);
            assertThat(model.toJson().toString()).contains("\"stateful\":true");
        }
    }

    @Test
    void refusesTimeMajor() {
        ObjectNode config = Config.json().put("name", "r").put("units", 3).put("time_major", true);
        assertThatThrownBy(() -> LayerRegistry.builtIn().read("LSTM", config, inner -> Masking.of(0)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("layer 'r' (LSTM): time_major = true (expected: false, as Slipway does not support it)");
    }
}
