package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.callbacks.Callbacks;
import dev.slipway.keras.callbacks.LambdaCallback;
import dev.slipway.keras.callbacks.LearningRateScheduler;
import dev.slipway.keras.callbacks.ModelCheckpoint;
import dev.slipway.keras.callbacks.Snapshot;
import dev.slipway.keras.callbacks.TrainedModel;
import dev.slipway.keras.callbacks.TrainingRun;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.optimizers.LearningRate;
import dev.slipway.keras.optimizers.Optimizers;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The callbacks do what Keras 3.9's do: its sources were read, and the sequences below followed by hand. */
class CallbacksTest {
    @TempDir
    Path folder = Path.of("");

    /** A training whose epochs have given losses; the weight {@code w} is the number of the epoch. */
    private static final class Played implements TrainingRun, TrainedModel {
        private final LearningRate rate = LearningRate.of(
                Optimizers.of("SGD", Config.json().put("learning_rate", 1)), Tensor.of(Shape.scalar(), 0L));
        private final List<String> saved = new ArrayList<>();
        private final List<Double> rates = new ArrayList<>();
        private double weight = -1;
        private int epoch;
        private boolean stopped;
        private boolean isUnsavable;

        /** Plays epochs until one stops; gives the number of epochs played. */
        int play(Callback callback, String metric, double... values) {
            callback.onTrainBegin(this);
            for (epoch = 0; epoch < values.length && !stopped; epoch++) {
                weight = epoch;
                callback.onEpochBegin(epoch);
                Map<String, Double> logs = new LinkedHashMap<>(Map.of("loss", 9.0, metric, values[epoch]));
                callback.onTrainBatchEnd(0, () -> logs);
                callback.onEpochEnd(epoch, logs);
                rates.add(rate.now());
            }
            callback.onTrainEnd(Map.of());
            return epoch;
        }

        @Override
        public int epochs() {
            return 100;
        }

        @Override
        public int epoch() {
            return epoch;
        }

        @Override
        public int batch() {
            return 0;
        }

        @Override
        public OptionalInt batches() {
            return OptionalInt.of(1);
        }

        @Override
        public boolean validates() {
            return true;
        }

        @Override
        public TrainedModel model() {
            return this;
        }

        @Override
        public void stop() {
            stopped = true;
        }

        @Override
        public Snapshot snapshot() {
            return Snapshot.none();
        }

        @Override
        public void resume(Snapshot snapshot) {
            throw new AssertionError("nothing to resume");
        }

        @Override
        public LearningRate learningRate() {
            return rate;
        }

        @Override
        public long iterations() {
            return 0;
        }

        @Override
        public Map<String, Tensor> weights() {
            return Map.of("w", Tensor.of(Shape.scalar(), (float) weight));
        }

        @Override
        public void assign(Map<String, Tensor> weights) {
            weights.forEach((path, value) -> weight = value.element(0));
        }

        @Override
        public String architecture() {
            return "{}";
        }

        @Override
        public List<String> save(Path file) {
            saved.add(file.getFileName().toString());
            return List.of("epoch " + epoch);
        }

        @Override
        public void requireSavable(Path file) {
            if (isUnsavable) {
                throw new ConfigException(file.getFileName() + " cannot hold this model");
            }
        }

        @Override
        public void saveWeights(Path file) {
            saved.add("weights " + file.getFileName());
        }

        @Override
        public void saveTraining(Path file, Snapshot training) {
            saved.add("training " + file.getFileName());
        }

        @Override
        public Snapshot loadTraining(Path file) {
            return Snapshot.none();
        }
    }

    private Callback callback(String name, String arguments) {
        try {
            return Callbacks.of(name, (ObjectNode) new ObjectMapper().readTree(arguments.replace('\'', '"')), folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static double[] numbers(String list) {
        return Stream.of(list.split(" ")).mapToDouble(Double::parseDouble).toArray();
    }

    @ParameterizedTest(name = "{0} on {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                // arguments | metric | values | epochs played | weight at the end
                "{} | val_loss | 3 2 1 2 0 | 4 | 3",
                "{} | val_loss | 1 1 1 | 2 | 1",
                "{'patience': 2} | val_loss | 3 2 4 4 1 | 4 | 3",
                "{'patience': 2} | val_loss | 3 2 4 1 5 5 0 | 6 | 5",
                "{'patience': 2, 'restore_best_weights': true} | val_loss | 3 2 4 4 1 | 4 | 1",
                "{'patience': 9, 'restore_best_weights': true} | val_loss | 3 2 4 4 | 4 | 1",
                "{'patience': 1, 'min_delta': 0.5} | val_loss | 3 2.6 2.2 | 2 | 1",
                "{'patience': 1, 'min_delta': -0.5} | val_loss | 3 2.4 1.8 2 | 4 | 3",
                "{'monitor': 'val_accuracy', 'patience': 1} | val_accuracy | 0.1 0.2 0.1 0.9 | 3 | 2",
                "{'monitor': 'val_accuracy', 'mode': 'min'} | val_accuracy | 0.1 0.2 0.3 | 2 | 1",
                "{'patience': 2, 'baseline': 1} | val_loss | 3 2 1.5 1.6 0 | 4 | 3",
                "{'patience': 2, 'baseline': 1.8} | val_loss | 3 1.5 1.6 1.7 0 | 4 | 3",
                "{'start_from_epoch': 2} | val_loss | 1 2 9 8 9 0 | 5 | 4",
                "{'restore_best_weights': true, 'patience': 2} | val_loss | NaN NaN NaN 1 | 2 | 0",
            })
    void stopsEarly(String arguments, String metric, String values, int epochs, double weight) {
        Played training = new Played();

        assertThat(training.play(callback("EarlyStopping", arguments), metric, numbers(values)))
                .isEqualTo(epochs);
        assertThat(training.weight).isEqualTo(weight);
    }

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                // arguments | values | learning rate after each epoch, from 1
                "{'patience': 1} | 3 2 2 2 1 | 1 1 0.1 0.01 0.01",
                "{'patience': 2, 'factor': 0.5} | 3 3 3 3 3 | 1 1 0.5 0.5 0.25",
                "{'patience': 1, 'factor': 0.5, 'cooldown': 2} | 3 3 3 3 3 3 | 1 0.5 0.5 0.25 0.25 0.125",
                "{'patience': 1, 'factor': 0.5, 'min_lr': 0.4} | 3 3 3 3 | 1 0.5 0.4 0.4",
                "{'patience': 1, 'factor': 0.5, 'min_delta': 0.5} | 3 2.6 2.2 | 1 0.5 0.5",
                "{'patience': 1, 'factor': 0.5, 'mode': 'max'} | 1 2 2 | 1 1 0.5",
            })
    void lowersTheLearningRateOnAPlateau(String arguments, String values, String rates) {
        Played training = new Played();
        training.play(callback("ReduceLROnPlateau", arguments), "val_loss", numbers(values));

        double[] expected = numbers(rates);
        for (int i = 0; i < expected.length; i++) {
            assertThat(training.rates.get(i)).as("epoch " + i).isCloseTo(expected[i], within(1e-7));
        }
    }

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{'filepath': 'm.keras'} | 2 3 | m.keras m.keras",
                "{'filepath': 'm.h5', 'save_best_only': true} | 2 3 1 | m.h5 m.h5",
                "{'filepath': '{epoch:02d}-{val_loss:.2f}.keras'} | 2 3.456 | 01-2.00.keras 02-3.46.keras",
                "{'filepath': 'e{epoch}.weights.h5', 'save_weights_only': true} | 2 | weights e1.weights.h5",
                "{'filepath': 'm.keras', 'save_best_only': true, 'initial_value_threshold': 1.5} | 2 1 1.2 | m.keras",
                "{'filepath': 'm.keras', 'save_best_only': true, 'mode': 'max'} | 2 1 3 | m.keras m.keras",
                "{'filepath': '{epoch}b{batch}.keras', 'save_freq': 2} | 5 5 5 5 5 | 2b1.keras 4b1.keras",
            })
    void savesCheckpoints(String arguments, String values, String files) {
        Played training = new Played();
        training.play(callback("ModelCheckpoint", arguments), "val_loss", numbers(values));

        assertThat(String.join(" ", training.saved)).isEqualTo(files);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EarlyStoping | {} | callback 'EarlyStoping' (expected: one of [",
                "EarlyStopping | {'patiance': 1} | EarlyStopping: patiance = 1 (expected: a key that is supported;"
                        + " nearest: patience)",
                "EarlyStopping | {'mode': 'most'} | EarlyStopping: mode = most (expected: auto, min or max)",
                "EarlyStopping | {'monitor': 'val_my_number'} | EarlyStopping: monitor = val_my_number with mode = auto"
                        + " (expected: mode = min or max, as it is not known which is better)",
                "ModelCheckpoint | {} | ModelCheckpoint: filepath = nothing (expected: a name that ends in",
                "ModelCheckpoint | {'filepath': 'm.txt'} | ModelCheckpoint: filepath = m.txt (expected: a name that ends"
                        + " in .keras or .h5)",
                "ModelCheckpoint | {'filepath': 'm.h5', 'save_weights_only': true} | ModelCheckpoint: filepath = m.h5"
                        + " (expected: a name that ends in .weights.h5)",
                "ModelCheckpoint | {'filepath': 'm.h5', 'save_freq': 0} | ModelCheckpoint: save_freq = 0 (expected:"
                        + " epoch, or a number of batches)",
                "ReduceLROnPlateau | {'factor': 1.0} | ReduceLROnPlateau: factor = 1.0 (expected: a number below 1)",
                "TensorBoard | {'profile_batch': 2} | TensorBoard: profile_batch = 2 (expected: 0: it is not supported)",
            })
    void refusesFaultyArguments(String name, String arguments, String message) {
        assertThatThrownBy(() -> callback(name, arguments)).message().startsWith(message);
    }

    @Test
    void refusesAMetricThatIsNotThere() {
        assertThatThrownBy(() -> new Played().play(callback("EarlyStopping", "{'monitor': 'mae'}"), "val_loss", 1))
                .message()
                .startsWith("EarlyStopping: monitor = mae (expected: one of [");
        Callback checkpoint = callback("ModelCheckpoint", "{'filepath': '{mae:.2f}.keras'}");
        assertThatThrownBy(() -> new Played().play(checkpoint, "val_loss", 1))
                .message()
                .startsWith("filepath = {mae:.2f}.keras with {mae} (expected: one of [");
    }

    @Test
    void aCheckpointTellsWhatItsFileDoesNotSay() {
        ModelCheckpoint checkpoint = ModelCheckpoint.of(Config.json().put("filepath", "m.keras"), folder);
        assertThat(checkpoint.notes()).isEmpty();
        new Played().play(checkpoint, "val_loss", 1, 2);
        assertThat(checkpoint.notes()).containsExactly("epoch 1");
    }

    /** Weights alone can be written of any model. */
    @ParameterizedTest
    @CsvSource({"m.keras, false, 0", "m.weights.h5, true, 2"})
    void aCheckpointRefusesBeforeTheFirstEpochWhatItCannotWrite(String file, boolean weightsOnly, int epochs) {
        Callback checkpoint =
                ModelCheckpoint.of(Config.json().put("filepath", file).put("save_weights_only", weightsOnly), folder);
        Played training = new Played();
        training.isUnsavable = true;
        if (epochs == 0) {
            assertThatThrownBy(() -> training.play(checkpoint, "val_loss", 1, 2))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("checkpoint.keras cannot hold this model");
        } else {
            training.play(checkpoint, "val_loss", 1, 2);
        }
        assertThat(training.saved).hasSize(epochs);
    }

    private static Model model() {
        Model model = Model.sequential(InputLayer.of(1), Dense.of(1));
        model.compile("sgd", "mse");
        return model;
    }

    private static final Tensor X = Tensor.of(new float[][] {{1}, {2}, {3}, {4}});
    private static final Tensor Y = Tensor.of(new float[][] {{2}, {4}, {6}, {8}});

    @Test
    void aScheduleSetsTheRateOfEveryEpochAndItStandsInTheHistory() {
        LearningRateScheduler scheduler = new LearningRateScheduler((epoch, rate) -> epoch == 0 ? 0.5 : rate / 2);
        try (Model model = model()) {
            History history = model.fit(X, Y, FitOptions.epochs(3).withCallbacks(scheduler));

            assertThat(history.get("learning_rate")).containsExactly(0.5, 0.25, 0.125);
        }
    }

    @Test
    void aLossThatIsNoNumberEndsTheTrainingAfterItsBatch() {
        Tensor broken = Tensor.of(new float[][] {{1}, {Float.NaN}, {3}, {4}});
        List<Integer> epochs = new ArrayList<>();
        try (Model model = model()) {
            History history = model.fit(
                    broken,
                    Y,
                    FitOptions.epochs(3)
                            .withBatchSize(1)
                            .withShuffle(false)
                            .withCallbacks(
                                    callback("TerminateOnNaN", "{}"), new LambdaCallback((logs, e) -> epochs.add(e))));

            assertThat(epochs).containsExactly(0);
            assertThat(history.get("loss")).containsExactly(Double.NaN);
            assertThat(model.optimizerState().orElseThrow().iteration().longs().get(0))
                    .isEqualTo(2);
        }
    }

    @Test
    void logsEveryEpochAsCsv() throws IOException {
        try (Model model = model()) {
            FitOptions options = FitOptions.epochs(3).withValidationSplit(0.25).withValidationFreq(2);
            History history =
                    model.fit(X, Y, options.withCallbacks(callback("CSVLogger", "{'filename': 'log/a.csv'}")));

            List<String> lines = Files.readAllLines(folder.resolve("log/a.csv"));
            assertThat(lines).hasSize(4).startsWith("epoch,loss");
            for (int epoch = 0; epoch < 3; epoch++) {
                assertThat(lines.get(epoch + 1))
                        .isEqualTo(epoch + "," + history.get("loss").get(epoch));
            }
            model.fit(X, Y, options.withCallbacks(callback("CSVLogger", "{'filename': 'log/a.csv', 'append': true}")));
            assertThat(Files.readAllLines(folder.resolve("log/a.csv"))).hasSize(7);
            model.fit(
                    X, Y, options.withCallbacks(callback("CSVLogger", "{'filename': 'log/a.csv', 'separator': ';'}")));
            assertThat(Files.readAllLines(folder.resolve("log/a.csv")))
                    .hasSize(4)
                    .startsWith("epoch;loss");
        }
    }

    @Test
    void configsAreKerasNamesOnly() {
        assertThatThrownBy(() -> Callbacks.of("TerminateOnNaN", Config.json().put("x", 1), folder))
                .message()
                .startsWith("TerminateOnNaN: x = 1 (expected: no keys)");
    }
}
