package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.MalformedFileException;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files in the layouts of Keras 2 load, predict and train on. They are built from the documented layouts by
 * {@code fixtures/keras2/make.py}, which also computes what they give; no real Keras 2 wrote them.
 */
class Keras2FilesTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder = Path.of("");

    @Test
    void readsASequentialThatIsABareListOfLayers() {
        Map<String, Tensor> arrays = arrays("sequential_2_0");
        try (Model model = Model.load(Fixtures.keras2("sequential_2_0.h5"))) {
            assertThat(model.inputs().get(0).name()).isEqualTo("dense_1_input");
            requireClose(model.predict(get(arrays, "x")), get(arrays, "y"));
        }
    }

    /** By {@code fixtures/hdf5/make.py}. */
    @ParameterizedTest
    @ValueSource(strings = {"gzip", "lzf", "user_block", "listed_texts", "big_endian", "half"})
    void readsWhatH5pySavedAgainWithOtherOptions(String options) {
        Map<String, Tensor> arrays = arrays("sequential_2_0");
        try (Model model = Model.load(Fixtures.hdf5("resaved_" + options + ".h5"))) {
            double tolerance = options.equals("half") ? 5e-3 : TOLERANCE;
            InferenceFixturesTest.requireClose(model.predict(get(arrays, "x")), get(arrays, "y"), tolerance);
            assertThat(model.untrainable()).isEmpty();
        }
    }

    @Test
    void predictsWhereOnlyTheOptimizersStateIsDamaged() throws IOException {
        byte[] bytes = Files.readAllBytes(Fixtures.keras2("sequential_2_0.h5"));
        byte[] name = "SGD".getBytes(StandardCharsets.UTF_8);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf("SGD/iter"); at >= 0; at = text.indexOf("SGD/iter", at + 1)) {
            bytes[at + name.length - 1] = 'X';
        }
        Path file = Files.write(folder.resolve("damaged.h5"), bytes);
        Map<String, Tensor> arrays = arrays("sequential_2_0");
        try (Model model = Model.load(file)) {
            requireClose(model.predict(get(arrays, "x")), get(arrays, "y"));
            assertThat(model.untrainable())
                    .get()
                    .asString()
                    .contains("no dataset at optimizer_weights/SGX/iterations:0");
        }
    }

    @Test
    void goesOnTrainingWithTheStateOfOldSgd() {
        Map<String, Tensor> arrays = arrays("sequential_2_0");
        try (Model model = Model.load(Fixtures.keras2("sequential_2_0.h5"))) {
            assertThat(model.untrainable()).isEmpty();
            OptimizerState state = model.optimizerState().orElseThrow();
            assertThat(state.iteration().longs().get(0)).isEqualTo(7);
            assertThat(state.learningRate().now()).isEqualTo(0.25);
            requireClose(slot(state, "dense_1/kernel", "momentum"), get(arrays, "slots_0"));
            requireClose(slot(state, "dense_2/bias", "momentum"), get(arrays, "slots_3"));
            model.fit(get(arrays, "x"), get(arrays, "y"), FitOptions.epochs(1));
            assertThat(state.iteration().longs().get(0)).isEqualTo(8);
        }
    }

    @Test
    void readsAFunctionalModelWhoseNestedNetworkCountsItsUsesFromOne() {
        Map<String, Tensor> arrays = arrays("functional_2_2");
        try (Model model = Model.load(Fixtures.keras2("functional_2_2.h5"))) {
            Map<String, Tensor> rows = Map.of("left", get(arrays, "left"), "right", get(arrays, "right"));
            List<Tensor> found = List.copyOf(model.predict(rows).values());
            requireClose(found.get(0), get(arrays, "y"));
            requireClose(found.get(1), get(arrays, "tower"));
        }
    }

    @Test
    void readsWhatTfKerasWrapped() {
        Map<String, Tensor> arrays = arrays("tf_sequential_2_10");
        try (Model model = Model.load(Fixtures.keras2("tf_sequential_2_10.h5"))) {
            requireClose(model.predict(get(arrays, "x")), get(arrays, "y"));
            assertThat(model.untrainable()).isEmpty();
            OptimizerState state = model.optimizerState().orElseThrow();
            assertThat(state.iteration().longs().get(0)).isEqualTo(9);
            assertThat(state.learningRate().now()).isEqualTo(0.125);
            requireClose(slot(state, "dense/kernel", "velocity"), get(arrays, "kernel_v"));
            requireClose(slot(state, "dense/bias", "momentum"), get(arrays, "bias_m"));
        }
    }

    @Test
    void savesInKeras3sForm() {
        Path copy = folder.resolve("copy.h5");
        Map<String, Tensor> arrays = arrays("functional_2_2");
        Map<String, Tensor> rows = Map.of("left", get(arrays, "left"), "right", get(arrays, "right"));
        try (Model model = Model.load(Fixtures.keras2("functional_2_2.h5"))) {
            model.save(copy);
            assertThat(model.toJson().toString()).doesNotContain("batch_input_shape");
            try (Model again = Model.load(copy)) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
                requireClose(get(again.predict(rows), "last"), get(model.predict(rows), "last"));
            }
        }
    }

    @Test
    void goesOnTrainingWithALearningRateThatDecays() throws IOException {
        Path file = changed("sequential_2_0.h5", "\"decay\": 0.0", "\"decay\": 0.5");
        Map<String, Tensor> arrays = arrays("sequential_2_0");
        try (Model model = Model.load(file)) {
            assertThat(model.untrainable()).isEmpty();
            OptimizerState state = model.optimizerState().orElseThrow();
            assertThat(state.iteration().longs().get(0)).isEqualTo(7);
            assertThat(state.learningRate().now()).isCloseTo(0.25 / (1 + 0.5 * 7), within(TOLERANCE));
            requireClose(slot(state, "dense_2/bias", "momentum"), get(arrays, "slots_3"));
        }
    }

    @Test
    void keepsTheOldHardSigmoidAndWritesItAsKeras3sOfOtherWeights() throws IOException {
        Path file = changed(
                "sequential_2_0.h5",
                "\"activation\": \"linear\", \"use_bias\": true",
                "\"activation\": \"hard_sigmoid\", \"d\"  :null");
        Map<String, Tensor> arrays = arrays("sequential_2_0");
        try (Model model = Model.load(file)) {
            Tensor linear = get(arrays, "y");
            Tensor found = model.predict(get(arrays, "x"));
            for (int i = 0; i < linear.shape().elementCount(); i++) {
                double expected = Math.min(Math.max(0.2 * linear.element(i) + 0.5, 0), 1);
                assertThat(found.element(i)).isCloseTo(expected, within(TOLERANCE));
            }
            Path copy = folder.resolve("new.keras");
            assertThat(model.save(copy))
                    .startsWith(
                            "hard_sigmoid of Keras 2 written as Keras 3's by multiplying the weights before it by 1.2:"
                                    + " dense_2");
            try (Model again = Model.load(copy)) {
                requireClose(again.predict(get(arrays, "x")), found);
            }
        }
    }

    /** A class of the authors' own that is called as one of Keras's would be read without the weights it has. */
    @Test
    void refusesWeightsThatTheLayerDoesNotHave() throws IOException {
        Path file = changed(
                "sequential_2_0.h5",
                "\"activation\": \"linear\", \"use_bias\": true",
                "\"activation\": \"linear\", \"use_bias\":false");
        assertThatThrownBy(() -> Model.load(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageEndingWith("layer 'model_weights/dense_2': 2 weights [dense_2/kernel:0, dense_2/bias:0]"
                        + " (expected: 1, as the architecture has)");
    }

    @Test
    void refusesKeras0ByItsVersion() throws IOException {
        assertThatThrownBy(() -> Model.load(changed("sequential_2_0.h5", "2.0.8", "0.3.2")))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith(
                        "written by Keras 0.3.2 (expected: 1.0 or later; load it in Keras 1 and save it again)");
    }

    @Test
    void refusesWeightsWithoutAnArchitecture() {
        assertThatThrownBy(() -> Model.load(Fixtures.keras2("weights_2_0.h5")))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageEndingWith(
                        "only weights (expected: a whole model, as model.save writes it; or its configuration"
                                + " as model.json, with this file as its weights)");
    }

    @Test
    void loadsOldWeightsIntoAnArchitectureWhoseLayersHaveOtherNames() {
        Map<String, Tensor> arrays = arrays("sequential_2_0");
        try (Model model = Model.sequential(InputLayer.of(2), Dense.of(3, "relu"), Dense.of(1))) {
            model.loadWeights(Fixtures.keras2("weights_2_0.h5"));
            requireClose(model.predict(get(arrays, "x")), get(arrays, "y"));
        }
    }

    @Test
    void changesNoWeightWhenTheFilesAreOthers() {
        try (Model model = Model.sequential(InputLayer.of(2), Dense.of(3), Dense.of(2));
                Model other = Model.sequential(InputLayer.of(2), Dense.of(3))) {
            Tensor before = model.weight("dense/kernel").copy();
            assertThatThrownBy(() -> model.loadWeights(Fixtures.keras2("weights_2_0.h5")))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageEndingWith("shape [3, 1] (expected: [3, 2]), at dense_2/dense_2/kernel:0");
            assertThat(model.weight("dense/kernel").bytes()).isEqualTo(before.bytes());
            assertThatThrownBy(() -> other.loadWeights(Fixtures.keras2("weights_2_0.h5")))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageEndingWith("weights of 2 layers [dense_1, dense_2] (expected: of 1 [dense])");
        }
    }

    /** The file with some text replaced by as many bytes. */
    private Path changed(String name, String known, String other) throws IOException {
        String text = Files.readString(Fixtures.keras2(name), StandardCharsets.ISO_8859_1);
        assertThat(text).contains(known);
        assertThat(other).hasSameSizeAs(known);
        return Files.writeString(folder.resolve(name), text.replace(known, other), StandardCharsets.ISO_8859_1);
    }

    private static Map<String, Tensor> arrays(String name) {
        return Npz.read(Fixtures.keras2(name + ".npz"));
    }

    private static Tensor get(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    private static Tensor slot(OptimizerState state, String weight, String slot) {
        return Objects.requireNonNull(state.slots().get(new SlotKey(weight, slot)), weight);
    }

    private static void requireClose(Tensor actual, Tensor expected) {
        InferenceFixturesTest.requireClose(actual, expected, TOLERANCE);
    }

    /** Real Keras 2.3.1 wrote this one and gave these numbers: {@code fixtures/keras2/make_names.py}. */
    @ParameterizedTest
    @ValueSource(strings = {"same.h5", "same.keras"})
    void readsNamesInAnyScript(String copy) {
        Tensor rows = Tensor.of(new float[][] {{1, 2}, {-3, 0.5f}});
        try (Model model = Model.load(Fixtures.keras2("names_in_any_script.h5"))) {
            model.save(folder.resolve(copy));
            try (Model again = Model.load(folder.resolve(copy))) {
                assertThat(again.network().layers()).containsOnlyKeys("größe", "価格");
                assertThat(again.predict(rows).toFloatArray()).containsExactly(2.7489915f, -3.5514522f);
            }
        }
    }

    @Test
    void hasItsOnlyOutputWithoutAListAsKeras2Gives() {
        try (Model model = Model.load(Fixtures.keras2("names_in_any_script.h5"))) {
            assertThat(model.toJson().at("/config/input_layers")).hasToString("[\"größe\",0,0]");
            assertThat(model.toJson().at("/config/output_layers")).hasToString("[\"価格\",0,0]");
        }
    }
}
