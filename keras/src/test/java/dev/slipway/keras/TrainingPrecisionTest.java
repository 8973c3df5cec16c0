package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training in double and half precision. Losses and metrics are of single precision whatever the layers compute in, as in
 * Keras, so that double precision gives what single precision gives, to the last digits of the latter.
 */
class TrainingPrecisionTest {
    private static final int ROWS = 12;
    private static final Tensor X = Tensor.of(new float[][] {{-1}, {0}, {1}, {2}, {3}, {4}});
    private static final Tensor Y = Tensor.of(new float[][] {{-2}, {1}, {4}, {7}, {10}, {13}});

    @TempDir
    Path folder = Path.of("");

    static Stream<Arguments> layers() {
        return Stream.of(
                Arguments.of(
                        Shape.of(4),
                        "Dense {'units': 5, 'activation': 'gelu', 'kernel_regularizer': 'L2'} | BatchNormalization {}"
                                + " | Dense {'units': 3, 'activity_regularizer': 'L1'}"),
                Arguments.of(
                        Shape.of(6, 6, 2),
                        "Conv2D {'filters': 3, 'kernel_size': 3, 'strides': 2, 'padding': 'same'}"
                                + " | Conv2DTranspose {'filters': 2, 'kernel_size': 2} | AveragePooling2D {} | Flatten {}"),
                Arguments.of(
                        Shape.of(6, 6, 2),
                        "DepthwiseConv2D {'kernel_size': 3} | SeparableConv2D {'filters': 3, 'kernel_size': 2}"
                                + " | GlobalMaxPooling2D {}"),
                Arguments.of(
                        Shape.of(6, 2),
                        "Masking {} | LSTM {'units': 3, 'return_sequences': true} | GRU {'units': 3, 'return_sequences': true}"
                                + " | SimpleRNN {'units': 2}"),
                Arguments.of(
                        Shape.of(3, 4, 2),
                        "ConvLSTM1D {'filters': 2, 'kernel_size': 2} | Flatten {} | LayerNormalization {}"),
                Arguments.of(
                        Shape.of(4),
                        "Dense {'units': 6, 'activation': 'relu6'} | Dense {'units': 4, 'activation': 'selu'}"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("layers")
    void doubleIsSingleWithMoreDigits(Shape row, String layers) {
        requireAlike(row, layers, "float64", 1e-5);
    }

    /**
     * Where the engine rounds some numbers to half precision and others not, no gradient gets lost in between. How many numbers it rounds
     * depends on the processor: the bounds are several units of the last place, and far below what a lost gradient changes.
     */
    @ParameterizedTest(name = "{1}")
    @MethodSource("layers")
    void halfIsSingleWithFewerDigits(Shape row, String layers) {
        requireAlike(row, layers, "mixed_float16", 1e-2);
        requireAlike(row, layers, "mixed_bfloat16", 3e-2);
        requireAlike(row, layers, "float16", 2e-2);
    }

    private static void requireAlike(Shape row, String layers, String policy, double relative) {
        List<Double> expected = losses(row, layers, "float32");
        List<Double> found = losses(row, layers, policy);
        for (int epoch = 0; epoch < expected.size(); epoch++) {
            double loss = expected.get(epoch);
            assertThat(found.get(epoch)).as(policy + " epoch " + epoch).isCloseTo(loss, within(relative * loss));
        }
    }

    private static List<Double> losses(Shape row, String layers, String policy) {
        Random random = new Random(1);
        Tensor x = numbers(random, row.prepend(Dimension.of(ROWS)));
        Tensor y = numbers(random, Shape.of(ROWS, 1));
        try (Model model = model(row, layers, policy)) {
            model.compile(json("{'optimizer': 'sgd', 'loss': 'mse', 'metrics': ['mae'], 'auto_scale_loss': false}"));
            return model.fit(x, y, FitOptions.epochs(3).withBatchSize(5)).get("loss");
        }
    }

    private static Model model(Shape row, String layers, String policy) {
        List<Layer> chain = new ArrayList<>(List.of(InputLayer.of(row.toArray())));
        for (String layer : (layers + " | Dense {'units': 1}").split(" \\| ")) {
            int space = layer.indexOf(' ');
            ObjectNode config = json(layer.substring(space))
                    .put("name", "layer_" + chain.size())
                    .put("dtype", policy);
            chain.add(LayerRegistry.builtIn().read(layer.substring(0, space), config, inner -> {
                throw new AssertionError(inner);
            }));
        }
        return Model.sequential(chain.toArray(Layer[]::new));
    }

    private static Tensor numbers(Random random, Shape shape) {
        float[] numbers = new float[(int) shape.elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Tensor.of(shape, numbers);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Model line(String policy) {
        return Model.sequential(InputLayer.of(1), Dense.of(1).withDType(DTypePolicy.of(policy)));
    }

    @ParameterizedTest
    @CsvSource({
        "float64, DOUBLE, 1e-4",
        "mixed_float16, FLOAT, 2e-2",
        "mixed_bfloat16, FLOAT, 1e-1",
        "float16, FLOAT16, 1e-1",
        "bfloat16, BFLOAT16, 5e-1"
    })
    void weightsAndWhatTheOptimizerRemembersAreOfTheVariablesType(String policy, DataType type, double tolerance) {
        Path file = folder.resolve("line.keras");
        try (Model model = line(policy)) {
            model.compile(
                    json("{'optimizer': {'class_name': 'SGD', 'config': {'learning_rate': 0.05, 'momentum': 0.5}},"
                            + " 'loss': 'mse'}"));
            model.fit(X, Y, FitOptions.epochs(200));
            Tensor kernel = model.weight("dense/kernel");
            assertThat(kernel.type()).isEqualTo(type);
            assertThat(kernel.element(0)).isCloseTo(3, within(tolerance));
            assertThat(model.optimizerState().orElseThrow().slots().entrySet())
                    .filteredOn(slot -> slot.getKey().slot().equals("momentum"))
                    .hasSize(2)
                    .allSatisfy(slot -> assertThat(slot.getValue().type()).isEqualTo(type));
            model.save(file);
            try (Model read = Model.load(file)) {
                model.fit(X, Y, FitOptions.epochs(2));
                read.fit(X, Y, FitOptions.epochs(2));
                assertThat(read.weight("dense/kernel").bytes()).isEqualTo(kernel.bytes());
            }
        }
    }

    /** A gradient of 100,000 · 2¹⁵ is infinite in half precision: the scale is halved and nothing else done until it is not. */
    @Test
    void theLossOfMixedHalfPrecisionIsScaledAsInKeras() {
        Tensor far = Tensor.of(new float[][] {{-10}, {0}, {20}, {10}, {30}, {10}});
        try (Model model = line("mixed_float16")) {
            model.compile("sgd", "mse");
            float before = (float) model.weight("dense/kernel").element(0);
            model.fit(X, far, FitOptions.epochs(1));
            assertThat((float) model.weight("dense/kernel").element(0)).isEqualTo(before);
            assertThat(scale(model)).isEqualTo(1 << 14);
            model.fit(X, far, FitOptions.epochs(20));
            assertThat((float) model.weight("dense/kernel").element(0)).isNotEqualTo(before);
            assertThat(scale(model)).isLessThan(1 << 14);
            assertThat(optimizer(saved(model))).contains("LossScaleOptimizer");
        }
    }

    private static double scale(Model model) {
        return model.optimizerState().orElseThrow().variables().entrySet().stream()
                .filter(variable -> variable.getKey().slot().equals("dynamic_scale"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .element(0);
    }

    /** With momentum, an optimizer of one layer remembers as many things as a scaled one does before its first step. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5})
    void theLossIsNotScaledWhereKerasIsToldSo(double momentum) {
        try (Model model = line("mixed_float16")) {
            String optimizer = "{'class_name': 'SGD', 'config': {'momentum': %s}}".formatted(momentum);
            model.compile(json("{'optimizer': %s, 'loss': 'mse', 'auto_scale_loss': false}".formatted(optimizer)));
            model.fit(X, Y, FitOptions.epochs(1));
            Path file = saved(model);
            assertThat(optimizer(file)).isEqualTo("SGD");
            try (Model read = Model.load(file)) {
                assertThat(read.untrainable()).isEmpty();
                read.fit(X, Y, FitOptions.epochs(1));
                assertThat(optimizer(saved(read))).isEqualTo("SGD");
            }
        }
    }

    /** Keras writes the optimizer that it was given, and the variables of the one that it put around it. */
    @Test
    void aFileOfKerasWithAScaledLossGoesOnWithIt() throws IOException {
        try (Model model = line("mixed_float16")) {
            model.compile("adam", "mse");
            model.fit(X, Y, FitOptions.epochs(3));
            Path file = saved(model);
            try (FileSystem archive = FileSystems.newFileSystem(file)) {
                Path config = archive.getPath("config.json");
                ObjectNode json = (ObjectNode) new ObjectMapper().readTree(Files.readString(config));
                ObjectNode compile = (ObjectNode) json.path("compile_config");
                compile.set(
                        "optimizer", compile.path("optimizer").path("config").path("inner_optimizer"));
                Files.writeString(config, json.toString());
            }
            assertThat(optimizer(file)).isEqualTo("Adam");
            try (Model read = Model.load(file)) {
                assertThat(read.untrainable()).isEmpty();
                model.fit(X, Y, FitOptions.epochs(3));
                read.fit(X, Y, FitOptions.epochs(3));
                assertThat(scale(read)).isEqualTo(scale(model));
                assertThat(read.weight("dense/kernel").bytes())
                        .isEqualTo(model.weight("dense/kernel").bytes());
            }
        }
    }

    private Path saved(Model model) {
        Path file = folder.resolve("model.keras");
        model.save(file);
        return file;
    }

    private static String optimizer(Path file) {
        try (FileSystem archive = FileSystems.newFileSystem(file)) {
            JsonNode config = new ObjectMapper().readTree(Files.readString(archive.getPath("config.json")));
            return config.path("compile_config")
                    .path("optimizer")
                    .path("class_name")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
