package dev.slipway.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.cli.spec.TrainingData;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every directory with a spec reaches the figure of its README on rows that it did not learn from. */
final class SpecsTest {
    private static final Path EXAMPLES = Path.of("");

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "digits/train.yaml, 0.97",
        "iris/train.yaml, 0.9",
        "sequence/train.yaml, 0.98",
        "transfer/train.yaml, 0.85",
        "transformer/train.yaml, 0.98",
    })
    void tellsClassesApart(Path spec, double accuracy) {
        assertThat(last(spec, "val_accuracy")).isGreaterThanOrEqualTo(accuracy);
    }

    /** The mean of all patients would be 65 off. */
    @Test
    void foreseesDiabetes() {
        assertThat(last(Path.of("diabetes/train.yaml"), "val_mean_absolute_error"))
                .isLessThan(48);
    }

    @Test
    void baseOfTransferStaysAsItIs() {
        TrainSpec spec = TrainSpec.read(EXAMPLES.resolve("transfer/train.yaml"));
        TrainingData rows = spec.data().open(spec.fit());
        try (Model model = spec.newModel(rows);
                Model base = Model.load(EXAMPLES.resolve("transfer/base.keras"))) {
            spec.compile().ifPresent(model::compile);
            model.fit(rows.rows(), spec.fit().withEpochs(1));
            assertThat(base.weights())
                    .isNotEmpty()
                    .allSatisfy(weight -> assertThat(model.weight(base.name() + "/" + weight.path())
                                    .toFloatArray())
                            .containsExactly(base.weight(weight.path()).toFloatArray()));
        }
    }

    @Test
    void baseOfTransferIsAModelWithoutItsHead() {
        TrainSpec spec = TrainSpec.read(EXAMPLES.resolve("transfer/base.yaml"));
        Path trained = folder.resolve("trained.keras");
        Path rest = folder.resolve("rest.keras");
        try (Model model = spec.newModel(spec.data().open(spec.fit()))) {
            model.save(trained);
            WithoutHead.save(trained, rest);
            try (Model base = Model.load(rest)) {
                assertThat(base.weights())
                        .hasSize(model.weights().size() - 2)
                        .allSatisfy(weight -> assertThat(
                                        base.weight(weight.path()).toFloatArray())
                                .containsExactly(model.weight(weight.path()).toFloatArray()));
            }
        }
    }

    /** The generated rows that ship are what the programs write. */
    @Test
    void rowsAreThoseOfTheirGenerators() throws IOException {
        Waves.main(new String[] {folder.toString()});
        assertSameRows("sequence");
        Opinions.main(new String[] {folder.toString()});
        assertSameRows("transformer");
    }

    private void assertSameRows(String example) {
        for (String file : List.of("train.csv", "test.csv")) {
            assertThat(folder.resolve(file))
                    .hasSameTextualContentAs(EXAMPLES.resolve(example).resolve(file));
        }
    }

    private static double last(Path file, String metric) {
        TrainSpec spec = TrainSpec.read(EXAMPLES.resolve(file));
        assertThat(Files.exists(EXAMPLES.resolve(file).resolveSibling("README.md")))
                .isTrue();
        TrainingData rows = spec.data().open(spec.fit());
        try (Model model = spec.newModel(rows)) {
            spec.compile().ifPresent(model::compile);
            History history = model.fit(rows.rows(), spec.fitOptions(rows));
            List<Double> values = history.get(metric);
            return values.get(values.size() - 1);
        }
    }
}
