package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CategoryEncoding;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of layers that no fixture uses: the numbers are computed by NumPy or PyTorch, or by hand. */
class LayerOptionsTest {
    /** A model of one layer, whose configuration is written with single quotes. */
    private static Model model(String batchShape, String layer, String config) {
        return model(batchShape, "{'class_name': '%s', 'config': {'name': 'y', %s}}".formatted(layer, config));
    }

    private static Model model(String batchShape, String layers) {
        String json = """
                {'class_name': 'Sequential', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': %s}}, %s]}}""".formatted(batchShape, layers);
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** 0, 1, 2, … */
    private static Tensor counting(long... lengths) {
        Shape shape = Shape.of(lengths);
        float[] values = new float[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensor.of(shape, values);
    }

    private static double[] elements(Tensor tensor) {
        return IntStream.range(0, (int) tensor.shape().elementCount())
                .mapToDouble(tensor::element)
                .toArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "[null, null, null] | 'target_shape': [-1]       | 2, 12",
                "[null, null, null] | 'target_shape': [-1, 3]    | 2, 4, 3",
                "[null, null, null] | 'target_shape': [2, 6]     | 2, 2, 6",
                "[null, null, 4]    | 'target_shape': [2, -1, 2] | 2, 2, 3, 2",
                "[null, null, 4]    | 'target_shape': [-1, 4]    | 2, 3, 4"
            })
    void reshapesLengthsThatTheModelDoesNotKnow(String batchShape, String config, String shape) {
        long[] lengths =
                Arrays.stream(shape.split(", ")).mapToLong(Long::parseLong).toArray();
        try (Model model = model(batchShape, "Reshape", config)) {
            Tensor x = counting(2, 3, 4);
            assertThat(model.predict(x).shape()).isEqualTo(Shape.of(lengths));
            assertThat(elements(model.predict(x))).isEqualTo(elements(x));
        }
    }

    @Test
    void reshapingKeepsTheOneLengthThatIsNotKnown() {
        try (Model model = model("[null, null, 4]", "Reshape", "'target_shape': [-1, 4]")) {
            Shape in = model.inputs().get(0).shape();
            assertThat(model.outputs().get(0).shape()).isEqualTo(in);
        }
    }

    @Test
    void flattensLengthsThatTheModelDoesNotKnow() {
        try (Model model = model("[null, null, null, 2]", "Flatten", "'data_format': 'channels_last'")) {
            assertThat(model.predict(counting(2, 3, 4, 2)).shape()).isEqualTo(Shape.of(2, 24));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Normalization | 'axis': [1, 2], 'mean': [1, 2], 'variance': 4 | -0.5, -0.5, 0.5, 0.5",
                "Normalization | 'axis': 1, 'mean': [1, 3], 'variance': [1, 4] | -1, 0, -0.5, 0",
                "Normalization | 'axis': 1, 'mean': [[1], [3]], 'variance': [[1], [4]] | -1, 0, -0.5, 0",
                "Normalization | 'axis': null, 'mean': 1, 'variance': 4, 'invert': true | 1, 3, 5, 7",
                "Rescaling | 'scale': [[1], [2]], 'offset': [1, -1] | 1, 0, 5, 5",
                "Rescaling | 'scale': {'class_name': '__numpy__', 'config': {'value': [2, 3], 'dtype': 'float32'}}"
                        + " | 0, 3, 4, 9"
            })
    void givenNumbersAreBroadcastAsByNumPy(String layer, String config, String expected) {
        double[] numbers = Arrays.stream(expected.split(", "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        try (Model model = model("[null, 2, 2]", layer, config)) {
            assertThat(elements(model.predict(counting(1, 2, 2)))).containsExactly(numbers, within(1e-6));
        }
    }

    @Test
    void givenNumbersAreWrittenBackAsTheyWere() {
        String mean = "[[1.0],[3.0]]";
        try (Model model = model("[null, 2, 2]", "Normalization", "'axis': 1, 'mean': " + mean + ", 'variance': 1")) {
            assertThat(model.toJson().toString()).contains("\"mean\":" + mean).contains("\"variance\":1");
        }
    }

    @Test
    void refusesGivenNumbersThatMakeTensorsLarger() {
        assertThatThrownBy(
                        () -> model("[null, 2, 2]", "Normalization", "'axis': -1, 'mean': [[1], [2]], 'variance': 1"))
                .hasMessageContaining("mean of shape [2, 1] (expected: lengths that can be broadcast to [1, 1, 2])");
    }

    @Test
    void categoriesCountAsOftenAsTheirWeightsSay() {
        Shape shape = Shape.of(3).prepend(Dimension.symbol(InputLayer.BATCH));
        KerasTensor indices = new InputLayer("i", DataType.INT32, shape).apply();
        KerasTensor weights = InputLayer.input("w", 3);
        CallArguments<KerasTensor> arguments = new CallArguments<>(
                List.of(new CallArguments.Tensor<>(indices)),
                Map.of("count_weights", new CallArguments.Tensor<>(weights)));
        List<KerasTensor> counted = CategoryEncoding.count(4).apply(arguments);
        try (Model model = Model.functional(List.of(indices, weights), counted)) {
            Tensor i = Tensor.of(Shape.of(1, 3), 2, 0, 2);
            Tensor result = model.predict(Map.of("i", i, "w", Tensor.of(Shape.of(1, 3), 0.5f, 2, 3)))
                    .values()
                    .iterator()
                    .next();
            assertThat(elements(result)).containsExactly(2, 0, 3.5, 0);
        }
    }

    @Test
    void windowsOfOneElementAreNeverPadded() {
        String config = "'pool_size': 1, 'strides': 4, 'padding': 'same'";
        try (Model model = model("[null, null, 1]", "AveragePooling1D", config)) {
            assertThat(elements(model.predict(counting(1, 8, 1)))).containsExactly(0, 4);
            assertThat(elements(model.predict(counting(1, 9, 1)))).containsExactly(0, 4, 8);
        }
    }

    @Test
    void masksEndAtEinsumDense() {
        String layers = """
                {'class_name': 'Masking', 'config': {'name': 'a'}},
                {'class_name': 'EinsumDense', 'config': {'name': 'b', 'equation': 'abc,cd->abd', 'output_shape': [null, 1],
                  'kernel_initializer': 'ones'}},
                {'class_name': 'GlobalAveragePooling1D', 'config': {'name': 'c'}}""";
        try (Model model = model("[null, 3, 1]", layers)) {
            assertThat(elements(model.predict(counting(1, 3, 1)))).containsExactly(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'class_name': 'LeakyReLU', 'config': {'negative_slope': 0.1}     | -0.1, 0, 1",
                "'class_name': 'ReLU', 'config': {'max_value': 0.5, 'name': 're'} | 0, 0, 0.5",
                "'class_name': 'ELU', 'config': {'alpha': 2}                      | -1.264241, 0, 1",
                "'class_name': 'Softmax', 'config': {'axis': 1}                   | 0.09003057, 0.2447285, 0.6652409"
            })
    void layersMayBeActivations(String activation, String expected) {
        double[] numbers = Arrays.stream(expected.split(", "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        String config = "'units': 1, 'kernel_initializer': 'ones', 'activation': {'module': 'keras.layers', ";
        try (Model model = model("[null, 3, 1]", "Dense", config + activation + "}")) {
            Tensor x = Tensor.of(Shape.of(1, 3, 1), -1f, 0, 1);
            assertThat(elements(model.predict(x))).containsExactly(numbers, within(1e-6));
            try (Model again = Model.fromJson(model.toJson(), LayerRegistry.builtIn(), 0)) {
                assertThat(again.toJson()).isEqualTo(model.toJson());
            }
        }
    }

    @Test
    void refusesLayersWithWeightsAsActivations() {
        assertThatThrownBy(() ->
                        model("[null, 1]", "Dense", "'units': 1, 'activation': {'class_name': 'PReLU', 'config': {}}"))
                .hasMessageContaining("activation = PReLU");
    }

    /** Keras stores the kernel with the adapters in it. */
    @Test
    void adaptersOfLowRankChangeNothingButTraining() {
        try (Model model = model("[null, 3, 1]", "Dense", "'units': 1, 'kernel_initializer': 'ones', 'lora_rank': 2")) {
            assertThat(elements(model.predict(counting(1, 3, 1)))).containsExactly(0, 1, 2);
            assertThat(model.toJson().toString()).contains("\"lora_rank\":2").doesNotContain("lora_alpha");
        }
    }

    @Test
    void autoContrastStretchesEachChannelOverTheRange() {
        try (Model model = model("[null, 2, 2, 2]", "AutoContrast", "'value_range': [0, 1]")) {
            Tensor image = Tensor.of(Shape.of(1, 2, 2, 2), 0.25f, 0.5f, 0.5f, 0.5f, 0.375f, 0.5f, 0.75f, 0.5f);
            assertThat(elements(model.predict(image)))
                    .containsExactly(new double[] {0, 0.5, 0.5, 0.5, 0.25, 0.5, 1, 0.5}, within(1e-6));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "Equalization | 'value_range': [0, 1], 'bins': 16",
                "Solarization | 'addition_factor': [0, 0.5], 'threshold_factor': [0, 0], 'seed': 3"
            })
    void imagesStayAsTheyAreAtInference(String layer, String config) {
        try (Model model = model("[null, 2, 2, 1]", layer, config)) {
            assertThat(elements(model.predict(counting(1, 2, 2, 1)))).containsExactly(0, 1, 2, 3);
        }
    }
}
