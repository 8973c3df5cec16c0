package dev.slipway.cli;

import static dev.slipway.cli.Run.slipway;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose architecture is a {@code .json} file and whose weights are in another one. */
final class ArchitectureFilesTest {
    @TempDir
    private Path directory = Path.of("");

    private Run run(String command, String... args) {
        return slipway(Stream.concat(Stream.of(command, directory.resolve("m.json")), Stream.of(args))
                .toArray());
    }

    @BeforeEach
    void writeParts() throws IOException {
        try (Model model = Model.sequential(InputLayer.of(1), Dense.of(1))) {
            Files.writeString(directory.resolve("m.json"), model.toJson().toString());
            model.save(directory.resolve("other.h5"));
        }
    }

    @Test
    void findsTheWeightsBesideTheArchitecture() throws IOException {
        Files.copy(directory.resolve("other.h5"), directory.resolve("weights.h5"));
        Run run = run("predict", "0");

        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("\"predictions\"");
        assertThat(run("summary").out()).contains("Total params: 2");
        assertThat(run("inspect").out())
                .startsWith("format: .json\nweights: " + directory.resolve("weights.h5") + "\n")
                .endsWith("unsupported: nothing\n");
    }

    @Test
    void takesTheWeightsThatAreGiven() {
        String weights = directory.resolve("other.h5").toString();

        assertThat(run("predict", "0", "--weights", weights).exit()).isZero();
        assertThat(run("convert", directory.resolve("new.keras").toString(), "--weights", weights)
                        .exit())
                .isZero();
        assertThat(directory.resolve("new.keras")).isRegularFile();
    }

    @Test
    void refusesAnArchitectureWithoutWeights() {
        Run run = run("predict", "0");

        assertThat(run.exit()).isNotZero();
        assertThat(run.err()).contains("an architecture without weights").contains("or --weights FILE)");
    }

    private Run train(String architecture) throws IOException {
        return train(architecture, "trained.keras");
    }

    private Run train(String architecture, String save) throws IOException {
        Files.writeString(directory.resolve("own.json"), architecture);
        Files.writeString(directory.resolve("rows.csv"), "x,y\n1,2\n2,4\n");
        return slipway("train", Files.writeString(directory.resolve("train.yaml"), """
                        model: {architecture: own.json}
                        compile: {optimizer: sgd, loss: mse}
                        data: {file: rows.csv, features: [x], targets: [y]}
                        save: %s
                        """.formatted(save)), "--quiet");
    }

    /** Python's JSON has numbers that JSON has not, and to_json() is often written as JSON once more. */
    @Test
    void trainsWhatPythonWrites() throws IOException {
        String json = """
                {"class_name": "Sequential", "config": {"layers": [
                  {"class_name": "ReLU", "config": {"max_value": Infinity}},
                  {"class_name": "Dense", "config": {"units": 1}}]}}""";

        assertThat(train(json).err()).contains("saved ");
        assertThat(train(TextNode.valueOf(json).toString()).err()).contains("saved ");
    }

    @Test
    void refusesToTrainWhatCouldNotBeSaved() throws IOException {
        Run run = train("""
                {"class_name": "Sequential", "keras_version": "2.3.1", "backend": "theano", "config": {"name": "s",
                  "layers": [
                    {"class_name": "Reshape", "config": {"batch_input_shape": [null, 1], "target_shape": [1, 1]}},
                    {"class_name": "LSTM", "config": {"name": "lstm", "units": 1, "activation": "hard_sigmoid"}}]}}""");

        assertThat(run.exit()).isNotZero();
        assertThat(run.err())
                .contains(
                        "layer 'lstm' (LSTM): activation = hard_sigmoid of Keras 2, clip(0.2x + 0.5, 0, 1) (expected: a"
                                + " function that Keras 3 has too); write it as .onnx, or as .h5, in the form of its own file")
                .doesNotContain("training ");
        assertThat(directory.resolve("trained.keras.training")).doesNotExist();
    }

    @Test
    void trainsWhatOnlyKeras2Has() throws IOException {
        Run run = train("""
                {"class_name": "Sequential", "keras_version": "2.3.1", "backend": "theano", "config": {"name": "s",
                  "layers": [
                    {"class_name": "Reshape", "config": {"batch_input_shape": [null, 1], "target_shape": [1, 1]}},
                    {"class_name": "LSTM", "config": {"name": "lstm", "units": 1, "activation": "hard_sigmoid"}}]}}""", "trained.h5");

        assertThat(run.err()).contains("saved ");
        assertThat(slipway("inspect", directory.resolve("trained.h5")).out()).contains("2.3.1");
        Run judged = slipway("evaluate", directory.resolve("trained.h5"), "--data", directory.resolve("rows.csv"));
        assertThat(judged.out()).as(judged.err()).contains("loss");
    }

    @Test
    void saysWhatIsWrongWithAnArchitectureToTrain() throws IOException {
        Path file = directory.resolve("own.json");

        assertThat(train("{").err())
                .startsWith("slipway: " + file + ": not JSON: ")
                .hasLineCount(1);
        assertThat(train("[".repeat(20_000)).err())
                .startsWith("slipway: " + file + ": not JSON: Document nesting depth");
        assertThat(train("1").err()).contains(file + ": neither a JSON object nor a list (expected: a model)");
    }
}
