package dev.slipway.keras.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation, as Keras serializes it, against what numpy computed. */
class OperationsTest {
    private static final Path CASES = Path.of("src/test/resources/dev/slipway/keras/ops/operations.jsonl");

    private static final Map<String, Tensor> INPUTS = Map.of(
            "T", Tensor.of(Shape.of(2, 3), 1.5f, -2, 3, 4, 0.25f, -6),
            "Y", Tensor.of(Shape.of(2, 3), 2, -1, 0.5f, -3, 2, 4),
            "I", Tensor.of(Shape.of(2, 3), 2, 0, 1, 1, -1, 5),
            "P", Tensor.of(Shape.of(2, 3), 1.5f, 1e-6f, 3, 4, 0.25f, 100));

    static Stream<String> cases() throws IOException {
        return Files.readAllLines(CASES).stream();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A model of one operation; T, Y, I and P among its arguments are the inputs. */
    private static Model model(JsonNode operation, int results) {
        ObjectNode root = new ObjectMapper().createObjectNode().put("class_name", "Functional");
        ObjectNode config = root.putObject("config").put("name", "m");
        ArrayNode layers = config.putArray("layers");
        ArrayNode inputs = config.putArray("input_layers");
        for (String name : new TreeSet<>(INPUTS.keySet())) {
            String dtype = name.equals("I") ? "int32" : "float32";
            layers.add(json("""
                    {"class_name": "InputLayer", "name": "%s", "inbound_nodes": [],
                     "config": {"name": "%s", "batch_shape": [null, 3], "dtype": "%s"}}""".formatted(name, name, dtype)));
            inputs.add(json("[\"%s\", 0, 0]".formatted(name)));
        }
        ObjectNode layer = layers.addObject().put("name", "y");
        layer.set("module", operation.get("module"));
        layer.set("class_name", operation.get("class_name"));
        layer.putObject("config").put("name", "y").setAll((ObjectNode) operation.get("config"));
        ObjectNode node = layer.putArray("inbound_nodes").addObject();
        node.set(
                "args",
                json(
                        operation
                                .get("args")
                                .toString()
                                .replaceAll(
                                        "\"([TYIP])\"",
                                        "{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"$1\", 0, 0]}}")));
        node.putObject("kwargs");
        ArrayNode outputs = config.putArray("output_layers");
        for (int i = 0; i < results; i++) {
            outputs.add(json("[\"y\", 0, %d]".formatted(i)));
        }
        return Model.fromJson(root, LayerRegistry.builtIn(), 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesTheNumbersOfNumpy(String line) {
        JsonNode operation = json(line);
        JsonNode expected = operation.get("results");
        try (Model model = model(operation, expected.size())) {
            List<Tensor> results = List.copyOf(model.predict(INPUTS).values());
            for (int i = 0; i < expected.size(); i++) {
                requireClose(results.get(i), expected.get(i));
            }
            ObjectNode written = model.toJson();
            try (Model again = Model.fromJson(written, LayerRegistry.builtIn(), 0)) {
                assertThat(again.toJson()).isEqualTo(written);
            }
        }
    }

    private static void requireClose(Tensor actual, JsonNode expected) {
        String type = actual.type().name().toLowerCase(java.util.Locale.ROOT).replace("float", "float32");
        assertThat(type).isEqualTo(expected.get("dtype").asText());
        assertThat(actual.shape().toString().replace(" ", ""))
                .isEqualTo(expected.get("shape").toString());
        for (int i = 0; i < expected.get("values").size(); i++) {
            double wanted = expected.get("values").get(i).asDouble();
            if (Double.isNaN(wanted)) {
                assertThat(actual.element(i)).isNaN();
            } else {
                assertThat(actual.element(i)).isCloseTo(wanted, within(2e-6 * Math.max(1, Math.abs(wanted))));
            }
        }
    }

    @Test
    void everyOperationHasACase() throws IOException {
        Set<String> tested = new TreeSet<>();
        cases().forEach(line -> tested.add(json(line).get("class_name").asText()));
        Set<String> known = OperationRegistry.builtIn().classNames();
        // What TensorFlow's functions become is tested with these, in OldModelsTest.
        known.removeIf(name -> name.startsWith("TensorFlow"));
        known.removeAll(tested);
        known.removeAll(RecordedOperationsTest.classNames());
        assertThat(known)
                .as("tested elsewhere: the activations without arguments, in ActivationTest")
                .containsExactlyInAnyOrder(
                        "Arccos",
                        "Arccosh",
                        "Arcsin",
                        "Arctanh",
                        "AveragePool",
                        "Conv",
                        "ConvTranspose",
                        "CropImages",
                        "DepthwiseConv",
                        "Diagonal",
                        "DotProductAttention",
                        "ExtractPatches",
                        "FFT2",
                        "Glu",
                        "HSVToRGB",
                        "HardSigmoid",
                        "HardSilu",
                        "HardTanh",
                        "IFFT2",
                        "LogSigmoid",
                        "MaxPool",
                        "Ndim",
                        "PadImages",
                        "RGBToGrayscale",
                        "Relu6",
                        "Resize",
                        "Selu",
                        "SeparableConv",
                        "Softplus",
                        "Softsign",
                        "SparsePlus",
                        "SparseSigmoid",
                        "TanhShrink",
                        "Trace",
                        "Triu");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "numpy.Arctanh|{}|0.1, 0.2, 0.3, 0.4|0.100335348, 0.202732554, 0.309519604, 0.423648930",
                "numpy.Arcsin|{}|0.1, -0.5, 1, 0.9|0.10016742, -0.52359878, 1.57079633, 1.11976951",
                "numpy.Arccos|{}|0.1, -0.5, 1, 0.9|1.47062891, 2.0943951, 0, 0.45102681",
                "numpy.Arccosh|{}|1, 1.5, 10, 1.0625|0, 0.96242365, 2.99322285, 0.35173739",
                "numpy.Diagonal|{\"axis1\": 1, \"axis2\": 2}|1, 2, 3, 4|1, 4",
                "numpy.Diagonal|{\"offset\": -1, \"axis1\": -2, \"axis2\": -1}|1, 2, 3, 4|3",
                "numpy.Trace|{\"offset\": 0, \"axis1\": 1, \"axis2\": 2}|1, 2, 3, 4|5",
                "nn.MaxPool|{\"pool_size\": 2, \"strides\": null, \"padding\": \"valid\"}|1, 4, 3, 2|3, 4",
                "nn.AveragePool|{\"pool_size\": [2], \"strides\": [1], \"padding\": \"valid\","
                        + " \"data_format\": \"channels_first\"}|1, 4, 3, 2|2.5, 2.5",
                "nn.Glu|{\"axis\": 1}|1, 2, 3, 4|0.952574127, 1.96402758",
                "nn.Glu|{}|1, 2, 3, 4|0.880797078, 2.94604137",
                "nn.Sparsemax|{\"axis\": 1}|0.25, 3, 1, 2|0, 1, 0.375, 0",
                "numpy.Nansum|{\"axis\": 2}|1, NaN, NaN, NaN|1, 0",
                "numpy.Nanprod|{\"axis\": 2}|3, NaN, NaN, NaN|3, 1",
                "numpy.Nanmean|{\"axis\": 2}|3, NaN, NaN, NaN|3, NaN",
                "numpy.Nanmax|{\"axis\": 1}|3, NaN, 4, NaN|4, NaN",
                "numpy.Nanmin|{\"axis\": 1}|3, NaN, 4, NaN|3, NaN",
                "numpy.Tril|{\"k\": 0}|1, 2, 3, 4|1, 0, 3, 4",
                "numpy.Tril|{\"k\": -1}|1, 2, 3, 4|0, 0, 3, 0",
                "numpy.Triu|{}|1, 2, 3, 4|1, 2, 0, 4",
                "numpy.Triu|{\"k\": 1}|1, 2, 3, 4|0, 2, 0, 0",
            })
    void worksOnMatrices(String name, String config, String numbers, String expected) {
        int point = name.indexOf('.');
        ObjectNode architecture =
                (ObjectNode) json("""
                {"class_name": "Functional", "config": {"name": "m", "input_layers": [["x", 0, 0]],
                 "output_layers": [["y", 0, 0]], "layers": [
                 {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                  "config": {"name": "x", "batch_shape": [null, 2, 2], "dtype": "float32"}},
                 {"module": "keras.src.ops.%s", "class_name": "%s", "name": "y", "config": %s,
                  "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__",
                                               "config": {"keras_history": ["x", 0, 0]}}], "kwargs": {}}]}]}}""".formatted(name.substring(0, point), name.substring(point + 1), config));
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0)) {
            float[] result =
                    model.predict(Tensor.of(Shape.of(1, 2, 2), floats(numbers))).toFloatArray();
            assertThat(result).containsExactly(floats(expected), within(1e-6f));
        }
    }

    /** One head of two features, two queries and two keys; the numbers are PyTorch's. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"is_causal\": false}|{}|1.660477, 2.660477, 2.339523, 3.339523",
                "{\"is_causal\": true, \"flash_attention\": null}|{\"mask\": null}|1, 2, 2.339523, 3.339523",
                "{}|{\"scale\": 2.0}|1.238406, 2.238406, 2.761594, 3.761594"
            })
    void attendsToWhatAQueryAsksFor(String config, String kwargs, String expected) {
        List<String> names = List.of("q", "k", "v");
        ObjectNode root = new ObjectMapper().createObjectNode().put("class_name", "Functional");
        ObjectNode model = root.putObject("config").put("name", "m");
        ArrayNode layers = model.putArray("layers");
        ArrayNode inputs = model.putArray("input_layers");
        ArrayNode args = new ObjectMapper().createArrayNode();
        for (String name : names) {
            layers.add(json("{\"class_name\": \"InputLayer\", \"name\": \"%1$s\", \"inbound_nodes\": [], \"config\":"
                            .formatted(name)
                    + " {\"name\": \"%1$s\", \"batch_shape\": [null, 2, 1, 2]}}".formatted(name)));
            inputs.add(json("[\"%s\", 0, 0]".formatted(name)));
            args.add(json("{\"class_name\": \"__keras_tensor__\", \"config\": {\"keras_history\": [\"%s\", 0, 0]}}"
                    .formatted(name)));
        }
        ObjectNode layer = layers.addObject().put("module", "keras.src.ops.nn").put("name", "y");
        layer.put("class_name", "DotProductAttention").set("config", json(config));
        ObjectNode node = layer.putArray("inbound_nodes").addObject();
        node.set("args", args);
        node.set("kwargs", json(kwargs));
        model.putArray("output_layers").add(json("[\"y\", 0, 0]"));
        try (Model read = Model.fromJson(root, LayerRegistry.builtIn(), 0)) {
            Map<String, Tensor> given = Map.of(
                    "q", Tensor.of(Shape.of(1, 2, 1, 2), 1f, 0, 0, 1),
                    "k", Tensor.of(Shape.of(1, 2, 1, 2), 1f, 1, 0, 2),
                    "v", Tensor.of(Shape.of(1, 2, 1, 2), 1f, 2, 3, 4));
            Tensor result = Objects.requireNonNull(
                    read.predict(given).values().iterator().next());
            assertThat(result.toFloatArray()).containsExactly(floats(expected), within(1e-6f));
        }
    }

    /** Of numbers whose two parts are the same. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FFT2  | 9.5, 0.5849365, 4.915064, 2.5, -5.316987, -6.183013 | 9.5, 4.915064, 0.5849365, 2.5, -6.183013, -5.316987
            IFFT2 | 1.583333, 0.8191773, 0.09748942, 0.4166667, -1.030502, -0.8861645 | 1.583333, 0.09748942, 0.8191773, 0.4166667, -0.8861645, -1.030502
            """)
    void transformsPlanes(String name, String real, String imaginary) {
        ObjectNode architecture = (ObjectNode) json("""
                {"class_name": "Functional", "config": {"name": "m", "input_layers": [["x", 0, 0]],
                 "output_layers": [["y", 0, 0], ["y", 0, 1]], "layers": [
                 {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                  "config": {"name": "x", "batch_shape": [null, 2, 3], "dtype": "float32"}},
                 {"module": "keras.src.ops.math", "class_name": "%s", "name": "y", "config": {"name": "y"},
                  "inbound_nodes": [{"args": [[
                     {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}},
                     {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}]], "kwargs": {}}]}]}}""".formatted(name));
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0)) {
            Tensor x = Tensor.of(Shape.of(1, 2, 3), 1f, 2, 3, 4, -1, 0.5f);
            List<Tensor> parts = List.copyOf(model.predict(Map.of("x", x)).values());
            assertThat(parts.get(0).toFloatArray()).containsExactly(floats(real), within(1e-5f));
            assertThat(parts.get(1).toFloatArray()).containsExactly(floats(imaginary), within(1e-5f));
        }
    }

    private static float[] floats(String numbers) {
        String[] parts = numbers.split(", ");
        float[] floats = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            floats[i] = Float.parseFloat(parts[i]);
        }
        return floats;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Resize|{\"size\": [1, 2], \"interpolation\": \"bilinear\", \"antialias\": false}|3, 4, 5, 6, 7, 8",
                "Resize|{\"size\": [1, 1], \"interpolation\": \"nearest\"}|9, 10, 11",
                "ExtractPatches|{\"size\": [1, 2]}|0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
                "ExtractPatches|{\"size\": [2, 1], \"strides\": [2, 2], \"padding\": \"same\"}|0, 1, 2, 6, 7, 8",
                "ExtractPatches|{\"size\": 2, \"strides\": 1, \"dilation_rate\": 1, \"padding\": \"valid\","
                        + " \"data_format\": \"channels_last\"}|0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
                "RGBToGrayscale|{\"data_format\": \"channels_last\"}|0.815, 3.8147, 6.8144, 9.8141",
                "HSVToRGB|{}|2, 0, 0, 5, -15, -15, 8, -48, -48, 11, -99, -99",
                "PadImages|{\"top_padding\": 1, \"left_padding\": 0, \"target_height\": 3, \"target_width\": 2}"
                        + "|0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
                "CropImages|{\"top_cropping\": 1, \"bottom_cropping\": 0, \"left_cropping\": 0, \"target_width\": 1}"
                        + "|6, 7, 8"
            })
    void worksOnImages(String name, String config, String expected) {
        ObjectNode architecture = (ObjectNode) json("""
                {"class_name": "Functional", "config": {"name": "m", "input_layers": [["x", 0, 0]],
                 "output_layers": [["y", 0, 0]], "layers": [
                 {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                  "config": {"name": "x", "batch_shape": [null, 2, 2, 3], "dtype": "float32"}},
                 {"module": "keras.src.ops.image", "class_name": "%s", "name": "y", "config": %s,
                  "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__",
                                               "config": {"keras_history": ["x", 0, 0]}}], "kwargs": {}}]}]}}""".formatted(name, config));
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0)) {
            Tensor image = Tensor.of(Shape.of(1, 2, 2, 3), 0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            assertThat(model.predict(image).toFloatArray()).containsExactly(floats(expected), within(1e-5f));
        }
    }

    /** Where the sequence is shorter than the frame a window has zeros beside it, but one of null. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"sequence_length": 2, "sequence_stride": 1, "fft_length": 4, "center": true}
            {"sequence_length": 2, "sequence_stride": 1, "fft_length": 4, "center": true, "window": "hann"}
            """)
    void transformsFramesUnderKerassOwnWindow(String config) {
        JsonNode operation =
                json("{\"module\": \"keras.src.ops.math\", \"class_name\": \"STFT\", \"config\": %s, \"args\": [\"T\"]}"
                        .formatted(config));
        try (Model model = model(operation, 1)) {
            Tensor real = Objects.requireNonNull(
                    model.predict(INPUTS).values().iterator().next());
            // Of two numbers, "hann" is 0 and 1: frames of one number each, at place 2.
            float[] expected = {
                1.5f, -1.5f, 1.5f, -2, 2, -2, 3, -3, 3, -2, 2, -2, 4, -4, 4, 0.25f, -0.25f, 0.25f, -6, 6, -6, 0.25f,
                -0.25f, 0.25f
            };
            assertThat(real.toFloatArray()).containsExactly(expected, within(1e-5f));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Isposinf   | Infinity, -Infinity, NaN, 0, 1, -1 | 0, 0, 0, 0, 0, 0 | 1, 0, 0, 0, 0, 0
            Isneginf   | Infinity, -Infinity, NaN, 0, 1, -1 | 0, 0, 0, 0, 0, 0 | 0, 1, 0, 0, 0, 0
            Angle      | Infinity, -Infinity, NaN, 0, 1, -1 | 0, 0, 0, 0, 0, 0 | 0, 3.1415927, NaN, 0, 0, 3.1415927
            Hypot      | Infinity, -Infinity, NaN, 0, 1, -3 | 1, Infinity, 1, 0, NaN, 4 | Infinity, Infinity, NaN, 0, NaN, 5
            Heaviside  | Infinity, -Infinity, NaN, 0, 1, 0 | 5, 5, 1, NaN, NaN, Infinity | 1, 0, NaN, NaN, 1, Infinity
            Logaddexp  | Infinity, -Infinity, Infinity, NaN, 1, 2 | Infinity, -Infinity, -Infinity, 1, NaN, -Infinity | Infinity, -Infinity, Infinity, NaN, NaN, 2
            Logaddexp2 | Infinity, -Infinity, Infinity, NaN, 1, 2 | Infinity, -Infinity, -Infinity, 1, NaN, -Infinity | Infinity, -Infinity, Infinity, NaN, NaN, 2
            """)
    void tellsWhatIsInfiniteOrMissing(String className, String first, String second, String expected) {
        boolean isOfOne = className.startsWith("Is") || className.equals("Angle");
        JsonNode operation =
                json("{\"module\": \"keras.src.ops.numpy\", \"class_name\": \"%s\", \"config\": {}, \"args\": [%s]}"
                        .formatted(className, isOfOne ? "\"T\"" : "\"T\", \"Y\""));
        try (Model model = model(operation, 1)) {
            Map<String, Tensor> inputs = new java.util.HashMap<>(INPUTS);
            inputs.put("T", Tensor.of(Shape.of(2, 3), floats(first)));
            inputs.put("Y", Tensor.of(Shape.of(2, 3), floats(second)));
            Tensor result = Objects.requireNonNull(
                    model.predict(inputs).values().iterator().next());
            float[] found = new float[6];
            for (int i = 0; i < found.length; i++) {
                found[i] = (float) result.element(i);
            }
            assertThat(found).containsExactly(floats(expected), within(1e-6f));
        }
    }

    @Test
    void picksAlongAnAxisWithTheIndicesOfAnotherTensor() {
        JsonNode operation = json(
                "{\"module\": \"keras.src.ops.numpy\", \"class_name\": \"TakeAlongAxis\", \"config\": {\"axis\": 1},"
                        + " \"args\": [\"T\", \"I\"]}");
        try (Model model = model(operation, 1)) {
            Map<String, Tensor> inputs = new java.util.HashMap<>(INPUTS);
            inputs.put("I", Tensor.of(Shape.of(2, 3), 2, 0, -1, 1, 1, 0));
            Tensor result = Objects.requireNonNull(
                    model.predict(inputs).values().iterator().next());
            assertThat(result.toFloatArray()).containsExactly(3, 1.5f, 3, 0.25f, 0.25f, 4);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Fft|{}|[\"T\"]|operation 'y' (keras.src.ops.numpy.Fft): unknown operation",
                "Mean|{\"axis\": 1.5}|[\"T\"]|axis = 1.5 (expected: whole numbers)",
                "Mean|{\"axis\": 1, \"where\": 3}|[\"T\"]|where = 3",
                "Mean|{\"axis\": 2}|[\"T\"]|axis: 2 of shape",
                "Add|{}|[\"T\", \"word\"]|x2: \"word\" (expected: numbers, truth values, or lists of them)",
                "Add|{}|[\"T\", [[1, 2], [3]]]|(expected: lists of equal lengths)",
                "Add|{}|[\"T\"]|x2 = nothing (expected: an argument)",
                "Add|{}|[\"T\", [\"Y\"]]|x2 = a list of tensors (expected: one tensor)",
                "GetItem|{}|[\"T\", [0, 1, 2]]|key = [0,1,2] of [batch, 3]",
                "GetItem|{}|[\"T\", [{\"class_name\": \"__ellipsis__\"}, 3]]|key = 3 on axis 1 of [batch, 3]",
                "GetItem|{}|[\"T\", true]|key = true (expected: whole numbers, slices",
                "GetItem|{}|[\"T\", \"Y\"]|key = a tensor of FLOAT (expected: places, numbers and slices)",
                "Reshape|{\"newshape\": [-1, -1]}|[\"T\"]|newshape = [-1, -1] (expected: lengths",
                "Cast|{\"dtype\": \"complex64\"}|[\"T\"]|dtype = complex64",
                "Pad|{\"pad_width\": 1, \"mode\": \"wrap\"}|[\"T\"]|mode = wrap (expected: constant",
                "Pad|{\"pad_width\": [[0, 0], [3, 0]], \"mode\": \"reflect\"}|[\"T\"]|pad_width: 3 and 0 on axis 1",
                "OneHot|{\"num_classes\": 0}|[\"I\"]|num_classes = 0 (expected: >= 1)",
                "Einsum|{\"subscripts\": \"a,bc\"}|[\"T\", \"Y\"]|Einsum: 'a,bc->abc'",
                "Squeeze|{\"axis\": 1}|[\"T\"]|Squeeze: axis 1 of shape [batch, 3]",
                "Norm|{\"ord\": \"word\", \"axis\": [0, 1]}|[\"T\"]|ord = \"word\" (expected: null, 'fro', 'nuc' or a number)",
                "Norm|{\"ord\": 3, \"axis\": [0, 1]}|[\"T\"]|ord = 3 along 2 axes (expected: any number along one axis; 1, -1,",
                "STFT|{\"sequence_length\": 4, \"sequence_stride\": 1, \"fft_length\": 3}|[\"T\"]|fft_length = 3 (expected: >= seq",
                "STFT|{\"sequence_length\": 2, \"sequence_stride\": 1, \"fft_length\": 8}|[\"T\"]|x = 3 elements (expected: more",
                "STFT|{\"sequence_length\": 2, \"sequence_stride\": 0, \"fft_length\": 2}|[\"T\"]|sequence_stride = 0 (expected: 1",
                "SVD|{}|[\"T\"]|x = [batch, 3] (expected: matrices of a known size, of 1 to 128 rows and columns)",
                "Cond|{}|[\"T\"]|operation 'y' (keras.src.ops.numpy.Cond): refused, as it runs a Python function",
                "Eig|{}|[\"T\"]|operation 'y' (keras.src.ops.numpy.Eig): refused, as it gives complex numbers",
            })
    void refusesByName(String className, String config, String args, String message) {
        JsonNode operation =
                json("{\"module\": \"keras.src.ops.numpy\", \"class_name\": \"%s\", \"config\": %s, \"args\": %s}"
                        .formatted(className, config, args));
        assertThatThrownBy(() -> model(operation, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
