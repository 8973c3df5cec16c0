package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that real Keras 3.15.1 quantized, by {@code fixtures/quantized/make.py}. */
class QuantizedTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int8.keras",
                "int8.h5",
                "int8_weights.keras",
                "int8_narrow.keras",
                "int8_tied.keras",
                "int8_tied.h5",
                "int8_untied.keras",
                "int8_untied.h5",
                "int4.keras",
                "int4.h5",
                "int4_cut.keras",
                "int4_blocks.keras",
                "int4_blocks.h5",
                "int4_tied.keras",
                "int4_untied.keras",
                "int4_untied.h5",
                "int4_untied_rows.keras",
                "float8.keras",
                "gptq3.h5",
                "gptq4.h5",
                "awq.h5"
            })
    void predictsAsKerasAndIsWrittenBack(String file) {
        Map<String, Tensor> arrays = arrays(file);
        try (Model model = Model.load(Fixtures.quantized(file))) {
            InferenceFixturesTest.requireClose(model.predict(get(arrays, "x")), get(arrays, "y"), 1e-5);
            for (String ending : List.of("again.keras", "again.h5")) {
                model.save(folder.resolve(ending));
                try (Model again = Model.load(folder.resolve(ending))) {
                    assertThat(again.toJson()).isEqualTo(model.toJson());
                    for (Weight weight : model.weights()) {
                        Tensor kept = again.weight(weight.path());
                        assertThat(kept.type()).isEqualTo(weight.spec().type());
                        assertThat(kept.bytes())
                                .isEqualTo(model.weight(weight.path()).bytes());
                    }
                }
            }
        }
    }

    @Test
    void keepsWeightsInTheirBitsAndWritesThePolicyOfTheFile() {
        try (Model model = Model.load(Fixtures.quantized("int4_blocks.keras"))) {
            assertThat(model.weight("split/kernel").type()).isEqualTo(DataType.INT8);
            assertThat(model.weight("split/kernel").shape().toArray()).containsExactly(5, 3);
            assertThat(model.network().dtypePolicies()).isEqualTo(Map.of("int4/2_from_float32", 4));
            JsonNode layer = model.toJson().path("config").path("layers").get(1).path("config");
            assertThat(layer.path("dtype").path("class_name").asText()).isEqualTo("Int4DTypePolicy");
            assertThat(layer.path("dtype").path("config").path("mode").asText()).isEqualTo("int4/2");
            assertThat(layer.path("quantization_config").path("class_name").asText())
                    .isEqualTo("Int4QuantizationConfig");
            assertThat(model.summary())
                    .contains("Trainable params: 19 (76.00 B)", "Non-trainable params: 197 (434.00 B)");
        }
    }

    /** The layer before the quantized one learns through it, by the gradient of what its integers stand for. */
    @Test
    void trainsWhatKerasTrains() {
        Map<String, Tensor> arrays = arrays("learns.keras");
        try (Model model = Model.load(Fixtures.quantized("learns.keras"))) {
            Tensor kernel = model.weight("cut/kernel").copy();
            model.fit(
                    get(arrays, "x"),
                    get(arrays, "y"),
                    FitOptions.epochs(3).withBatchSize(4).withShuffle(false));
            for (Weight weight : model.weights()) {
                Tensor expected = get(arrays, weight.path().replace('/', '.'));
                InferenceFixturesTest.requireClose(
                        model.weight(weight.path()).cast(DataType.FLOAT), expected.cast(DataType.FLOAT), 1e-5);
            }
            assertThat(model.weight("cut/kernel").bytes()).isEqualTo(kernel.bytes());
        }
    }

    @Test
    void refusesToTrainInEightBitsOfFloatingPoint() {
        Tensor x = get(arrays("float8.keras"), "x");
        try (Model model = Model.load(Fixtures.quantized("float8.keras"))) {
            assertThatThrownBy(() -> {
                        model.compile("sgd", "mse");
                        model.fit(x, model.predict(x), FitOptions.defaults());
                    })
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("layer 'dense' (Dense): dtype float8");
        }
    }

    private static Map<String, Tensor> arrays(String file) {
        return Npz.read(Fixtures.quantized(file.substring(0, file.lastIndexOf('.')) + ".npz"));
    }

    private static Tensor get(Map<String, Tensor> arrays, String name) {
        return Objects.requireNonNull(arrays.get(name), name);
    }

    @ParameterizedTest
    @CsvSource({"float8.keras, amax_history_length, 0", "int4_blocks.keras, block_size, 1.5"})
    void refusesLengthsThatAreNone(String file, String key, double length) {
        ObjectNode json;
        try (Model model = Model.load(Fixtures.quantized(file))) {
            json = model.toJson().deepCopy();
        }
        json.findParent(key).put(key, length);
        assertThatThrownBy(
                        () -> Model.fromJson(json, LayerRegistry.builtIn(), 0).close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key + " = " + length);
    }
}
