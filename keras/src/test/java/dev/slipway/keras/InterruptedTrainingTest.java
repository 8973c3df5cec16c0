package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.graph.SlipwayException;
import dev.slipway.keras.callbacks.ActiveCallback;
import dev.slipway.keras.callbacks.BackupAndRestore;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.callbacks.Callbacks;
import dev.slipway.keras.callbacks.TrainingRun;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training that was interrupted goes on, in another model, to the result of one that was not: bit for bit. */
class InterruptedTrainingTest {
    private static final Tensor X = random(60, 2);
    private static final Tensor Y = random(60, 1);

    @TempDir
    Path folder = Path.of("");

    /** Stands for a process that dies after some batches. */
    private static final class Death extends ActiveCallback {
        private static final class DeathException extends SlipwayException {
            private static final long serialVersionUID = 1L;

            DeathException() {
                super("dead");
            }
        }

        private int batchesLeft;

        Death(int batches) {
            batchesLeft = batches;
        }

        @Override
        public void onTrainBegin(TrainingRun begun) {
            super.onTrainBegin(begun);
        }

        @Override
        public void onPause() {
            if (batchesLeft-- == 0) {
                throw new DeathException();
            }
        }
    }

    private static Tensor random(int rows, int columns) {
        Random random = new Random(columns);
        float[] numbers = new float[rows * columns];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat();
        }
        return Tensor.of(Shape.of(rows, columns), numbers);
    }

    private static Model model() {
        Model model = Model.sequential(InputLayer.of(2), Dense.of(8), Dropout.of(0.3, 5), Dense.of(1));
        model.compile("adam", "mse", "mae");
        return model;
    }

    private Callback callback(String name, String arguments) {
        try {
            return Callbacks.of(name, (ObjectNode) new ObjectMapper().readTree(arguments.replace('\'', '"')), folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private FitOptions options(String saveFrequency, int death) {
        return FitOptions.epochs(12)
                .withBatchSize(7)
                .withValidationSplit(0.2)
                .withSeed(3)
                .withCallbacks(
                        callback("BackupAndRestore", "{'backup_dir': 'backup', 'save_freq': " + saveFrequency + "}"),
                        callback("EarlyStopping", "{'patience': 3, 'restore_best_weights': true, 'min_delta': 0.001}"),
                        callback("ReduceLROnPlateau", "{'patience': 2, 'factor': 0.5, 'min_delta': 0.001}"),
                        callback("CSVLogger", "{'filename': 'log.csv'}"),
                        new Death(death));
    }

    private static List<float[]> weights(Model model) {
        List<float[]> weights = new ArrayList<>();
        for (Weight weight : model.weights()) {
            Tensor value = model.weight(weight.path());
            float[] numbers = new float[(int) value.shape().elementCount()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) value.element(i);
            }
            weights.add(numbers);
        }
        return weights;
    }

    @ParameterizedTest(name = "backups every {0}, death after {1} batches")
    @CsvSource({"'epoch', 20", "'epoch', 3", "'1', 1", "'1', 17", "'3', 16", "'5', 40", "'1', 34"})
    void goesOnAsIfNothingHadHappened(String saveFrequency, int death) throws IOException {
        String frequency = saveFrequency.equals("epoch") ? "'epoch'" : saveFrequency;
        try (Model undisturbed = model();
                Model interrupted = model();
                Model resumed = model()) {
            History expected = undisturbed.fit(X, Y, options(frequency, -1));
            String log = Files.readString(folder.resolve("log.csv"));
            assertThatThrownBy(() -> interrupted.fit(X, Y, options(frequency, death)))
                    .hasMessage("dead");
            History history = resumed.fit(X, Y, options(frequency, -1));

            assertThat(history.metrics()).isEqualTo(expected.metrics());
            assertThat(history.epochs()).isEqualTo(expected.epochs());
            assertThat(weights(resumed)).usingRecursiveComparison().isEqualTo(weights(undisturbed));
            assertThat(Files.readString(folder.resolve("log.csv"))).isEqualTo(log);
            assertThat(folder.resolve("backup")).as("after the end").doesNotExist();
        }
    }

    @Test
    void theBackupIsAWeightsFileOfKeras() {
        Path file = folder.resolve("backup/latest.weights.h5");
        try (Model interrupted = model();
                Model other = Model.sequential(InputLayer.of(2), Dense.of(8), Dropout.of(0.3, 5), Dense.of(1))) {
            assertThatThrownBy(() -> interrupted.fit(X, Y, options("1", 5))).hasMessage("dead");
            other.loadWeights(file);

            assertThat(weights(other)).usingRecursiveComparison().isEqualTo(weights(interrupted));
            assertThat(BackupAndRestore.file(folder.resolve("backup"))).isEqualTo(file);
        }
    }

    @Test
    void refusesABackupOfAnotherTraining() throws IOException {
        try (Model interrupted = model();
                Model wider = Model.sequential(InputLayer.of(2), Dense.of(9), Dense.of(1));
                Model same = model()) {
            assertThatThrownBy(() -> interrupted.fit(X, Y, options("1", 5))).hasMessage("dead");
            wider.compile("adam", "mse", "mae");
            assertThatThrownBy(() -> wider.fit(X, Y, options("1", -1)))
                    .message()
                    .contains("latest.weights.h5: shape [2, 8] (expected: [2, 9])");
            Callback alone = callback("BackupAndRestore", "{'backup_dir': 'backup'}");
            assertThatThrownBy(() ->
                            same.fit(X, Y, FitOptions.epochs(1).withBatchSize(7).withCallbacks(alone)))
                    .hasMessage("callbacks: 1 (expected: 5, as in the training that is resumed)");
            Files.writeString(folder.resolve("backup/latest.weights.h5"), "no backup");
            assertThatThrownBy(() -> same.fit(X, Y, options("1", -1))).message().contains("latest.weights.h5");
        }
    }

    @Test
    void aBackupThatCannotBeWrittenEndsTheTrainingAndNamesTheFile() throws IOException {
        Files.createDirectories(folder.resolve("backup/latest.weights.h5/in the way"));
        try (Model model = model()) {
            FitOptions options = FitOptions.epochs(1)
                    .withCallbacks(callback(
                            "ModelCheckpoint", "{'filepath': 'backup/latest.weights.h5', 'save_weights_only': true}"));

            assertThatThrownBy(() -> model.fit(X, Y, options))
                    .message()
                    .contains("backup/latest.weights.h5 cannot be written: ");
        }
    }
}
