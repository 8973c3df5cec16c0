package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.keras.data.Npz;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that real Keras 3.15.1 wrote on PyTorch and TensorFlow give what it predicted: by {@code fixtures/keras315/make.py}. */
class RealKeras315Test {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder = Path.of("");

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(Fixtures.keras315(""))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".keras") || name.endsWith(".h5"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void givesWhatKerasPredicted(String name) {
        try (Model model = Model.load(Fixtures.keras315(name))) {
            requirePredictions(model, name);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void givesItWhenWrittenAgainToo(String name) {
        try (Model model = Model.load(Fixtures.keras315(name))) {
            for (String ending : List.of(".keras", ".h5")) {
                Path file = folder.resolve("again" + ending);
                model.save(file);
                try (Model again = Model.load(file)) {
                    requirePredictions(again, name);
                    assertThat(again.network().origin())
                            .isEqualTo(model.network().origin());
                }
            }
        }
    }

    private static void requirePredictions(Model model, String name) {
        Map<String, Tensor> arrays = Npz.read(Fixtures.keras315(name.replaceFirst("\\..*", ".npz")));
        requireClose(predicted(model, arrays, 3), arrays, "out_");
        requireClose(predicted(model, arrays, 1), arrays, "one_");
    }

    private static List<Tensor> predicted(Model model, Map<String, Tensor> arrays, int rows) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < model.inputs().size(); i++) {
            inputs.put(model.inputs().get(i).name(), require(arrays, "in_" + i).rows(0, rows));
        }
        return List.copyOf(model.predict(inputs).values());
    }

    private static void requireClose(List<Tensor> found, Map<String, Tensor> arrays, String prefix) {
        assertThat(arrays).doesNotContainKey(prefix + found.size());
        for (int i = 0; i < found.size(); i++) {
            Tensor expected = require(arrays, prefix + i);
            assertThat(found.get(i).type()).isEqualTo(expected.type());
            InferenceFixturesTest.requireClose(found.get(i), expected, TOLERANCE);
        }
    }

    private static Tensor require(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }
}
