package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.SlipwayException;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Keras2Masks;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Old architectures in which anything may stand anywhere are read, or refused by name. */
class HostileDialectsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] OTHERS = {"null", "-7", "\"x\"", "[]", "[[\"a\", 0, 0]]", "{}", "{\"config\": [1]}"};

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/fixtures/old"))) {
            return files
                    .filter(file -> file.getFileName().toString().matches("keras_.*\\.h5"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void refusesByNameWhateverStandsInAnArchitecture(Path file) throws IOException {
        String text;
        String version;
        try (Hdf5Reader reader = Hdf5Reader.open(file, ReadLimits.defaults())) {
            text = reader.text("", "model_config").orElseThrow();
            version = reader.text("", "keras_version").orElse("1.");
        }
        int places = places(JSON.readTree(text)).size();
        assertThat(places).isGreaterThan(30);
        for (int i = 0; i < places * OTHERS.length; i++) {
            ObjectNode model = (ObjectNode) JSON.readTree(text);
            String other = OTHERS[i % OTHERS.length];
            String key = places(model).get(i / OTHERS.length).replace(JSON.readTree(other));
            read(model, version, key + " = " + other);
        }
    }

    /** Thirty models in each other, each used four times: gone through call by call, they would take for ever. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void followsMasksThroughModelsThatAreUsedOften() {
        ObjectNode deepest = layer("Bidirectional", "deepest");
        ((ObjectNode) deepest.get("config"))
                .putObject("layer")
                .put("class_name", "LSTM")
                .putObject("config")
                .put("return_sequences", true);
        ObjectNode model = deepest;
        for (int i = 0; i < 30; i++) {
            ObjectNode around = layer("Functional", "model" + i);
            ArrayNode layers = ((ObjectNode) around.get("config")).putArray("layers");
            layers.add(layer("InputLayer", "x"));
            ObjectNode words = layer("Embedding", "words").set("inbound_nodes", calls("x"));
            ((ObjectNode) words.get("config")).put("mask_zero", i == 29);
            layers.add(words);
            layers.add(model.set("inbound_nodes", calls("words", "words", "words", "words")));
            model = around;
        }
        Keras2MaskFlow.sayWhere(model, false);
        assertThat(deepest.path("config").path(Keras2Masks.KEY).asBoolean()).isTrue();
    }

    private static ObjectNode layer(String className, String name) {
        ObjectNode layer = JSON.createObjectNode().put("class_name", className);
        layer.putObject("config").put("name", name);
        return layer;
    }

    private static ArrayNode calls(String... sources) {
        ArrayNode calls = JSON.createArrayNode();
        for (String source : sources) {
            calls.addObject().putArray("keras_history").add(source).add(0).add(0);
        }
        return calls;
    }

    private static void read(ObjectNode model, String version, String change) {
        try {
            ObjectNode read = Dialect.of("file", version, model).toKeras3(model, version, Backend.TENSORFLOW);
            build(read, change);
        } catch (ConfigException e) {
            assertThat(e).hasMessageNotContaining("java.");
        } catch (RuntimeException e) {
            fail("with " + change, e);
        }
    }

    private static void build(ObjectNode read, String change) {
        try {
            Model.fromJson(read, LayerRegistry.builtIn(), 0).close();
        } catch (SlipwayException e) {
            assertThat(e.getMessage()).as(change).isNotBlank();
        }
    }

    /** Where something can be put in the place of something else. */
    private record Place(JsonNode parent, String key, int index) {
        String replace(JsonNode other) {
            if (parent instanceof ObjectNode object) {
                object.set(key, other);
                return key;
            }
            ((ArrayNode) parent).set(index, other);
            return "item " + index;
        }
    }

    private static List<Place> places(JsonNode node) {
        List<Place> places = new ArrayList<>();
        if (node.isObject()) {
            node.fieldNames().forEachRemaining(key -> places.add(new Place(node, key, 0)));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            places.add(new Place(node, "", i));
        }
        node.forEach(child -> places.addAll(places(child)));
        return places;
    }
}
