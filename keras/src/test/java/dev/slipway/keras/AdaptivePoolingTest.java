package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Expected numbers are those of {@code adaptive_avg_pool1d}, {@code adaptive_max_pool2d} and so on of PyTorch 1.13. */
class AdaptivePoolingTest {
    private static Model model(String shape, String layers) {
        String json = """
                {'class_name': 'Sequential', 'config': {'name': 'm', 'layers': [
                  {'class_name': 'InputLayer', 'config': {'name': 'x', 'batch_shape': %s, 'dtype': 'float32'}},
                  %s]}}""".formatted(shape, layers);
        try {
            ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree(json.replace('\'', '"'));
            return Model.fromJson(architecture, LayerRegistry.builtIn(), 0);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static double[] result(Model model, Tensor x) {
        try (model) {
            Tensor y = model.predict(x);
            return IntStream.range(0, Math.toIntExact(y.shape().elementCount()))
                    .mapToDouble(y::element)
                    .toArray();
        }
    }

    private static String layer(String className, String config) {
        return "{'class_name': '%s', 'config': {'name': 'y', %s}}".formatted(className, config);
    }

    private static Tensor upTo(int count, Shape shape) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
        }
        return Tensor.of(shape, numbers);
    }

    @Test
    void neighbouringMeansShareElements() {
        Model model = model("[null, 7, 1]", layer("AdaptiveAveragePooling1D", "'output_size': [3]"));
        assertThat(result(model, upTo(7, Shape.of(1, 7, 1)))).containsExactly(new double[] {1, 3, 5}, within(1e-6));
    }

    @Test
    void moreStretchesThanElementsRepeatThem() {
        Model model = model("[null, 2, 1]", layer("AdaptiveMaxPooling1D", "'output_size': [3]"));
        assertThat(result(model, upTo(2, Shape.of(1, 2, 1)))).containsExactly(0, 1, 1);
    }

    @Test
    void eachAxisHasItsStretches() {
        Model model = model(
                "[null, 1, 3, 4]",
                layer("AdaptiveMaxPooling2D", "'output_size': [2, 2], 'data_format': 'channels_first'"));
        assertThat(result(model, upTo(12, Shape.of(1, 1, 3, 4)))).containsExactly(5, 7, 9, 11);
        Model mean = model("[null, 2, 2, 3, 1]", layer("AdaptiveAveragePooling3D", "'output_size': [1, 2, 2]"));
        assertThat(result(mean, upTo(12, Shape.of(1, 2, 2, 3, 1))))
                .containsExactly(new double[] {3.5, 4.5, 6.5, 7.5}, within(1e-6));
    }

    @Test
    void layersBeforeItLearn() {
        Model model = model(
                "[null, 5, 2]",
                layer("Conv1D", "'filters': 2, 'kernel_size': [1]").replace("'y'", "'c'") + ", "
                        + layer("AdaptiveMaxPooling1D", "'output_size': [3]"));
        try (model) {
            model.compile("sgd", "mse");
            Tensor before = model.weight("c/bias");
            double first = before.element(0);
            model.fit(upTo(10, Shape.of(1, 5, 2)), upTo(6, Shape.of(1, 3, 2)), FitOptions.epochs(1));
            assertThat(model.weight("c/bias").element(0)).isNotEqualTo(first);
        }
    }

    @Test
    void findsTheStretchesOfLengthsThatOnlyTheEngineKnows() {
        Model model = model("[null, null, 1]", layer("AdaptiveAveragePooling1D", "'output_size': [3]"));
        assertThat(result(model, upTo(7, Shape.of(1, 7, 1)))).containsExactly(new double[] {1, 3, 5}, within(1e-6));
    }

    @Test
    void refusesMoreStretchesThanAGraphShouldHave() {
        assertThatThrownBy(() -> model("[null, 7, 1]", layer("AdaptiveMaxPooling1D", "'output_size': [2000000000]")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("output_size = [2000000000] (expected: at most 16384 along an axis)");
    }
}
