package dev.slipway.keras.saving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Theano convolves where TensorFlow correlates: kernels are turned. Keras turned those of separable layers by itself before it
 * handed them to Theano, so that they stay as they are.
 */
class TheanoKernelsTest {
    private static final Tensor X = Tensor.of(Shape.of(1, 1, 3, 1), new float[] {100, 10, 1});

    @TempDir
    Path folder = Path.of("");

    @Test
    void turnsTheKernelsOfConvolutions() throws IOException {
        assertThat(predicted("2.2.4", "theano", "Conv2D", "\"filters\": 1,")).isEqualTo(321);
        assertThat(predicted("2.2.4", "tensorflow", "Conv2D", "\"filters\": 1,"))
                .isEqualTo(123);
    }

    @Test
    void leavesTheKernelsOfSeparableConvolutions() throws IOException {
        assertThat(predicted("2.2.4", "theano", "SeparableConv2D", "\"filters\": 1,"))
                .isEqualTo(123);
        assertThat(predicted("2.2.4", "theano", "DepthwiseConv2D", "")).isEqualTo(123);
    }

    /** Keras 1 had such layers on TensorFlow only, and says nowhere what it ran on. */
    @Test
    void takesAModelOfKeras1WithSeparableLayersForTensorFlows() throws IOException {
        Path json = Files.writeString(folder.resolve("m.json"), """
                {"class_name": "Sequential", "keras_version": "1.2.2", "config": [
                  {"class_name": "Convolution2D", "config": {"name": "c", "nb_filter": 1, "nb_row": 1, "nb_col": 3,
                   "border_mode": "valid", "dim_ordering": "th", "subsample": [1, 1], "bias": false, "activation": "linear",
                   "init": "glorot_uniform", "batch_input_shape": [null, 1, 1, 3], "input_dtype": "float32"}},
                  {"class_name": "SeparableConvolution2D", "config": {"name": "s", "nb_filter": 1, "nb_row": 1, "nb_col": 1,
                   "border_mode": "valid", "dim_ordering": "th", "subsample": [1, 1], "bias": false, "activation": "linear",
                   "init": "glorot_uniform", "depth_multiplier": 1}}]}""");
        Hdf5Group root = new Hdf5Group().list("layer_names", List.of("c", "s"));
        weights(root, "c", Tensor.of(Shape.of(1, 1, 1, 3), new float[] {1, 2, 3}));
        Tensor one = Tensor.of(Shape.of(1, 1, 1, 1), new float[] {1});
        weights(root, "s", one, one);
        assertThat(predicted(json, root, X.reshaped(Shape.of(1, 1, 1, 3)))).isEqualTo(123);
    }

    private double predicted(String version, String backend, String className, String filters) throws IOException {
        Path json = Files.writeString(folder.resolve("m.json"), """
                {"class_name": "Sequential", "keras_version": "%s", "backend": "%s", "config": {"name": "s", "layers": [
                  {"class_name": "%s", "config": {"name": "c", "trainable": true, "dtype": "float32", %s "kernel_size": [1, 3],
                   "strides": [1, 1], "padding": "valid", "data_format": "channels_last", "use_bias": false, "activation": "linear",
                   "batch_input_shape": [null, 1, 3, 1]}}]}}""".formatted(version, backend, className, filters));
        Hdf5Group root = new Hdf5Group().text("keras_version", version).text("backend", backend);
        root.list("layer_names", List.of("c"));
        Tensor kernel = Tensor.of(Shape.of(1, 3, 1, 1), new float[] {1, 2, 3});
        if (className.startsWith("Separable")) {
            weights(root, "c", kernel, Tensor.of(Shape.of(1, 1, 1, 1), new float[] {1}));
        } else {
            weights(root, "c", kernel);
        }
        return predicted(json, root, X);
    }

    private static void weights(Hdf5Group root, String layer, Tensor... values) {
        List<String> names = List.of("first", "second").subList(0, values.length);
        root.group(layer).list("weight_names", names);
        for (int i = 0; i < values.length; i++) {
            root.group(layer).dataset(names.get(i), values[i]);
        }
    }

    private double predicted(Path json, Hdf5Group root, Tensor x) {
        Path weights = folder.resolve("w.h5");
        AtomicFile.write(weights, channel -> Hdf5Writer.write(channel, root));
        try (Model model = Model.load(json, weights, LayerRegistry.builtIn(), ReadLimits.defaults())) {
            Tensor found = model.predict(x);
            assertThat(found.shape().elementCount()).isEqualTo(1);
            return found.element(0);
        }
    }
}
