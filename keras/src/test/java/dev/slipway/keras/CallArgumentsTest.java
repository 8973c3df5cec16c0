package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.ReadLimits;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers are called with in functional models. */
class CallArgumentsTest {
    static Stream<Path> models() {
        return Fixtures.all("inference").stream().map(f -> f.resolve("model.keras"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void callsAreWrittenAsKerasWroteThem(Path file) {
        try (KerasFile stored = KerasFile.open(file, ReadLimits.defaults());
                Model model = Model.load(file)) {
            assertThat(calls(model.toJson())).isEqualTo(calls(stored.architecture()));
        }
    }

    private static Map<String, String> calls(ObjectNode architecture) {
        Map<String, String> calls = new HashMap<>();
        if (architecture.path("class_name").asText().equals("Functional")) {
            for (JsonNode layer : architecture.path("config").path("layers")) {
                calls.put(
                        layer.path("name").asText(), layer.path("inbound_nodes").toString());
            }
        }
        return calls;
    }

    /** A model of one layer and two inputs, of which TENSOR is the first. */
    private static Model called(String className, String args, String kwargs) {
        String tensor = """
                {"class_name": "__keras_tensor__",
                 "config": {"shape": [null, 4], "dtype": "float32", "keras_history": ["x", 0, 0]}}""";
        String json = """
                {"class_name": "Functional", "config": {"name": "m", "layers": [
                  {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 4]}, "name": "x",
                   "inbound_nodes": []},
                  {"class_name": "%s", "config": {"name": "y", "units": 3}, "name": "y",
                   "inbound_nodes": [{"args": %s, "kwargs": %s}]}],
                 "input_layers": [["x", 0, 0]], "output_layers": [["y", 0, 0]]}}""".formatted(className, args, kwargs).replace("TENSOR", tensor);
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json);
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void inputsMayHaveTheirName() {
        try (Model model =
                called("Dense", "[]", "{\"inputs\": TENSOR, \"training\": false, \"mask\": [null, [null]]}")) {
            assertThat(model.outputs().get(0).shape().dimensions().get(1).size())
                    .isEqualTo(3);
            assertThat(model.toJson().findParents("kwargs")).hasSize(1);
            assertThat(List.copyOf(model.toJson().findValue("kwargs").properties()))
                    .extracting(Map.Entry::getKey)
                    .containsExactly("inputs", "training", "mask");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[TENSOR]|{\"mask\": TENSOR}|layer 'y' (Dense): called with mask=a tensor",
                "[TENSOR]|{\"axis\": 3}|layer 'y' (Dense): called with axis=3 (expected: no such argument, only [inputs])",
                "[TENSOR, true]|{}|layer 'y' (Dense): called with 2 arguments",
                "[TENSOR]|{\"inputs\": TENSOR}|called with inputs=a tensor (expected: once",
                "[[1, 2]]|{\"inputs\": TENSOR}|called with inputs=a tensor (expected: once",
                "[]|{}|layer 'y': called without tensors",
                "[1]|{}|layer 'y': called without tensors",
                "[{\"a\": TENSOR}]|{}|layer 'y': called with tensors in {\"a\"",
                "[{\"class_name\": \"__keras_tensor__\"}]|{}|(expected: a tensor with its keras_history)",
            })
    void otherArgumentsAreRefusedByName(String args, String kwargs, String message) {
        assertThatThrownBy(() -> called("Dense", args, kwargs))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
