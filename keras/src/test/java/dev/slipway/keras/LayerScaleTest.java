package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.LayerScale;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layer that Keras has for its ConvNeXt alone is read from the files of every version that has it. */
class LayerScaleTest {
    @ParameterizedTest
    @CsvSource({
        "2.10.0, batch_input_shape, keras.layers",
        "2.15.0, batch_input_shape, keras.src.applications.convnext",
        "3.9.2, batch_shape, keras.src.applications.convnext"
    })
    void multipliesEachChannelByItsNumber(String version, String shape, String module) throws JsonProcessingException {
        ObjectNode architecture = (ObjectNode) new ObjectMapper().readTree("""
                {"class_name": "Sequential", "keras_version": "%s", "config": {"name": "s", "layers": [
                  {"class_name": "InputLayer", "module": "keras.layers", "registered_name": null,
                   "config": {"name": "x", "%s": [null, 2], "dtype": "float32"}},
                  {"class_name": "LayerScale", "module": "%s", "registered_name": "LayerScale",
                   "config": {"name": "scale", "trainable": true, "dtype": "float32", "init_values": 0.5,
                    "projection_dim": 2}}]}}""".formatted(version, shape, module));
        try (Model model = Model.fromJson(architecture, LayerRegistry.builtIn(), 0)) {
            assertThat(model.weight("scale/gamma").element(1)).isEqualTo(0.5);
            model.assign("scale/gamma", Tensor.of(Shape.of(2), new float[] {3, -2}));
            Tensor y = model.predict(Tensor.of(Shape.of(2, 2), new float[] {1, 2, 3, 4}));
            for (int i = 0; i < 4; i++) {
                assertThat(y.element(i)).isCloseTo(new double[] {3, -4, 9, -8}[i], within(1e-6));
            }
            assertThat(model.toJson().at("/config/layers/1/module").asText())
                    .isEqualTo("keras.src.applications.convnext");
        }
    }

    /** {@code mean((x · gamma)²)} has the gradient {@code 2 · x² · gamma / 2} for each channel. */
    @Test
    void learnsItsNumbers() {
        try (Model model = Model.sequential(InputLayer.of(2), LayerScale.of(2, 0.5))) {
            model.compile("sgd", "mse");
            Tensor x = Tensor.of(Shape.of(1, 2), new float[] {1, 2});
            model.fit(x, Tensor.of(Shape.of(1, 2), new float[2]), FitOptions.epochs(1));
            Tensor gamma = model.weight("layer_scale/gamma");
            assertThat(gamma.element(0)).isCloseTo(0.5 - 0.01 * 0.5, within(1e-6));
            assertThat(gamma.element(1)).isCloseTo(0.5 - 0.01 * 4 * 0.5, within(1e-6));
        }
    }
}
