package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Structures that Keras 3.15 records give its numbers, as read and as written again. */
class StructuresTest {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"ends", "called", "joined", "unrolled", "scaled"})
    void givesTheNumbersOfKerasBeforeAndAfterWriting(String name) {
        Map<String, Tensor> arrays = Npz.read(Fixtures.structures(name + ".npz"));
        try (Model model = Model.load(Fixtures.structures(name + ".keras"))) {
            requireKerasNumbers(model, arrays);
            for (String ending : List.of(".keras", ".h5")) {
                Path file = folder.resolve(name + ending);
                model.save(file);
                try (Model again = Model.load(file)) {
                    requireKerasNumbers(again, arrays);
                }
            }
        }
    }

    /** Keras 3.15 has an empty {@code compile_config} in the file, where Keras 3.9 had none. */
    @Test
    void takesAnEmptyCompileConfigForNone() {
        try (Model model = Model.load(Fixtures.structures("scaled.keras"))) {
            assertThat(model.untrainable()).isEmpty();
            assertThat(model.optimizerState()).isEmpty();
        }
    }

    /** So that a Python program finds inputs and outputs where it had them. */
    @Test
    void writesListsAndDictionariesInEachOtherAsTheyWere() {
        try (Model model = Model.load(Fixtures.structures("ends.keras"))) {
            assertThat(model.toJson().at("/config/input_layers/x/1").fieldNames())
                    .toIterable()
                    .containsExactly("p", "q");
            assertThat(model.toJson().at("/config/output_layers/0/t")).hasSize(1);
            assertThat(model.toJson().at("/config/output_layers/1")).hasSize(2);
        }
    }

    private static void requireKerasNumbers(Model model, Map<String, Tensor> arrays) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (int i = 0; i < model.inputs().size(); i++) {
            inputs.put(model.inputs().get(i).name(), Objects.requireNonNull(arrays.get("in_" + i)));
        }
        List<Tensor> outputs = List.copyOf(model.predict(inputs).values());
        assertThat(outputs).hasSize(arrays.size() - inputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            InferenceFixturesTest.requireClose(
                    outputs.get(i), Objects.requireNonNull(arrays.get("out_" + i)), TOLERANCE);
        }
    }

    @Test
    void refusesAnEndThatIsNoTensor() {
        ObjectNode json;
        try (Model model = Model.load(Fixtures.structures("ends.keras"))) {
            json = model.toJson().deepCopy();
        }
        ((ArrayNode) json.at("/config/output_layers")).addNull();
        assertThatThrownBy(
                        () -> Model.fromJson(json, LayerRegistry.builtIn(), 0).close())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("output_layers: null (expected: the result of a layer)");
    }
}
