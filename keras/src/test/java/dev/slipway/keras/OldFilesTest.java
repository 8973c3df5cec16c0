package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.LeakyReLU;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files in the layouts of Keras 1 and 2 give what their layers are defined to give. They are built from the documented
 * layouts by {@code fixtures/old/make.py}, which also computes what they give; no such Keras wrote them.
 */
class OldFilesTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder = Path.of("");

    static Stream<String> models() throws IOException {
        try (Stream<Path> files = Files.list(Fixtures.old(""))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("keras_") && !name.endsWith(".npz"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesWhatItsLayersAreDefinedToGive(String name) {
        try (Model model = Model.load(Fixtures.old(name))) {
            requireExpected(model, name.substring(0, name.lastIndexOf('.')));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void staysTheSameThroughFiles(String name) {
        try (Model model = Model.load(Fixtures.old(name))) {
            for (String ending : List.of("copy.keras", "copy.h5")) {
                Path copy = folder.resolve(ending);
                if (name.contains("extinct") && ending.endsWith(".keras")) {
                    assertThatThrownBy(() -> model.save(copy))
                            .isInstanceOfSatisfying(
                                    ConfigException.class,
                                    e -> assertThat(e.problems())
                                            .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                                            .containsExactly(
                                                    "layer 'srelu_1' (SReLU)",
                                                    "layer 'batchnormalization_1' (Keras1BatchNormalization)",
                                                    "layer 'batchnormalization_2' (Keras1BatchNormalization)"));
                } else {
                    model.save(copy);
                    try (Model again = Model.load(copy)) {
                        requireExpected(again, name.substring(0, name.lastIndexOf('.')));
                    }
                }
            }
        }
    }

    @Test
    void readsAnArchitectureAndItsWeightsFromTwoFiles() throws IOException {
        Path json = Fixtures.old("parts.json");
        Path weights = Fixtures.old("parts_weights.h5");
        try (Model model = Model.load(json, weights, LayerRegistry.builtIn(), ReadLimits.defaults())) {
            requireExpected(model, "parts");
        }
        ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.toFile());
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0)) {
            model.loadWeights(weights);
            requireExpected(model, "parts");
        }
    }

    /** The best known file of its kind is {@code vgg16_weights.h5}. */
    @Test
    void readsWeightsThatAreNumberedAsBeforeKeras1() {
        Path json = Fixtures.old("numbered.json");
        Path weights = Fixtures.old("numbered_weights.h5");
        try (Model model = Model.load(json, weights, LayerRegistry.builtIn(), ReadLimits.defaults())) {
            requireExpected(model, "numbered");
        }
    }

    /** Keras 1 does not say that it ran on Theano: its convolutions do, whose channels are first. */
    @Test
    void padsAsTheanoDidForKeras1() {
        try (Model model = Model.load(Fixtures.old("theano_same.h5"))) {
            requireExpected(model, "theano_same");
            assertThatThrownBy(() -> model.save(folder.resolve("copy.keras")))
                    .hasMessageContaining("layer 'strided' (Conv2D): padded as Keras 2 did on Theano");
            Path copy = folder.resolve("copy.h5");
            model.save(copy);
            try (Model again = Model.load(copy)) {
                requireExpected(again, "theano_same");
            }
        }
    }

    @Test
    void readsAnArchitectureThatKeras2WroteAsYaml() {
        Path yaml = Fixtures.old("written.yaml");
        Path weights = Fixtures.old("written_weights.h5");
        try (Model model = Model.load(yaml, weights, LayerRegistry.builtIn(), ReadLimits.defaults())) {
            requireExpected(model, "written");
        }
    }

    /** Keras warns and begins anew; here the model predicts, and says what to do before it is trained. */
    @Test
    void predictsWhenTheOptimizerRemembersOtherShapes() {
        try (Model model = Model.load(Fixtures.old("trained_cudnn.h5"))) {
            requireExpected(model, "trained_cudnn");
            assertThat(model.untrainable())
                    .hasValueSatisfying(
                            reason -> assertThat(reason)
                                    .startsWith(
                                            "optimizer: training/Adam/Variable_2:0 of shape [16] (expected: [8], as the weights have now)"));
        }
    }

    @Test
    void takesOtherNumbersOfRowsThanTheFileSays() {
        try (Model model = Model.load(Fixtures.old("trained_cudnn.h5"))) {
            Tensor x = Objects.requireNonNull(
                    Npz.read(Fixtures.old("trained_cudnn.npz")).get("in_cu_dnnlstm_1_input"));
            Tensor both = model.predict(x);
            float[] second = new float[12];
            for (int place = 0; place < second.length; place++) {
                second[place] = (float) x.element(second.length + place);
            }
            Tensor one = model.predict(Tensor.of(Shape.of(1, 4, 3), second));
            assertThat(one.shape()).isEqualTo(Shape.of(1, 2));
            assertThat(one.element(1)).isCloseTo(both.element(3), within(TOLERANCE));
            assertThat(model.toJson().toString()).contains("\"batch_shape\":[2,4,3]");
        }
    }

    @Test
    void readsTheWeightsOfAnArchiveOfKeras2ByThemselves() throws IOException {
        Path weights = folder.resolve("m.weights.h5");
        try (ZipFile archive = new ZipFile(Fixtures.old("keras_2_archive.keras").toFile());
                Model model = Model.sequential(
                        InputLayer.of(3, 2),
                        Dense.of(2, "tanh"),
                        LeakyReLU.of(0.5),
                        LSTM.of(2),
                        Dense.of(2),
                        Dense.of(1))) {
            Files.copy(archive.getInputStream(archive.getEntry("model.weights.h5")), weights);
            model.loadWeights(weights);
            Map<String, Tensor> arrays = Npz.read(Fixtures.old("keras_2_archive.npz"));
            InferenceFixturesTest.requireClose(
                    model.predict(Objects.requireNonNull(arrays.get("in_in"))),
                    Objects.requireNonNull(arrays.get("out_0")),
                    TOLERANCE);
        }
    }

    private static void requireExpected(Model model, String name) {
        Map<String, Tensor> arrays = Npz.read(Fixtures.old(name + ".npz"));
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        arrays.forEach((key, value) -> {
            if (key.startsWith("in_")) {
                inputs.put(key.substring(3), value);
            }
        });
        List<Tensor> outputs = List.copyOf(model.predict(inputs).values());
        assertThat(outputs).hasSize(arrays.size() - inputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            Tensor expected = Objects.requireNonNull(arrays.get("out_" + i));
            InferenceFixturesTest.requireClose(outputs.get(i), expected, TOLERANCE);
        }
    }
}
