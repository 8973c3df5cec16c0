package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Architectures of Keras 1 and 2, and TensorFlow's functions that such models recorded, give what they are defined to give.
 * {@code fixtures/old/make_models.py} computes it with numpy; a line of {@code models.jsonl} is a model.
 * {@code tensorflow.jsonl} has functions of which {@code make_tensorflow.py} asked TensorFlow itself.
 */
class OldModelsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Stream<String> models() throws IOException {
        return Stream.concat(
                Files.readAllLines(Fixtures.old("models.jsonl")).stream(),
                Files.readAllLines(Fixtures.old("tensorflow.jsonl")).stream());
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesWhatItIsDefinedToGive(String line) {
        JsonNode known = json(line);
        try (Model model = Model.fromJson((ObjectNode) known.get("model"), LayerRegistry.builtIn(), 0)) {
            known.get("weights")
                    .properties()
                    .forEach(weight -> model.assign(weight.getKey(), tensor(weight.getValue())));
            Map<String, Tensor> rows = new LinkedHashMap<>();
            for (TensorSpec input : model.inputs()) {
                JsonNode x = known.has("inputs") ? known.get("inputs").get(rows.size()) : known.get("input");
                rows.put(input.name(), tensor(x).cast(input.type()));
            }
            List<Tensor> found = List.copyOf(model.predict(rows).values());
            assertThat(found).hasSameSizeAs(known.get("outputs"));
            for (int i = 0; i < found.size(); i++) {
                requireClose(found.get(i), tensor(known.get("outputs").get(i)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            {"name": "Sequential", "layers": [{"name": "Dense", "output_dim": 3}]} | architecture: written by Keras 0 (expected: 1.0 or later; load it in Keras 1 and save it again)
            {"class_name": "Graph", "keras_version": "1.0.3", "config": {"nodes": {}}} | model: a Graph, as Keras 0 had it (expected: Sequential or Model; build it as a Model in Keras 1, read the weights into that and save it)
            {"format": "layers-model", "modelTopology": {}} | architecture: a model of TensorFlow.js (expected: one of Keras; convert it by tensorflowjs_converter --input_format=tfjs_layers_model --output_format=keras)
            """)
    void saysWhatIsNoModelOfTheseVersions(String text, String message) {
        ObjectNode model = (ObjectNode) json(text);
        assertThatThrownBy(() -> Model.fromJson(model, LayerRegistry.builtIn(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    /** A call of one function on {@code [batch, 14, 1, 1]}. */
    private static Model calling(String function, String kwargs) {
        return calling(function, 14, kwargs);
    }

    /** A call of one function on {@code [batch, rows, 1, 1]}. */
    private static Model calling(String function, int rows, String kwargs) {
        return Model.fromJson((ObjectNode) json("""
                {"class_name": "Functional", "keras_version": "2.10.0", "config": {"name": "m", "input_layers": [["x", 0, 0]],
                 "output_layers": [["y", 0, 0]], "layers": [
                  {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                   "config": {"name": "x", "batch_input_shape": [null, %d, 1, 1], "dtype": "float32"}},
                  {"class_name": "TFOpLambda", "name": "y", "inbound_nodes": [["x", 0, 0, %s]],
                   "config": {"name": "y", "function": "%s"}}]}}""".formatted(rows, kwargs, function)), LayerRegistry.builtIn(), 0);
    }

    /** TensorFlow multiplies by the ratio of the lengths in single precision, where 2 times 14 / 4 is 7, and not a little less. */
    @ParameterizedTest
    @CsvSource({"4, 0 3 7 10", "8, 0 1 3 5 7 8 10 12"})
    void takesThePixelsThatTensorFlow1Takes(int rows, String expected) {
        float[] numbers = new float[14];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
        }
        try (Model model = calling("compat.v1.image.resize_nearest_neighbor", "{\"size\": [%d, 1]}".formatted(rows))) {
            float[] found =
                    model.predict(Tensor.of(Shape.of(1, 14, 1, 1), numbers)).toFloatArray();
            for (int i = 0; i < rows; i++) {
                assertThat(found[i]).isEqualTo(Float.parseFloat(expected.split(" ")[i]));
            }
        }
    }

    /** By real TensorFlow 2.21: its cubic takes distances in 1024ths, unless it covers more pixels where an image becomes smaller. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bilinear | false | 2 2.75 5.25 -0.75
            bilinear | true | 2.5 3.66667 3.66667 -1.125
            bicubic | false | 1.82482 2.28125 6.11719 -0.810219
            bicubic | true | 2.47573 3.88515 3.81317 -1.51942
            lanczos3 | false | 1.96785 1.93031 6.25933 -1.21673
            lanczos3 | true | 2.34647 4.35724 3.61586 -1.83048
            lanczos5 | false | 2.30244 1.69751 6.56944 -1.52335
            lanczos5 | true | 2.10609 4.58818 3.48417 -1.82154
            area | false | 2.33333 3 4.33333 -1
            area | true | 2.33333 3 4.33333 -1
            gaussian | false | 2.07577 2.9892 4.93482 -0.806824
            gaussian | true | 2.53987 3.74022 3.34487 -0.799499
            mitchellcubic | false | 1.98643 2.64236 5.44184 -0.865989
            mitchellcubic | true | 2.53008 3.88074 3.50418 -1.22872
            """)
    void resizesAsTensorFlowDoes(String method, boolean antialias, String expected) {
        String kwargs = "{\"size\": [4, 1], \"method\": \"%s\", \"antialias\": %s}".formatted(method, antialias);
        Tensor x = Tensor.of(Shape.of(1, 6, 1, 1), 1f, 5, 2, 8, -3, 0);
        try (Model model = calling("image.resize", 6, kwargs)) {
            Tensor found = model.predict(x);
            for (int i = 0; i < 4; i++) {
                assertThat(found.element(i)).isCloseTo(Double.parseDouble(expected.split(" ")[i]), within(2e-5));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            compat.v1.image.resize | {"size": [4, 1], "preserve_aspect_ratio": true} | preserve_aspect_ratio = true (expected: false)
            nn.embedding_lookup | {"ids": [1], "max_norm": 2.0} | max_norm = 2.0 (expected: None)
            compat.v1.nn.embedding_lookup | {"ids": [1], "max_norm": 2.0} | max_norm = 2.0 (expected: None)
            """)
    void refusesArgumentsThatWouldChangeTheResult(String function, String kwargs, String message) {
        assertThatThrownBy(() -> calling(function, kwargs))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"hard_sigmoid, 0.4 0.9 1", "relu, 0 2 7"})
    void takesALayerThatOnlyComputesAFunctionForTheFunction(String function, String expected) {
        ObjectNode model = (ObjectNode) json("""
                {"class_name": "Sequential", "keras_version": "2.4.0", "config": {"name": "s", "layers": [
                  {"class_name": "Dense", "config": {"name": "d", "units": 1, "use_bias": false, "dtype": "float32",
                   "batch_input_shape": [null, 1], "activation": {"class_name": "Activation",
                    "config": {"name": "a", "trainable": true, "dtype": "float32", "activation": "%s"}}}}]}}""".formatted(function));
        try (Model read = Model.fromJson(model, LayerRegistry.builtIn(), 0)) {
            read.assign("d/kernel", Tensor.of(Shape.of(1, 1), new float[] {1}));
            Tensor found = read.predict(Tensor.of(Shape.of(3, 1), new float[] {-0.5f, 2, 7}));
            for (int i = 0; i < 3; i++) {
                assertThat(found.element(i)).isCloseTo(Double.parseDouble(expected.split(" ")[i]), within(1e-6));
            }
        }
    }

    /** Of the two layers the one that is written goes where it says, the other one the other way. */
    @Test
    void readsABidirectionalWhoseLayerGoesBackwards() {
        ObjectNode model = (ObjectNode) json("""
                {"class_name": "Sequential", "keras_version": "2.3.1", "config": {"name": "s", "layers": [
                  {"class_name": "Bidirectional", "config": {"name": "b", "merge_mode": "sum", "batch_input_shape": [null, 3, 1],
                   "layer": {"class_name": "SimpleRNN", "config": {"name": "r", "units": 1, "activation": "linear",
                    "go_backwards": true, "return_sequences": true}}}}]}}""");
        try (Model read = Model.fromJson(model, LayerRegistry.builtIn(), 0)) {
            for (String path : List.of("b/forward_r/", "b/backward_r/")) {
                read.assign(
                        path + "simple_rnn_cell/kernel", Tensor.of(Shape.of(1, 1), path.contains("for") ? 1f : 10f));
                read.assign(path + "simple_rnn_cell/recurrent_kernel", Tensor.of(Shape.of(1, 1), 0f));
            }
            // From the last step to the first, and, turned round as Keras does, from the first to the last.
            assertThat(read.predict(Tensor.of(Shape.of(1, 3, 1), 1f, 2f, 3f)).toFloatArray())
                    .containsExactly(3 + 30, 2 + 20, 1 + 10);
        }
    }

    /** Python writes it so. */
    @Test
    void readsAndWritesNumbersThatAreNone(@TempDir Path folder) throws IOException {
        Path json = Files.writeString(folder.resolve("m.json"), """
                {"class_name": "Sequential", "keras_version": "2.4.0", "config": {"name": "s", "layers": [
                  {"class_name": "Masking", "config": {"name": "m", "mask_value": NaN, "batch_input_shape": [null, 2, 1],
                   "dtype": "float32"}},
                  {"class_name": "Dense", "config": {"name": "d", "units": 1, "dtype": "float32"}}]}}""");
        Path weights = folder.resolve("m.weights.h5");
        try (Model model = Model.sequential(InputLayer.of(2, 1), Dense.of(1))) {
            model.saveWeights(weights);
        }
        for (String name : List.of("copy.keras", "copy.h5")) {
            Path copy = folder.resolve(name);
            try (Model read = Model.load(json, weights, LayerRegistry.builtIn(), ReadLimits.defaults())) {
                read.save(copy);
                try (Model again = Model.load(copy)) {
                    assertThat(again.toJson()).isEqualTo(read.toJson());
                    assertThat(again.toJson()
                                    .at("/config/layers/1/config/mask_value")
                                    .doubleValue())
                            .isNaN();
                }
            }
        }
    }

    /** Keras 2.12 and later write where a class is from. */
    @ParameterizedTest
    @ValueSource(strings = {"__main__", "shop.layers"})
    void aClassOfTheAuthorsOwnIsNotKerassOfThatName(String module) {
        ObjectNode model = (ObjectNode) json("""
                {"class_name": "Sequential", "keras_version": "2.13.1", "config": {"name": "s", "layers": [
                  {"module": "keras.layers", "class_name": "InputLayer", "registered_name": null,
                   "config": {"name": "x", "batch_input_shape": [null, 2], "dtype": "float32"}},
                  {"module": "%s", "class_name": "Softmax", "registered_name": "Softmax",
                   "config": {"name": "y", "trainable": true, "dtype": "float32"}}]}}""".formatted(module));
        assertThatThrownBy(() -> Model.fromJson(model, LayerRegistry.builtIn(), 0))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("layer 'y' (" + module + ">Softmax): unknown class");
    }

    @Test
    void namesAllThatItDoesNotReadAtOnce() {
        ObjectNode model = (ObjectNode) json("""
                {"class_name": "Functional", "keras_version": "2.6.0", "config": {"name": "m",
                  "input_layers": [["x", 0, 0]], "output_layers": [["e", 0, 0], ["f", 0, 0]], "layers": [
                  {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                   "config": {"name": "x", "batch_input_shape": [null, 8], "dtype": "float32"}},
                  {"class_name": "TFOpLambda", "name": "a", "inbound_nodes": [["x", 0, 0, {"frame_length": 4}]],
                   "config": {"name": "a", "function": "signal.mdct"}},
                  {"class_name": "TFOpLambda", "name": "b", "inbound_nodes": [["a", 0, 0, {"rate": 0.5}]],
                   "config": {"name": "b", "function": "nn.dropout"}},
                  {"class_name": "LSTM", "name": "c", "inbound_nodes": [[["b", 0, 0, {}]]],
                   "config": {"name": "c", "units": 2, "time_major": true}},
                  {"class_name": "Lambda", "name": "d", "inbound_nodes": [[["c", 0, 0, {}]]],
                   "config": {"name": "d", "function": ["4wE=", null, null]}},
                  {"class_name": "Addons>CRF", "name": "e", "inbound_nodes": [[["d", 0, 0, {}]]],
                   "config": {"name": "e"}},
                  {"class_name": "TFOpLambda", "name": "f", "inbound_nodes": [["x", 0, 0, {}]],
                   "config": {"name": "f", "function": "where"}}]}}""");
        assertThatThrownBy(() -> Model.fromJson(model, LayerRegistry.builtIn(), 0))
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .satisfiesExactly(
                                        a -> assertThat(a)
                                                .startsWith("layer 'a' (signal.mdct): function = signal.mdct"),
                                        b -> assertThat(b)
                                                .startsWith(
                                                        "layer 'b' (nn.dropout): function = nn.dropout (expected: one that"
                                                                + " gives the same each time"),
                                        c -> assertThat(c)
                                                .startsWith("layer 'c' of an old Keras file: time_major = true"),
                                        d -> assertThat(d).startsWith("layer 'd' (Lambda): runs Python code"),
                                        crf -> assertThat(crf)
                                                .startsWith(
                                                        "layer 'e' (Addons>CRF): unknown class (expected: one of the ")
                                                .contains("in docs/support.md, or one that the program registers;"),
                                        places -> assertThat(places)
                                                .startsWith(
                                                        "layer 'f' (where): function = where (expected: one whose"
                                                                + " result has a length that does not depend on the numbers;")));
    }

    @Test
    void refusesToWriteForKeras3WhatOnlyTensorFlowHas(@TempDir Path folder) {
        try (Model model = calling("compat.v1.shape", "{}")) {
            assertThatThrownBy(() -> model.save(folder.resolve("model.keras")))
                    .hasMessageContaining("layer 'y' (TensorFlowShape): in a file of Keras 3 (expected: a layer that");
        }
    }

    private static void requireClose(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        for (int i = 0; i < expected.shape().elementCount(); i++) {
            double wanted = expected.element(i);
            assertThat(actual.element(i)).isCloseTo(wanted, within(1e-5 * Math.max(1, Math.abs(wanted))));
        }
    }

    private static Tensor tensor(JsonNode written) {
        long[] lengths = JSON.convertValue(written.get("shape"), long[].class);
        return Tensor.of(Shape.of(lengths), JSON.convertValue(written.get("values"), float[].class));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
