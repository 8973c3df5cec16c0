package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each layer is read with all the keys that {@code tf.keras} writes. A line of {@code layers_2.jsonl} is a layer, as version
 * 2.10 or an earlier one serializes it, and the shapes it is called with.
 */
class OldLayersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> layers() throws IOException {
        return Files.readAllLines(Fixtures.old("layers_2.jsonl")).stream();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void readsEveryKeyOfOldLayers(String line) throws IOException {
        JsonNode known = JSON.readTree(line);
        ObjectNode model = Config.json().put("class_name", "Functional").put("keras_version", "2.10.0");
        ObjectNode config = model.putObject("config").put("name", "model");
        ArrayNode layers = config.putArray("layers");
        ArrayNode inputs = config.putArray("input_layers");
        ObjectNode layer = known.path("layer").deepCopy();
        String name = layer.path("config").path("name").asText();
        ArrayNode call = layer.put("name", name).putArray("inbound_nodes").addArray();
        for (JsonNode shape : known.path("inputs")) {
            String input = "input_" + layers.size();
            ObjectNode step = layers.addObject().put("class_name", "InputLayer").put("name", input);
            step.putObject("config").put("name", input).put("dtype", "float32").set("batch_input_shape", shape);
            step.putArray("inbound_nodes");
            inputs.addArray().add(input).add(0).add(0);
            call.addArray().add(input).add(0).add(0).addObject();
        }
        layers.add(layer);
        config.putArray("output_layers").addArray().add(name).add(0).add(0);
        try (Model read = Model.fromJson(model, LayerRegistry.builtIn(), 0)) {
            assertThat(read.network().layers()).containsKey(name);
            assertThat(read.operators()).isNotNull();
        }
    }
}
