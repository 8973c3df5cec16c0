package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.ReadLimits;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that real Keras 2.3.1 wrote on Theano 1.0.5 give what it predicted: by {@code fixtures/keras231/make.py}, which is run
 * with that Keras.
 */
class RealKeras2Test {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder = Path.of("");

    static Stream<String> models() throws IOException {
        try (Stream<Path> files = Files.list(Fixtures.keras231(""))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".npz"))
                    .map(name -> name.replace(".npz", ""))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesWhatKerasPredicted(String name) {
        Map<String, Tensor> arrays = Npz.read(Fixtures.keras231(name + ".npz"));
        try (Model model = load(name)) {
            requirePredictions(model, arrays);
        }
    }

    private static void requirePredictions(Model model, Map<String, Tensor> arrays) {
        for (int batch : new int[] {1, 3}) {
            Map<String, Tensor> rows = new LinkedHashMap<>();
            for (int i = 0; i < model.inputs().size(); i++) {
                assertThat(model.inputs().get(i).type()).isEqualTo(DataType.FLOAT);
                rows.put(model.inputs().get(i).name(), first(batch, arrays, "x" + i));
            }
            List<Tensor> found = List.copyOf(model.predict(rows).values());
            assertThat(arrays).containsKey("y" + (found.size() - 1)).doesNotContainKey("y" + found.size());
            for (int i = 0; i < found.size(); i++) {
                InferenceFixturesTest.requireClose(found.get(i), first(batch, arrays, "y" + i), TOLERANCE);
            }
        }
    }

    /** An architecture and its weights apart become one file of Keras 2 on Theano, which convolves where others correlate. */
    @ParameterizedTest
    @ValueSource(strings = {"conv_2d_even", "max_pooling_1d", "merge_add_masked", "nested"})
    void staysTheSameInAFileOfItsOwnForm(String name) {
        Path copy = folder.resolve("copy.h5");
        try (Model model = load(name)) {
            model.saveInOwnForm(copy);
        }
        try (Model again = Model.load(copy)) {
            requirePredictions(again, Npz.read(Fixtures.keras231(name + ".npz")));
        }
    }

    /** No word of Keras 3 says what these do, and other numbers are not written instead. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bidirectional_masked",
                "conv_2d_strided",
                "conv_lstm_2d",
                "conv_transpose_2d",
                "lstm_masked_states",
                "max_pooling_1d",
                "merge_add_masked"
            })
    void isNotWrittenWhereKeras3WouldGiveOtherNumbers(String name) {
        try (Model model = load(name)) {
            assertThatThrownBy(() -> model.save(folder.resolve("copy.keras")))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("Keras 2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bidirectional_backwards", "conv_1d_causal", "embedding", "nested", "shared"})
    void staysTheSameInAFileOfKeras3(String name) {
        Path copy = folder.resolve("copy.keras");
        try (Model model = load(name)) {
            model.save(copy);
            Map<String, Tensor> arrays = Npz.read(Fixtures.keras231(name + ".npz"));
            Map<String, Tensor> rows = new LinkedHashMap<>();
            for (int i = 0; i < model.inputs().size(); i++) {
                rows.put(model.inputs().get(i).name(), first(3, arrays, "x" + i));
            }
            try (Model again = Model.load(copy)) {
                List<Tensor> found = List.copyOf(again.predict(rows).values());
                InferenceFixturesTest.requireClose(found.get(0), first(3, arrays, "y0"), TOLERANCE);
            }
        }
    }

    /** Keras builds such layers, and Theano fails when they are to predict. */
    @Test
    void refusesWhatTheanoCannotCompute() throws IOException {
        Path json = Files.writeString(folder.resolve("m.json"), """
                {"class_name": "Sequential", "keras_version": "2.3.1", "backend": "theano", "config": {"name": "s", "layers": [
                  {"class_name": "MaxPooling3D", "config": {"name": "p", "pool_size": [1, 2, 2], "strides": [1, 2, 2],
                   "padding": "same", "batch_input_shape": [null, 4, 4, 4, 1]}},
                  {"class_name": "Conv3DTranspose", "config": {"name": "t", "filters": 1, "kernel_size": [3, 2, 3],
                   "padding": "same"}}]}}""");
        Path weights = Fixtures.keras231("nested.weights.h5");
        assertThatThrownBy(() -> Model.load(json, weights, LayerRegistry.builtIn(), ReadLimits.defaults()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "layer 'p' (MaxPooling3D) of Keras on Theano: padding = same and pool_size = [1,2,2]")
                .hasMessageContaining(
                        "layer 't' (Conv3DTranspose) of Keras on Theano: padding = same and kernel_size = [3,2,3]");
    }

    private static Model load(String name) {
        Path json = Fixtures.keras231(name + ".json");
        return Files.exists(json)
                ? Model.load(
                        json, Fixtures.keras231(name + ".weights.h5"), LayerRegistry.builtIn(), ReadLimits.defaults())
                : Model.load(Fixtures.keras231(name + ".h5"));
    }

    /** The first rows of an array. */
    private static Tensor first(int rows, Map<String, Tensor> arrays, String name) {
        Tensor whole = Objects.requireNonNull(arrays.get(name), name);
        long[] lengths = whole.shape().toArray();
        lengths[0] = rows;
        Shape shape = Shape.of(lengths);
        float[] numbers = new float[(int) shape.elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) whole.element(i);
        }
        return Tensor.of(shape, numbers);
    }
}
