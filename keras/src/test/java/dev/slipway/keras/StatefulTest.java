package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.callbacks.BackupAndRestore;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stateful recurrent layers in training and evaluation: each row begins with the states after the same row of the batch before.
 * Compared with a layer that keeps nothing and is given the states by hand, and with sums written down as loops.
 */
class StatefulTest {
    private static final int BATCH = 2;
    private static final int BATCHES = 3;
    private static final String GRU = "{'class_name': 'GRU', 'config': {'name': 'r', 'units': 3, OPTIONS}}";
    private static final FitOptions IN_ORDER =
            FitOptions.epochs(2).withBatchSize(BATCH).withShuffle(false);

    @TempDir
    Path folder = Path.of("");

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of(
                        "{'class_name': 'SimpleRNN', 'config': {'name': 'r', 'units': 3, OPTIONS}}", Shape.of(4, 2)),
                Arguments.of(
                        "{'class_name': 'LSTM', 'config': {'name': 'r', 'units': 3, 'go_backwards': true, OPTIONS}}",
                        Shape.of(4, 2)),
                Arguments.of(GRU, Shape.of(4, 2)),
                Arguments.of(
                        "{'class_name': 'GRU', 'config': {'name': 'r', 'units': 3, 'reset_after': false, OPTIONS}}",
                        Shape.of(4, 2)),
                Arguments.of(
                        "{'class_name': 'ConvLSTM1D', 'config': {'name': 'r', 'filters': 2, 'kernel_size': 2, OPTIONS}}",
                        Shape.of(3, 4, 2)),
                Arguments.of(
                        "{'class_name': 'RNN', 'config': {'name': 'r', OPTIONS, 'cell': {'class_name': 'StackedRNNCells', 'config':"
                                + " {'cells': [{'class_name': 'GRUCell', 'config': {'units': 2}}, {'class_name': 'LSTMCell',"
                                + " 'config': {'units': 3}}]}}}}",
                        Shape.of(4, 2)),
                Arguments.of(
                        "{'class_name': 'Bidirectional', 'config': {'name': 'r', 'layer': {'class_name': 'LSTM', 'config': {'name': 'l',"
                                + " 'units': 3, OPTIONS}}}}",
                        Shape.of(4, 2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void goOnWhereTheBatchBeforeStopped(String layer, Shape step) {
        Dataset rows = rows(new SplittableRandom(1), step);
        try (Model model = model(layer, step);
                ByHand byHand = new ByHand(layer, step, model)) {
            model.compile("sgd", "mse");
            List<Double> losses = model.fit(rows, IN_ORDER).get("loss");
            assertThat(losses.get(0)).isCloseTo(byHand.epoch(rows), within(1e-6));
            assertThat(losses.get(1)).isCloseTo(byHand.epoch(rows), within(1e-6));
            byHand.requireWeightsOf(model);
            // Evaluation goes on where training stopped, and so does the next one.
            for (int time = 0; time < 2; time++) {
                assertThat(model.evaluate(rows, BATCH))
                        .hasEntrySatisfying(
                                "loss", loss -> assertThat(loss).isCloseTo(byHand.judged(rows), within(1e-6)));
            }
            model.resetStates();
            byHand.begin();
            assertThat(model.fit(rows, IN_ORDER.withEpochs(1)).get("loss").get(0))
                    .isCloseTo(byHand.epoch(rows), within(1e-6));
            byHand.requireWeightsOf(model);
        }
    }

    /** One unit, one step a batch: {@code h = w · x + u · h'}, and no gradient flows into {@code h'}. */
    @Test
    void followGradientsWithinTheBatchOnly() {
        String layer = "{'class_name': 'SimpleRNN', 'config': {'name': 'r', 'units': 1, 'activation': 'linear',"
                + " 'use_bias': false, 'stateful': true}}";
        float[] x = {1, -2, 3, 0.5f, -1, 2};
        float[] y = {0.5f, 1, -1, 2, 0, 1};
        double w = 0.7;
        double u = -0.4;
        Layer input = read(json("{'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': [2, 1, 1]}}"));
        try (Model model = Model.sequential(input, read(json(layer)))) {
            model.assign("r/simple_rnn_cell/kernel", Tensor.of(Shape.of(1, 1), (float) w));
            model.assign("r/simple_rnn_cell/recurrent_kernel", Tensor.of(Shape.of(1, 1), (float) u));
            model.compile("sgd", "mse");
            model.fit(Tensor.of(Shape.of(6, 1, 1), x), Tensor.of(Shape.of(6, 1), y), IN_ORDER);
            double[] h = new double[2];
            for (int batch = 0; batch < 2 * BATCHES; batch++) {
                double byW = 0;
                double byU = 0;
                for (int row = 0; row < 2; row++) {
                    int at = 2 * (batch % BATCHES) + row;
                    double before = h[row];
                    h[row] = w * x[at] + u * before;
                    byW += (h[row] - y[at]) * x[at];
                    byU += (h[row] - y[at]) * before;
                }
                w -= 0.01 * byW;
                u -= 0.01 * byU;
            }
            assertThat(model.weight("r/simple_rnn_cell/kernel").element(0)).isCloseTo(w, within(1e-6));
            assertThat(model.weight("r/simple_rnn_cell/recurrent_kernel").element(0))
                    .isCloseTo(u, within(1e-6));
        }
    }

    @Test
    void areNoWeights() {
        try (Model model =
                model("{'class_name': 'LSTM', 'config': {'name': 'r', 'units': 3, OPTIONS}}", Shape.of(4, 2))) {
            assertThat(model.weights()).extracting(Weight::path).noneMatch(path -> path.contains("state"));
            Tensor x = rows(new SplittableRandom(2), Shape.of(4, 2))
                    .inputs()
                    .get(0)
                    .rows(0, BATCH);
            Tensor before = model.predict(x);
            assertThat(model.predict(x).bytes()).isEqualTo(before.bytes());
        }
    }

    @Test
    void areInABackup() {
        Dataset rows = rows(new SplittableRandom(3), Shape.of(4, 2));
        try (Model whole = model(GRU, Shape.of(4, 2));
                Model first = model(GRU, Shape.of(4, 2));
                Model second = model(GRU, Shape.of(4, 2))) {
            Stream.of(whole, first, second).forEach(model -> model.compile("adam", "mse"));
            whole.fit(rows, IN_ORDER);
            int[] pauses = {0};
            Callback death = new Callback() {
                @Override
                public void onPause() {
                    if (++pauses[0] == BATCHES + 1) {
                        throw new UncheckedIOException(new IOException("dead"));
                    }
                }
            };
            assertThatThrownBy(() -> first.fit(rows, IN_ORDER.withCallbacks(backup(), death)))
                    .isInstanceOf(UncheckedIOException.class);
            second.fit(rows, IN_ORDER.withCallbacks(backup(), death));
            for (String path : List.of("r/rnn_state_0", "r/gru_cell/kernel")) {
                assertThat(second.weight(path).bytes())
                        .as(path)
                        .isEqualTo(whole.weight(path).bytes());
            }
        }
    }

    private Callback backup() {
        return BackupAndRestore.of(json("{'backup_dir': 'backup', 'save_freq': 1}"), folder);
    }

    @Test
    void needBatchesOfOneSize() {
        Dataset rows = rows(new SplittableRandom(4), Shape.of(4, 2));
        try (Model model = model(GRU, Shape.of(4, 2))) {
            model.compile("sgd", "mse");
            assertThatThrownBy(() -> model.fit(rows, IN_ORDER.withBatchSize(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "data: a batch of 3 rows (expected: 2 rows in every batch, as 'r/rnn_state_0' is carried from"
                                    + " batch to batch); set batch_size, leave rows out, or build the model for another batch size");
            assertThatThrownBy(() -> model.fit(rows.rows(0, 5), IN_ORDER))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("data: 5 rows (expected: a multiple of 2, as ");
            assertThatThrownBy(() -> model.evaluate(rows.rows(0, 3), BATCH))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("data: 3 rows (expected: a multiple of 2, as ");
            assertThatThrownBy(() -> model.fit(rows, IN_ORDER.withValidation(rows.rows(0, 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("data: a batch of 1 rows (expected: 2 rows in every batch, as ");
            assertThatThrownBy(() -> model.trainOnBatch(rows))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("data: a batch of 6 rows (expected: 2 rows in every batch, as ");
        }
    }

    @Test
    void needABatchOfKnownSize() {
        Dataset rows = rows(new SplittableRandom(5), Shape.of(4, 2));
        try (Model model = model(GRU, "null", Shape.of(4, 2))) {
            model.compile("sgd", "mse");
            assertThatThrownBy(() -> model.fit(rows, IN_ORDER))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("stateful = true with states [[batch, 3]] (expected: a batch of known size in"
                            + " training and evaluation, such as batch_shape [8, 10, 3] of the input)");
        }
    }

    /** There the states would pass from step to step too. */
    @Test
    void areRefusedInTimeDistributed() {
        String layer = "{'class_name': 'TimeDistributed', 'config': {'name': 't', 'layer': " + GRU + "}}";
        Dataset rows = rows(new SplittableRandom(6), Shape.of(3, 4, 2));
        try (Model model = model(layer, Shape.of(3, 4, 2))) {
            model.compile("sgd", "mse");
            assertThatThrownBy(() -> model.fit(rows, IN_ORDER))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage(
                            "layer 't' (TimeDistributed): layer 'r' (GRU) inside (expected: none that carries states from"
                                    + " step to step and batch to batch in training and evaluation)");
        }
    }

    private static Dataset rows(SplittableRandom random, Shape step) {
        Shape shape = step.prepend(Dimension.of(BATCH * BATCHES));
        return new Dataset(List.of(numbers(random, shape)), List.of(numbers(random, Shape.of(BATCH * BATCHES, 1))));
    }

    private static Tensor numbers(SplittableRandom random, Shape shape) {
        float[] numbers = new float[(int) shape.elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextDouble(-1, 1);
        }
        return Tensor.of(shape, numbers);
    }

    private static Model model(String layer, Shape step) {
        return model(layer, String.valueOf(BATCH), step);
    }

    private static Model model(String layer, String batch, Shape step) {
        Layer input = read(json("{'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': [" + batch + ", "
                + step.toString().substring(1) + "}}"));
        Layer stateful = read(json(layer.replace("OPTIONS", "'stateful': true")));
        return Model.sequential(input, stateful, Flatten.of(), Dense.of(1));
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Layer read(JsonNode json) {
        return LayerRegistry.builtIn()
                .read(json.path("class_name").asText(), (ObjectNode) json.path("config"), StatefulTest::read);
    }

    /** The same training with a layer that keeps nothing: its states go in as inputs and come out as outputs. */
    private static final class ByHand implements AutoCloseable {
        private final Model trained;
        private final Model stepping;
        private List<Tensor> states = List.of();

        ByHand(String layer, Shape step, Model model) {
            Layer plain = read(json(layer.replace("OPTIONS", "'return_state': true")));
            KerasTensor x = InputLayer.input("x", sizes(step));
            List<KerasTensor> inputs = new ArrayList<>(List.of(x));
            List<KerasTensor> alone = plain.apply(CallArguments.of(List.of(x)));
            for (KerasTensor state : alone.subList(1, alone.size())) {
                Shape shape = state.shape();
                inputs.add(InputLayer.input("state_" + inputs.size(), sizes(shape.slice(1, shape.rank()))));
            }
            List<KerasTensor> results = plain.apply(CallArguments.ofList(inputs));
            KerasTensor answer = Dense.of(1).apply(Flatten.of().apply(results.get(0)));
            trained = Model.functional(inputs, List.of(answer));
            trained.compile("sgd", "mse");
            stepping = Model.functional(inputs, results.subList(1, results.size()));
            model.weights().forEach(weight -> trained.assign(weight.path(), model.weight(weight.path())));
            begin();
        }

        private static long[] sizes(Shape shape) {
            return shape.toArray();
        }

        void begin() {
            states = stepping.inputs().stream()
                    .skip(1)
                    .map(input -> Tensor.zeros(input.type(), input.shape().with(0, Dimension.of(BATCH))))
                    .toList();
        }

        /** Trains; gives the mean loss. */
        double epoch(Dataset rows) {
            return passed(rows, trained::trainOnBatch);
        }

        /** Judges; gives the mean loss. */
        double judged(Dataset rows) {
            return passed(rows, trained::testOnBatch);
        }

        private double passed(Dataset rows, Function<Dataset, Map<String, Double>> step) {
            double sum = 0;
            for (int i = 0; i < BATCHES; i++) {
                Dataset batch = rows.rows(i * BATCH, (i + 1) * BATCH);
                List<Tensor> inputs = new ArrayList<>(batch.inputs());
                inputs.addAll(states);
                Map<String, Tensor> named = new LinkedHashMap<>();
                for (int input = 0; input < inputs.size(); input++) {
                    named.put(stepping.inputs().get(input).name(), inputs.get(input));
                }
                stepping.weights().forEach(weight -> stepping.assign(weight.path(), trained.weight(weight.path())));
                states = List.copyOf(stepping.predict(named).values());
                trained.resetMetrics();
                sum += Objects.requireNonNull(
                        step.apply(new Dataset(inputs, batch.targets())).get("loss"));
            }
            return sum / BATCHES;
        }

        void requireWeightsOf(Model model) {
            for (Weight weight : model.weights()) {
                Tensor found = model.weight(weight.path());
                Tensor expected = trained.weight(weight.path());
                for (int i = 0; i < found.shape().elementCount(); i++) {
                    assertThat(found.element(i)).as(weight.path()).isCloseTo(expected.element(i), within(1e-6));
                }
            }
        }

        @Override
        public void close() {
            trained.close();
            stepping.close();
        }
    }
}
