package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of layer that Keras 3 has no word for: written in other words, it gives the same; what cannot be, is refused. */
class RewrittenLayersTest {
    private static final long SEED = 19;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            2.2.4 | 3,4,2 | {"class_name": "Activation", "config": {"name": "a", "activation": "hard_sigmoid"}}
            2.2.4 | 5,2 | {"class_name": "SeparableConv1D", "config": {"name": "a", "filters": 3, "kernel_size": [3], "dilation_rate": [2], "padding": "causal", "activation": "hard_sigmoid"}}
            2.2.4 | 6,5,2 | {"class_name": "SeparableConv2D", "config": {"name": "a", "filters": 3, "kernel_size": [3, 2], "depth_multiplier": 2, "activation": "hard_sigmoid"}}
            2.2.4 | 6,5,2 | {"class_name": "DepthwiseConv2D", "config": {"name": "a", "kernel_size": [3, 2], "depth_multiplier": 2, "activation": "hard_sigmoid"}}
            2.2.4 | 4,3,2,1 | {"class_name": "Conv3D", "config": {"name": "a", "filters": 2, "kernel_size": [2, 2, 2], "use_bias": false, "activation": "hard_sigmoid"}}
            2.2.4 | 2,6,5 | {"class_name": "Conv2DTranspose", "config": {"name": "a", "filters": 2, "kernel_size": [3, 2], "strides": [2, 2], "data_format": "channels_first", "activation": "hard_sigmoid"}}
            2.9.0 | 4,3 | {"class_name": "EinsumDense", "config": {"name": "a", "equation": "abc,cd->abd", "output_shape": [null, 2], "bias_axes": "d", "activation": "hard_sigmoid"}}
            2.2.4 | 3,4,2 | {"class_name": "UpSampling2D", "config": {"name": "a", "size": [2, 3], "interpolation": "bilinear"}}
            2.2.4 | 2,3,4 | {"class_name": "UpSampling2D", "config": {"name": "a", "size": [3, 1], "interpolation": "bilinear", "data_format": "channels_first"}}
            2.2.4 | 3,2,8 | {"class_name": "DepthToSpace", "config": {"name": "a", "block_size": 2}}
            2.2.4 | 4,6,3 | {"class_name": "SpaceToDepth", "config": {"name": "a", "block_size": 2}}
            2.2.4 | 5,2 | {"class_name": "TimeDistributed", "config": {"name": "a", "layer": {"class_name": "Activation", "config": {"name": "b", "activation": "hard_sigmoid"}}}}
            1.2.2 | 5 | {"class_name": "Highway", "config": {"name": "a", "activation": "hard_sigmoid", "transform_bias": -2, "bias": true}}
            1.2.2 | 5 | {"class_name": "MaxoutDense", "config": {"name": "a", "output_dim": 4, "nb_feature": 3, "bias": false}}
            1.2.2 | 4,5 | {"class_name": "TimeDistributed", "config": {"name": "a", "layer": {"class_name": "MaxoutDense", "config": {"name": "b", "output_dim": 4, "nb_feature": 3, "bias": true}}}}
            1.2.2 | 4,5 | {"class_name": "TimeDistributed", "config": {"name": "a", "layer": {"class_name": "Highway", "config": {"name": "b", "activation": "tanh", "bias": true}}}}
            1.2.2 | 3,4,2 | {"class_name": "ParametricSoftplus", "config": {"name": "a", "alpha_init": 0.2, "beta_init": 5.0, "shared_axes": null}}
            1.2.2 | 3,4,2 | {"class_name": "ParametricSoftplus", "config": {"name": "a", "alpha_init": 0.2, "beta_init": 5.0, "shared_axes": [1, 3]}}
            1.2.2 | 3,4,2 | {"class_name": "ParametricSoftplus", "config": {"name": "a", "alpha_init": 0.2, "beta_init": 5.0, "shared_axes": [1, 2, 3]}}
            """)
    void givesTheSame(String version, String shape, String layer) {
        requireSame(sequential(version, shape, "float32", layer), 1e-6);
    }

    @ParameterizedTest
    @CsvSource({
        "channels_last, 1, valid", "channels_first, 1, valid", "channels_last, 2, same", "channels_first, 2, same",
        "channels_last, 3, valid", "channels_first, 3, same", "channels_last, 3, same", "channels_first, 2, valid"
    })
    void givesTheSameWhereEachPlaceHasAKernelOfItsOwn(String format, int implementation, String padding) {
        String common = "\"filters\": 3, \"data_format\": \"%s\", \"implementation\": %d, \"padding\": \"%s\""
                .formatted(format, implementation, padding);
        String plane = """
                {"class_name": "LocallyConnected2D", "config": {"name": "a", %s, "kernel_size": [2, 3], "strides": [1, 2],
                 "activation": "softmax"}}""".formatted(common);
        String line = """
                {"class_name": "LocallyConnected1D", "config": {"name": "a", %s, "kernel_size": [4], "strides": [2],
                 "activation": "hard_sigmoid"}}""".formatted(common);
        requireSame(sequential("2.3.1", "4,5,6", "float32", plane), 1e-6);
        requireSame(sequential("2.3.1", "7,6", "float32", line), 1e-6);
    }

    @ParameterizedTest
    @CsvSource({"float64, 1e-12", "float16, 5e-3", "mixed_float16, 5e-3", "mixed_bfloat16, 4e-2"})
    void givesTheSameInOtherTypes(String policy, double tolerance) {
        String lstm = """
                {"class_name": "LSTM", "config": {"name": "a", "units": 3, "activation": "tanh",
                 "recurrent_activation": "hard_sigmoid", "return_sequences": true, "dtype": %s}}""";
        String dense = """
                {"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "hard_sigmoid", "dtype": %1$s}},
                {"class_name": "Activation", "config": {"name": "h", "activation": "hard_sigmoid", "dtype": %1$s}}""";
        String dtype = policy.startsWith("float")
                ? '"' + policy + '"'
                : "{\"class_name\": \"Policy\", \"config\": {\"name\": \"%s\"}}".formatted(policy);
        String type = policy.startsWith("float") ? policy : "float32";
        requireSame(sequential("2.9.0", "4,2", type, lstm.formatted(dtype) + "," + dense.formatted(dtype)), tolerance);
    }

    /** TensorFlow has these, Keras 3 has not. */
    @Test
    void givesTheSameWhereImagesAreResizedAsOnlyTensorFlowDoes() {
        String up = """
                {"class_name": "UpSampling2D", "config": {"name": "a", "size": [2, 3], "interpolation": "gaussian"}}""";
        String down = """
                {"class_name": "Resizing", "config": {"name": "a", "height": 3, "width": 4, "interpolation": "mitchellcubic"}}""";
        requireSame(sequential("2.9.0", "5,6,2", "float32", up), 1e-6);
        requireSame(sequential("2.9.0", "5,6,2", "float32", down), 1e-6);
    }

    /** A layer that is used twice, and a model inside another one that is used twice, are rewritten once. */
    @Test
    void rewritesSharedLayersOnce() {
        String inner = """
                {"class_name": "Model", "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]], [["y", 0, 0, {}]]],
                 "config": {"name": "inner", "input_layers": [["i", 0, 0]], "output_layers": [["h", 0, 0]], "layers": [
                  {"class_name": "InputLayer", "name": "i", "inbound_nodes": [],
                   "config": {"name": "i", "batch_input_shape": [null, 3], "dtype": "float32"}},
                  {"class_name": "Dense", "name": "d", "inbound_nodes": [[["i", 0, 0, {}]]],
                   "config": {"name": "d", "units": 3, "activation": "hard_sigmoid"}},
                  {"class_name": "Activation", "name": "h", "inbound_nodes": [[["d", 0, 0, {}]]],
                   "config": {"name": "h", "activation": "hard_sigmoid"}}]}}""";
        ObjectNode model = json("""
                {"class_name": "Model", "keras_version": "2.3.1", "config": {"name": "m", "input_layers": [["x", 0, 0]],
                 "output_layers": [["inner", 2, 0], ["shared", 0, 0], ["shared", 1, 0]], "layers": [
                  {"class_name": "InputLayer", "name": "x", "inbound_nodes": [],
                   "config": {"name": "x", "batch_input_shape": [null, 3], "dtype": "float32"}},
                  {"class_name": "Activation", "name": "y", "inbound_nodes": [[["x", 0, 0, {}]]],
                   "config": {"name": "y", "activation": "tanh"}},
                  {"class_name": "Dense", "name": "shared", "inbound_nodes": [[["x", 0, 0, {}]], [["inner", 1, 0, {}]]],
                   "config": {"name": "shared", "units": 3, "activation": "hard_sigmoid"}},
                  %s]}}""".formatted(inner));
        requireSame(model, 1e-6);
    }

    @Test
    void namesWhatItAddsAsNothingElseIsNamed() {
        ObjectNode model = sequential("2.3.1", "3", "float32", """
                {"class_name": "Dense", "config": {"name": "a_scaling", "units": 3}},
                {"class_name": "Activation", "config": {"name": "a", "activation": "hard_sigmoid"}}""");
        Path copy = folder.resolve("copy.keras");
        try (Model old = Model.fromJson(model, LayerRegistry.builtIn(), SEED)) {
            old.save(copy);
        }
        try (Model again = Model.load(copy)) {
            assertThat(again.network().layers().keySet()).endsWith("a_scaling", "a_scaling_1", "a");
            assertThat(again.outputs().get(0).name()).isEqualTo("a");
        }
    }

    /** An LSTM applies it to its state, which is no product with weights. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            4,2 | {"class_name": "LSTM", "config": {"name": "a", "units": 3, "activation": "hard_sigmoid", "recurrent_activation": "hard_sigmoid"}} | layer 'a' (LSTM): activation = hard_sigmoid of Keras 2
            4,2 | {"class_name": "Bidirectional", "config": {"name": "b", "layer": {"class_name": "LSTM", "config": {"name": "a", "units": 3, "activation": "hard_sigmoid", "recurrent_activation": "sigmoid"}}}} | (LSTM): activation = hard_sigmoid of Keras 2
            null,null,4 | {"class_name": "DepthToSpace", "config": {"name": "a", "block_size": 2}} | layer 'a' (DepthToSpace): in a file of Keras 3
            null,4,2 | {"class_name": "UpSampling2D", "config": {"name": "a", "size": [2, 2], "interpolation": "bilinear"}} | layer 'a' (UpSampling2D): interpolation = tensorflow_1_bilinear
            """)
    void refusesByNameWhatHasNoEqual(String shape, String layer, String message) {
        requireRefused("2.3.1", shape, layer, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            50,50,1 | {"class_name": "LocallyConnected2D", "config": {"name": "a", "filters": 1, "kernel_size": [50, 50]}} | layer 'a' (LocallyConnected2D): in a file of Keras 3
            4,4,1 | {"class_name": "UpSampling2D", "config": {"name": "a", "size": [1000, 1], "interpolation": "bilinear"}} | layer 'a' (UpSampling2D): interpolation = tensorflow_1_bilinear
            """)
    void refusesWhatWouldBecomeOutOfProportion(String shape, String layer, String message) {
        requireRefused("2.3.1", shape, layer, message);
    }

    /** Its axes are others in the words of Keras 3. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            2.3.1 | 4,2 | {"class_name": "LocallyConnected1D", "config": {"name": "a", "filters": 2, "kernel_size": [2], "implementation": 2, "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}}}} | layer 'a' (LocallyConnected1D): in a file of Keras 3
            1.2.2 | 5 | {"class_name": "MaxoutDense", "config": {"name": "a", "output_dim": 4, "nb_feature": 3, "bias": true, "W_constraint": {"name": "MaxNorm", "m": 2, "axis": 0}}} | layer 'a' (MaxoutDense): in a file of Keras 3
            """)
    void refusesAConstraintOfAKernelThatIsLaidOutAnew(String version, String shape, String layer, String message) {
        requireRefused(version, shape, layer, message);
    }

    /** EinsumDense of Keras 3 passes no mask on, which the layer behind it needs. */
    @Test
    void refusesASoftplusBehindAMask() {
        String softplus = "{\"class_name\": \"ParametricSoftplus\", \"config\": {\"name\": \"a\"}}";
        String masking = "{\"class_name\": \"Masking\", \"config\": {\"name\": \"m\", \"mask_value\": 0}}";
        requireRefused("1.2.2", "4,3", masking + "," + softplus, "layer 'a' (ParametricSoftplus): masks taken as");
        requireSame(sequential("1.2.2", "4,3", "float32", softplus), 1e-6);
    }

    @Test
    void saysThatSharedNumbersAreTrainedApart() {
        ObjectNode model = sequential("1.2.2", "4,3", "float32", """
                {"class_name": "ParametricSoftplus", "config": {"name": "a", "shared_axes": [1, 2]}}""");
        try (Model old = Model.fromJson(model, LayerRegistry.builtIn(), SEED)) {
            assertThat(old.save(folder.resolve("copy.keras")))
                    .containsExactly(
                            "ParametricSoftplus written as two EinsumDense: a",
                            "alpha and beta that all places share, if trained further, become numbers for each place"
                                    + " of the last axis: a");
        }
    }

    private void requireRefused(String version, String shape, String layer, String message) {
        ObjectNode model = sequential(version, shape, "float32", layer);
        try (Model old = Model.fromJson(model, LayerRegistry.builtIn(), SEED)) {
            assertThatThrownBy(() -> old.save(folder.resolve("copy.keras")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("recurrent_activation");
        }
    }

    private void requireSame(ObjectNode architecture, double tolerance) {
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), SEED)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (Weight weight : model.weights()) {
                Shape shape = weight.spec().shape();
                model.assign(
                        weight.path(), numbers(random, shape).cast(weight.spec().type()));
            }
            List<Long> lengths = new ArrayList<>(List.of(3L));
            Shape row = model.inputs().get(0).shape();
            row.dimensions().stream().skip(1).forEach(length -> lengths.add(length.size()));
            Shape batch = Shape.of(lengths.stream().mapToLong(Long::longValue).toArray());
            Tensor x = numbers(random, batch).cast(model.inputs().get(0).type());
            String input = model.inputs().get(0).name();
            List<Tensor> expected = List.copyOf(model.predict(Map.of(input, x)).values());
            for (String name : List.of("copy.keras", "copy.h5")) {
                Path copy = folder.resolve(name);
                assertThat(model.save(copy)).isNotEmpty();
                try (Model again = Model.load(copy)) {
                    List<Tensor> found =
                            List.copyOf(again.predict(Map.of(input, x)).values());
                    assertThat(found).hasSameSizeAs(expected);
                    for (int i = 0; i < found.size(); i++) {
                        assertThat(found.get(i).type())
                                .isEqualTo(expected.get(i).type());
                        InferenceFixturesTest.requireClose(found.get(i), expected.get(i), tolerance);
                    }
                }
            }
        }
    }

    private static Tensor numbers(SplittableRandom random, Shape shape) {
        double[] numbers = random.doubles(shape.elementCount(), -2, 2).toArray();
        return Tensor.of(shape, numbers);
    }

    /** Layers in a row, as a version of Keras 1 or 2 writes them. */
    private static ObjectNode sequential(String version, String shape, String type, String layers) {
        ObjectNode model = json("""
                {"class_name": "Sequential", "keras_version": "%s", "config": [%s]}""".formatted(version, layers));
        ObjectNode first = (ObjectNode) model.at("/config/0/config");
        first.set(
                "batch_input_shape",
                json("{\"shape\": [null, %s]}".formatted(shape)).path("shape"));
        if (!first.has("dtype")) {
            first.put(version.startsWith("1") ? "input_dtype" : "dtype", type);
        }
        return model;
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
