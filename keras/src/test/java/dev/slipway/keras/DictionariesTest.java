package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functional models whose inputs and outputs are dictionaries in Python; the numbers are computed by hand. */
class DictionariesTest {
    private static final Map<String, Tensor> ROWS =
            Map.of("x", Tensor.of(Shape.of(1, 1), 10f), "y", Tensor.of(Shape.of(1, 1), 4f));

    @TempDir
    Path folder = Path.of("");

    private static String tensor(String name, int result) {
        return "{'class_name': '__keras_tensor__', 'config': {'shape': [null, 1], 'dtype': 'float32',"
                + " 'keras_history': ['%s', 0, %d]}}".formatted(name, result);
    }

    private static String input(String name) {
        return "{'module': 'keras.layers', 'class_name': 'InputLayer', 'registered_name': null, 'name': '%s', 'inbound_nodes': [],"
                        .formatted(name)
                + " 'config': {'name': '%s', 'batch_shape': [null, 1]}}".formatted(name);
    }

    /** {@code {'difference': b - a, 'a': a}} of inputs a and b, in whatever way they are listed. */
    private static String inner(String inputs) {
        return """
                {'module': 'keras.src.models.functional', 'class_name': 'Functional', 'name': 'inner', 'config': {'name': 'inner',
                  'layers': [%s, %s,
                    {'module': 'keras.layers', 'class_name': 'Subtract', 'name': 's', 'config': {'name': 's'}, 'inbound_nodes': [
                      {'args': [[%s, %s]], 'kwargs': {}}]}],
                  'input_layers': %s,
                  'output_layers': {'difference': ['s', 0, 0], 'a': ['in_a', 0, 0]}},""".formatted(input("in_a"), input("in_b"), tensor("in_b", 0), tensor("in_a", 0), inputs);
    }

    /** The difference of x and y, given to the model inside as b and a: result 1, as {@code 'a'} comes first. */
    private static Model model(String innerInputs, String call) {
        String json = """
                {'class_name': 'Functional', 'config': {'name': 'm', 'layers': [%s, %s,
                  %s 'inbound_nodes': [{'args': [%s], 'kwargs': {}}]}],
                  'input_layers': {'x': ['x', 0, 0], 'second': ['y', 0, 0]},
                  'output_layers': {'result': ['inner', 1, 1]}}}""".formatted(input("x"), input("y"), inner(innerInputs), call);
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    private static String call(String a, String b) {
        return "{'%s': %s, '%s': %s}".formatted(b, tensor("x", 0), a, tensor("y", 0));
    }

    private static void requireDifference(Model model) {
        assertThat(model.predict(ROWS).values().iterator().next().toFloatArray())
                .containsExactly(6);
    }

    @Test
    void areGoneThroughInTheOrderOfTheirKeys() {
        try (Model model = model("{'b': ['in_b', 0, 0], 'a': ['in_a', 0, 0]}", call("a", "b"))) {
            requireDifference(model);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[['in_b', 0, 0], ['in_a', 0, 0]]", "[['in_a', 0, 0], ['in_b', 0, 0]]"})
    void fitListsByTheNamesOfInputs(String inputs) {
        try (Model model = model(inputs, call("in_a", "in_b"))) {
            requireDifference(model);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.keras", "model.h5"})
    void stayDictionariesInFiles(String name) {
        Path file = folder.resolve(name);
        try (Model model = model("{'b': ['in_b', 0, 0], 'a': ['in_a', 0, 0]}", call("a", "b"))) {
            assertThat(model.toJson().at("/config/output_layers").toString()).isEqualTo("{\"result\":[\"inner\",1,1]}");
            assertThat(model.toJson().at("/config/input_layers").toString())
                    .isEqualTo("{\"second\":[\"y\",0,0],\"x\":[\"x\",0,0]}");
            model.save(file);
            try (Model again = Model.load(file)) {
                for (String part : List.of("/config/output_layers", "/config/input_layers")) {
                    assertThat(again.toJson().at(part)).isEqualTo(model.toJson().at(part));
                }
                requireDifference(again);
            }
        }
    }

    /** Where Python has one tensor, {@code predict} gives an array; where it has a list of one, a list of one array. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"['x',0,0] | ['x',0,0]", "[['x',0,0]] | [['x',0,0]]", "['x',0,0] | [['x',0,0]]"})
    void orListsOfOneStaySo(String inputs, String outputs) throws JsonProcessingException {
        String json =
                "{'class_name': 'Functional', 'config': {'name': 'm', 'layers': [%s], 'input_layers': %s, 'output_layers': %s}}"
                        .formatted(input("x"), inputs, outputs);
        ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
        Path file = folder.resolve("model.keras");
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0)) {
            model.save(file);
        }
        try (Model again = Model.load(file)) {
            assertThat(again.toJson().at("/config/input_layers")).hasToString(inputs.replace('\'', '"'));
            assertThat(again.toJson().at("/config/output_layers")).hasToString(outputs.replace('\'', '"'));
        }
    }

    @Test
    void ofOtherKeysAreRefused() {
        assertThatThrownBy(() -> model("{'b': ['in_b', 0, 0], 'a': ['in_a', 0, 0]}", call("a", "c")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("called with a dictionary of [a, c] (expected: " + List.of("a", "b") + ")");
    }
}
