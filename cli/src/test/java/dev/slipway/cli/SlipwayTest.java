package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.Npy;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.StringLookup;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a person uses it: what goes in, what comes out where, and the exit code. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SlipwayTest {
    private static final Path SPEC = Path.of("..", "examples", "my-best-model", "train.yaml");

    @TempDir
    private static Path directory = Path.of("");

    private Path model = Path.of("");

    @BeforeAll
    void train() {
        model = directory.resolve("my_best_model.h5");
        Run run = slipway("train", SPEC, "--save", model, "--quiet");
        assertThat(run.err())
                .contains("training my_best_model on 6 rows for 500 epochs")
                .contains("saved " + model);
        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("loss: ");
        assertThat(Double.parseDouble(run.out().substring(6).strip())).isLessThan(1e-3);
    }

    private static double number(Run run) {
        assertThat(run.err()).isEmpty();
        return Double.parseDouble(run.out().replaceAll("[^0-9.E-]", ""));
    }

    @Test
    void saysWhatItWouldPredictFor() throws IOException {
        Path wide = directory.resolve("wide.keras");
        try (Model made = Model.sequential(InputLayer.of(4), Dense.of(1))) {
            made.save(wide);
        }
        Path json = Files.writeString(directory.resolve("rows.json"), "{\"instances\": [[1, 2, 3, null]]}");

        assertThat(slipway("predict", wide, "5.1,3.5").err())
                .isEqualToIgnoringNewLines(
                        "slipway: '5.1,3.5' (expected: numbers with spaces between them, 4 for a row of"
                                + " input 'input_layer' [batch, 4])");
        assertThat(slipway("predict", wide, "5.1", "3.5").err())
                .isEqualToIgnoringNewLines(
                        "slipway: 2 numbers (expected: a multiple of 4, for rows of input 'input_layer'"
                                + " [batch, 4])");
        assertThat(slipway("predict", wide, "--input", json).err())
                .isEqualToIgnoringNewLines(
                        "slipway: " + json + ": body.instances.0.3: null (expected: a number for float32)");
    }

    @Test
    void predictsForNumbers() {
        Run run = slipway("predict", model, "10");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("{\"predictions\":[[").endsWith("]]}\n");
        assertThat(number(run)).isBetween(30.9, 31.1);
        assertThat(slipway("predict", model, "--format", "csv", "--", "-1", "0", "1")
                        .out()
                        .lines())
                .hasSize(4)
                .startsWith("dense");
    }

    @Test
    void answersRowsWithRowsAndColumnsWithColumns() throws IOException {
        Path rows = Files.writeString(directory.resolve("rows.json"), "{\"instances\": [[10.0], [0.0]]}");
        Path columns =
                Files.writeString(directory.resolve("columns.json"), "{\"inputs\": {\"input_layer\": [[10.0]]}}");

        assertThat(slipway("predict", model, "--input", rows).out())
                .matches("\\{\"predictions\":\\[\\[3.*],\\[.*]]}\n");
        assertThat(slipway("predict", model, "--input", columns).out())
                .matches("\\{\"outputs\":\\{\"dense\":\\[\\[3.*]]}}\n");
    }

    @Test
    void readsAndWritesTheFormatsOfDataFiles() throws IOException {
        Path csv = Files.writeString(directory.resolve("x.csv"), "x\n10\n0\n");
        Path npy = Files.write(directory.resolve("x.npy"), Npy.write(Tensor.of(Shape.of(2, 1), 10.0, 0.0)));
        Path npz = Files.write(
                directory.resolve("x.npz"), Npz.write(Map.of("anything", Tensor.of(Shape.of(2, 1), 10f, 0f))));
        Path predicted = directory.resolve("y.npz");
        for (Path input : new Path[] {csv, npy, npz}) {
            Run run = slipway("predict", model, "--input", input, "--output", predicted);

            assertThat(run).isEqualTo(new Run(0, "", ""));
            Tensor result = Objects.requireNonNull(Npz.read(predicted).get("dense"));
            assertThat(result.shape()).isEqualTo(Shape.of(2, 1));
            assertThat(result.toFloatArray()[0]).isBetween(30.9f, 31.1f);
        }
    }

    @Test
    void predictsForTexts() throws IOException {
        Path file = directory.resolve("words.keras");
        StringLookup layer = StringLookup.builder().outputMode("count").vocabulary(List.of("a", "b"));
        try (Model model = Model.sequential(InputLayer.ofText(1), layer)) {
            model.save(file);
        }
        String expected = "{\"predictions\":[[0.0,1.0,0.0],[1.0,0.0,0.0]]}\n";
        Tensor texts = Tensor.of(Shape.of(2), "a", "x");
        Path csv = Files.writeString(directory.resolve("words.csv"), "word\na\nx\n");
        Path json = Files.writeString(directory.resolve("words.json"), "{\"instances\": [[\"a\"], \"x\"]}");
        Path npz = Files.write(directory.resolve("words.npz"), Npz.write(Map.of("x", texts)));

        assertThat(slipway("predict", file, "a", "x")).isEqualTo(new Run(0, expected, ""));
        assertThat(slipway("predict", file, "--input", csv)).isEqualTo(new Run(0, expected, ""));
        assertThat(slipway("predict", file, "--input", json)).isEqualTo(new Run(0, expected, ""));
        assertThat(slipway("predict", file, "--input", npz).out()).contains("[[0.0,1.0,0.0],[1.0,0.0,0.0]]");
        assertThat(slipway("inspect", file).out()).contains("STRING [batch, 1]").contains("StringLookup: 1");
        assertThat(slipway("summary", file).out()).contains("string_lookup (StringLookup)");
        assertThat(slipway("convert", file, directory.resolve("words.onnx")).exit())
                .isZero();
        assertThat(slipway("predict", directory.resolve("words.onnx"), "a", "x").out())
                .isEqualTo(expected);
    }

    @Test
    void learnsFromTexts() throws IOException {
        Tensor texts = Tensor.of(Shape.of(4), "so good", "bad", "good, good", "bad bad");
        Tensor scores = Tensor.of(Shape.of(4), 1f, -1f, 2f, -2f);
        Files.write(directory.resolve("reviews.npz"), Npz.write(Map.of("x", texts, "y", scores)));
        Path spec = Files.writeString(directory.resolve("reviews.yaml"), """
                model:
                  layers:
                    - TextVectorization: {vocabulary: [good, bad], output_mode: count}
                    - Dense: {units: 1}
                compile: {optimizer: {SGD: {learning_rate: 0.1}}, loss: mse}
                data: {file: reviews.npz, features: x, targets: y}
                fit: {epochs: 200, batch_size: 3}
                save: reviews.keras
                """);

        assertThat(slipway("train", spec, "--quiet").exit()).isZero();
        assertThat(number(slipway("predict", directory.resolve("reviews.keras"), "Good!")))
                .isBetween(0.9, 1.1);
    }

    @Test
    void floatsOnStdoutReadBackToTheSameNumber() throws IOException {
        Path predicted = directory.resolve("exact.npy");
        slipway("predict", model, "10", "--output", predicted);
        float exact = Npy.read("exact.npy", Files.readAllBytes(predicted)).toFloatArray()[0];

        assertThat((float) number(slipway("predict", model, "10"))).isEqualTo(exact);
    }

    @Test
    void judgesAModel() throws IOException {
        Path rows = Files.writeString(directory.resolve("rows.csv"), "x,y\n1,4\n2,8\n");
        Run text = slipway("evaluate", model, "--data", rows, "--batch-size", 1);
        Run json = slipway("evaluate", model, "--data", rows, "--json");

        assertThat(text.exit()).isZero();
        assertThat(text.out()).startsWith("loss: ");
        assertThat(json.out()).matches("\\{\"loss\":0\\.[45].*}\n");
        assertThat(Double.parseDouble(text.out().substring(6).strip())).isBetween(0.49, 0.51);
        assertThat(slipway("evaluate", model, "--spec", SPEC).exit()).isZero();
    }

    @Test
    void namesLineAndColumnOfWhatItRefuses() throws IOException {
        Path spec = directory.resolve("places.yaml");
        Files.writeString(spec, Files.readString(SPEC).replace("  epochs: 500", "  epochs: many"));

        assertThat(slipway("train", spec).err())
                .contains("fit: epochs = \"many\" (expected: a whole number), at line 14, column 3");
    }

    @Test
    void stopsAtALossThatIsNoNumberAndSavesNothing() throws IOException {
        Files.writeString(directory.resolve("huge.csv"), "x,y\n1e30,1\n2e30,2\n");
        Path spec = Files.writeString(directory.resolve("huge.yaml"), """
                model: {layers: [Dense: {units: 1}]}
                compile: {optimizer: sgd, loss: mean_squared_error}
                data: {file: huge.csv, features: [x], targets: [y]}
                save: huge.keras
                """);
        Run run = slipway("train", spec, "--quiet");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("loss: Infinity (expected: a finite number), at epoch 1, batch 1; look for");
        assertThat(directory.resolve("huge.keras")).doesNotExist();
    }

    /** Keras's own callback ends a training without a failure. */
    @Test
    void savesNoModelOfNoNumbers() throws IOException {
        Files.writeString(directory.resolve("huge.csv"), "x,y\n1e30,1\n2e30,2\n");
        Path kept = Files.writeString(directory.resolve("kept.keras"), "an earlier model");
        Path spec = Files.writeString(directory.resolve("kept.yaml"), """
                model: {layers: [Dense: {units: 1}]}
                compile: {optimizer: sgd, loss: mean_squared_error}
                data: {file: huge.csv, features: [x], targets: [y]}
                callbacks: [TerminateOnNaN]
                save: kept.keras
                """);
        Run run = slipway("train", spec, "--quiet");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("(expected: a finite number), after epoch 1, and so nothing is saved; look for");
        assertThat(kept).hasContent("an earlier model");
    }

    /** The learning rate is far too high: every epoch is worse than the one before, up to infinity. */
    @Test
    void savesTheBestWeightsOfATrainingThatEndsInNoNumbers() throws IOException {
        Files.writeString(directory.resolve("steep.csv"), "x,y\n10,1\n20,2\n");
        Path spec = Files.writeString(directory.resolve("steep.yaml"), """
                model: {layers: [Dense: {units: 1}]}
                compile: {optimizer: {SGD: {learning_rate: 1.0}}, loss: mean_squared_error}
                data: {file: steep.csv, features: [x], targets: [y]}
                callbacks:
                  - TerminateOnNaN
                  - EarlyStopping: {monitor: loss, patience: 50, restore_best_weights: true}
                fit: {epochs: 40}
                save: steep.keras
                """);
        Run run = slipway("train", spec, "--quiet");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).matches("(?s)loss: (NaN|Infinity).*");
        assertThat(number(slipway("predict", directory.resolve("steep.keras"), "1")))
                .isFinite();
    }

    private Path line(String name, String layers, String more) throws IOException {
        Files.copy(
                SPEC.resolveSibling("data.csv"),
                directory.resolve("line.csv"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        return Files.writeString(
                directory.resolve(name + ".yaml"),
                String.join(
                        "\n",
                        "model: " + layers,
                        "compile: {optimizer: {SGD: {learning_rate: 0.01}}, loss: mean_squared_error}",
                        "data: {file: line.csv, features: [x], targets: [y]}",
                        "fit: {epochs: 2}",
                        "save: " + name + ".keras",
                        more));
    }

    @Test
    void namesHistoryAndCurvesAfterTheModel() throws IOException {
        String layers = "{layers: [Dense: {units: 1}]}";
        assertThat(slipway("train", line("first", layers, ""), "--quiet").exit())
                .isZero();
        assertThat(slipway("train", line("second", layers, "curves: own.svg"), "--quiet")
                        .exit())
                .isZero();

        assertThat(directory.resolve("first.history.csv")).isRegularFile();
        assertThat(directory.resolve("first.curves.svg")).isRegularFile();
        assertThat(directory.resolve("second.history.csv")).isRegularFile();
        assertThat(directory.resolve("own.svg")).isRegularFile();
        assertThat(directory.resolve("second.curves.svg")).doesNotExist();
        assertThat(directory.resolve("second.keras.training")).doesNotExist();
    }

    /** The reader's limit is 1,000 levels; what is wrong within it is said with its place. */
    @ParameterizedTest
    @CsvSource({"900, 'expected: a name, or one name with its arguments), at line 1, column'", "20000, nesting depth"})
    void refusesDeepSpecs(int levels, String message) throws IOException {
        Path spec = line("deep", "{layers: " + "[".repeat(levels) + "]".repeat(levels) + "}", "");

        Run run = slipway("train", spec, "--quiet");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).startsWith("slipway: ").contains(message).doesNotContain("fault of slipway", "\tat ");
    }

    @Test
    void refusesAnchorsAndAliases() throws IOException {
        Path spec = line("aliases", "{layers: [Dense: &one {units: 1}, Dense: *one]}", "");

        assertThat(slipway("train", spec, "--quiet").err())
                .contains("&one (expected: no YAML anchors and aliases; write the values out), at line 1, column");
    }

    @Test
    void refusesToResumeWithAnotherSpec() throws IOException {
        Path spec = line("resumed", "{layers: [Dense: {units: 1}]}", "");
        Path backup = Files.createDirectories(directory.resolve("resumed.keras.training"));
        Files.writeString(backup.resolve("latest.weights.h5"), "a backup");
        Files.writeString(
                backup.resolve("spec.json"),
                "{\"model\":{\"layers\":[{\"Dense\":{\"units\":1}}]},"
                        + "\"compile\":{\"optimizer\":{\"SGD\":{\"learning_rate\":0.02}},\"loss\":\"mean_squared_error\"},"
                        + "\"data\":{\"file\":\"line.csv\",\"features\":[\"x\"],\"targets\":[\"y\"]},"
                        + "\"fit\":{\"epochs\":2,\"batch_size\":32,\"seed\":0}}");

        Run run = slipway("train", spec, "--quiet", "--resume");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "--resume: compile.optimizer.SGD.learning_rate = 0.01 (expected: 0.02, as in the training that is"
                                + " resumed from " + backup + "); change it back, or begin anew without --resume");
        assertThat(backup.resolve("latest.weights.h5")).hasContent("a backup");
    }

    @Test
    void refusesToResumeWithOtherData() throws IOException {
        Path spec = line("resumed", "{layers: [Dense: {units: 1}]}", "");
        Path backup = Files.createDirectories(directory.resolve("resumed.keras.training"));
        Files.writeString(backup.resolve("latest.weights.h5"), "a backup");
        StartedSpec.in(backup).write(TrainSpec.read(spec).identity());
        Files.writeString(directory.resolve("line.csv"), "0,1\n", StandardOpenOption.APPEND);

        Run run = slipway("train", spec, "--quiet", "--resume");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains("--resume: contents.0 line.csv = \"")
                .contains(" bytes, checksum ")
                .contains("as in the training that is resumed from " + backup);
    }

    @Test
    void refusesToResumeInAHeapThatDrawsAnotherOrder() throws IOException {
        Path spec = line("resumed", "{layers: [Dense: {units: 1}]}", "");
        Path backup = Files.createDirectories(directory.resolve("resumed.keras.training"));
        Files.writeString(backup.resolve("latest.weights.h5"), "a backup");
        StartedSpec.in(backup).write(TrainSpec.read(spec).identity().put("rows_in_memory", "4096"));

        assertThat(slipway("train", spec, "--quiet", "--resume").err())
                .contains(
                        "--resume: rows_in_memory = \"all\" (expected: \"4096\", as in the training that is resumed from "
                                + backup + "); give it the heap that it had, as by JAVA_OPTS=-Xmx2g, or begin anew");
    }

    @Test
    void trainsNewLayersBehindAPartOfAModel() throws IOException {
        String whole = "{layers: [Dense: {units: 3, name: body}, Dense: {units: 1, name: head}]}";
        assertThat(slipway("train", line("whole", whole, ""), "--quiet").exit()).isZero();
        String cut = "{base: {model: whole.keras, until: %s}, layers: [Dense: {units: 1}]}";

        Run run = slipway("train", line("cut", String.format(cut, "body"), ""), "--quiet");

        assertThat(run.err()).contains("saved ");
        assertThat(slipway("summary", directory.resolve("cut.keras")).out())
                .contains("Trainable params: 4")
                .contains("Non-trainable params: 6");
        assertThat(slipway("train", line("none", String.format(cut, "tail"), ""), "--quiet")
                        .err())
                .contains("layer 'tail' used 0 times (expected: once, by one of [");
    }

    @Test
    void trainsNewLayersBehindAFrozenModel() throws IOException {
        Files.copy(SPEC.resolveSibling("data.csv"), directory.resolve("behind.csv"));
        Path spec = Files.writeString(directory.resolve("behind.yaml"), """
                model: {base: my_best_model.h5, layers: [Dense: {units: 1}]}
                compile: {optimizer: sgd, loss: mean_squared_error}
                data: {file: behind.csv, features: [x], targets: [y]}
                callbacks: [EarlyStopping: {monitor: loss, patience: 1}]
                fit: {epochs: 2}
                save: behind.keras
                """.replace(
                        "my_best_model.h5", model.toAbsolutePath().toString()));

        Run run = slipway("train", spec, "--quiet");

        assertThat(run.err()).contains("saved ");
        assertThat(run.exit()).isZero();
        assertThat(slipway("summary", directory.resolve("behind.keras")).out())
                .contains("Trainable params: 2")
                .contains("Non-trainable params: 2");
    }

    @Test
    void showsTheLayers() {
        Run run = slipway("summary", model);

        assertThat(run.exit()).isZero();
        assertThat(run.out())
                .contains("Model: \"my_best_model\"")
                .contains("│ dense (Dense) │ (None, 1)    │       2 │")
                .contains(
                        " Total params: 4 (16.00 B)", " Trainable params: 2 (8.00 B)", " Optimizer params: 2 (8.00 B)");
    }

    @Test
    void convertsBetweenFormatsWithoutChangingThePrediction() {
        Path keras = directory.resolve("converted.keras");
        Path h5 = directory.resolve("back.h5");
        Path onnx = directory.resolve("converted.onnx");

        assertThat(slipway("convert", model, keras))
                .isEqualTo(new Run(0, "", "wrote " + keras + System.lineSeparator()));
        assertThat(slipway("convert", keras, h5).exit()).isZero();
        assertThat(slipway("convert", h5, onnx).exit()).isZero();

        String expected = slipway("predict", model, "10").out();
        for (Path converted : new Path[] {keras, h5, onnx}) {
            assertThat(slipway("predict", converted, "10").out()).isEqualTo(expected);
        }
        assertThat(slipway("summary", onnx).out())
                .contains("Input 'input_layer': FLOAT [")
                .contains("Output 'dense'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"float16", "bfloat16", "float64", "mixed_float16"})
    void predictsInEveryPrecision(String policy) {
        String file = "../keras/src/test/resources/fixtures/dtypes/" + policy + ".keras";
        Run run = slipway("predict", file, "0.5", "-0.25", "0.125", "1");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("[[0.");
        assertThat(slipway("inspect", file).out()).contains("dtype policies:\n", "  " + policy + ": ");
    }

    @Test
    void optionsStandAboveTheSpec() {
        Path other = directory.resolve("other.keras");
        Run run = slipway("train", SPEC, "--epochs", 2, "--batch-size", 3, "--seed", 7, "--save", other, "--quiet");

        assertThat(run.err()).contains("for 2 epochs");
        assertThat(run.exit()).isZero();
        assertThat(other).isRegularFile();
    }

    @Test
    void learnsFromArraysAndSeveralMetrics() throws IOException {
        Files.write(directory.resolve("a.npy"), Npy.write(Tensor.of(Shape.of(4), 0f, 1f, 2f, 3f)));
        Files.write(directory.resolve("b.npy"), Npy.write(Tensor.of(Shape.of(4), 0f, 2f, 4f, 6f)));
        Path spec = Files.writeString(directory.resolve("arrays.yaml"), """
                model: {layers: [Dense: {units: 4, activation: relu}, Dropout: {rate: 0.1}, Dense: {units: 1}]}
                compile: {optimizer: adam, loss: {Huber: {delta: 2.0}}, metrics: [mae]}
                data: {features: a.npy, targets: b.npy}
                fit: {epochs: 3, validation_split: 0.25}
                save: arrays.keras
                """);
        Run run = slipway("train", spec, "--quiet");

        assertThat(run.err()).contains("on 4 rows for 3 epochs");
        assertThat(run.out().lines().map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactly("loss", "mae", "val_loss", "val_mae");
        assertThat(directory.resolve("arrays.keras")).isRegularFile();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "epochs: 500 | epoch: 500 | fit: epoch = 500 (expected: a key that is supported; nearest: epochs), at line 14",
                "epochs: 500 | epochs: 0 | fit: epochs = 0 (expected: >= 1), at line 14, column 3",
                "batch_size: | epochs: | not YAML: Duplicate field 'epochs'",
                "units: 1 | unit: 1 | faulty.yaml: layer (Dense): unit = 1 (expected: a key that is supported; nearest:"
                        + " units), at line 5, column 15",
                "Dense: | Dens: | layer (Dens): unknown class",
                "Dense: | Dens: | nearest: Dense), at line 5, column 7",
                "optimizer: | optimiser: | nearest: optimizer), at line 7, column 3",
                "SGD: | SDG: | nearest: sgd), at line 7, column 15",
                "learning_rate | learnin_rate | nearest: learning_rate), at line 7, column 21",
                "learning_rate | lr | faulty.yaml: optimizer SGD: lr = 0.01 (expected: a key that is supported; nearest:"
                        + " learning_rate), at line 7, column 21",
                "mean_squared_error | mean_squared_eror | nearest: mean_squared_error), at line 8, column 9",
                "targets: | target: | nearest: targets), at line 12, column 3",
                "data.csv | date.csv | date.csv: no such file",
                "features: [x] | features: [z] | no column 'z' (expected: one of [x, y])",
                "save: my_best_model.h5 | save: my_best_model.h6 | .h6 (expected: a name ending in .keras or .h5)",
                "compile: | compiled: | (expected: a key that is supported; nearest: compile), at line 6, column 1",
                "compile: | train: | compile = nothing (expected: a section 'compile:' with keys and values)",
                "model: | model: [ | not YAML",
            })
    void refusesAFaultySpecAndNamesTheFault(String right, String wrong, String message) throws IOException {
        Path spec = directory.resolve("faulty.yaml");
        Files.copy(
                SPEC.resolveSibling("data.csv"),
                directory.resolve("data.csv"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(spec, Files.readString(SPEC).replace(right, wrong));

        Run run = slipway("train", spec, "--quiet");

        assertThat(run.err()).startsWith("slipway: ").contains(message).doesNotContain("\tat ");
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "xyz",
                "predict",
                "predict MODEL",
                "predict MODEL 1 --input x.json",
                "predict MODEL 1 --format xml",
                "serve",
                "serve MODEL --port x",
                "serve MODEL --max-body 16",
                "serve MODEL --name a --name b",
                "train",
                "convert MODEL",
            })
    void wrongUsageIsExitCode2AndSaysHow(String line) {
        Run run = slipway((Object[]) line.replace("MODEL", model.toString()).split(" "));

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("Usage: slipway");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "predict nope.h5 1 | nope.h5: no such file (expected: a .keras, .h5, .onnx, .json or .yaml file)",
                "predict . 1 | .: is a directory (expected: a .keras, .h5, .onnx, .json or .yaml file)",
                "predict MODEL ten | 'ten' (expected: a number)",
                "predict MODEL --input nope.json | nope.json: no such file",
                "predict MODEL --input x.txt | x.txt (expected: a name ending in .json, .csv, .parquet, .npy or .npz",
                "convert MODEL x.txt | x.txt (expected: a name ending in .keras, .h5 or .onnx)",
                "summary ../pom.xml | ../pom.xml (expected: a name ending in .keras, .h5, .hdf5, .onnx, .json or .yaml)",
                "serve MODEL --port 70000 | serve.port: 70000 (expected: 0 to 65535), at --port",
                "serve MODEL --name a/b | model name: 'a/b' (expected: letters",
            })
    void failuresAreExitCode1AndOneLine(String line, String message) {
        Run run = slipway((Object[]) line.replace("MODEL", model.toString()).split(" "));

        assertThat(run.err()).startsWith("slipway: " + message).hasLineCount(1);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aBrokenModelFileIsOneLine() throws IOException {
        Path broken = directory.resolve("broken.keras");
        Files.write(broken, java.util.Arrays.copyOf(Files.readAllBytes(model), 3000));

        Run run = slipway("predict", broken, "1");

        assertThat(run.err()).startsWith("slipway: " + broken + ": ").hasLineCount(1);
        assertThat(run.exit()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "train",
                "evaluate",
                "predict",
                "summary",
                "inspect",
                "convert",
                "serve",
                "keys",
                "completion"
            })
    void everyCommandHasHelp(String command) {
        Run run = slipway(command, "--help");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("Usage: slipway " + command).contains("Example");
    }

    @Test
    void printsACompletionScript() {
        Run run = slipway("completion");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("complete -F").contains("predict").doesNotContain("warm-up");
    }
}
