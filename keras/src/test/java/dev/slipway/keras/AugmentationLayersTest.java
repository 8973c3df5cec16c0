package dev.slipway.keras;

import static dev.slipway.keras.AugmentedImages.elements;
import static dev.slipway.keras.AugmentedImages.layer;
import static dev.slipway.keras.AugmentedImages.noise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Conv2D;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all layers that change images at random have in common: at inference, with seeds, after layers that learn, in files. */
class AugmentationLayersTest {
    /** Each class in a configuration in which it changes most images. */
    private static final Map<String, String> LAYERS = new TreeMap<>(Map.ofEntries(
            Map.entry("AugMix", "'num_chains': 2, 'chain_depth': 1, 'alpha': 0.5"),
            Map.entry("CutMix", "'factor': 1.0"),
            Map.entry("MixUp", "'alpha': 0.5"),
            Map.entry("RandAugment", "'num_ops': 1, 'factor': 0.4"),
            Map.entry("RandomBrightness", "'factor': [0.1, 0.2]"),
            Map.entry("RandomColorDegeneration", "'factor': [0.3, 0.6]"),
            Map.entry("RandomColorJitter", "'brightness_factor': [0.1, 0.2], 'contrast_factor': 0.3"),
            Map.entry("RandomContrast", "'factor': [0.3, 0.6]"),
            Map.entry("RandomElasticTransform", "'factor': [1.0, 1.0], 'scale': [0.5, 1.0]"),
            Map.entry("RandomErasing", "'factor': [1.0, 1.0], 'scale': [0.3, 0.5]"),
            Map.entry("RandomFlip", "'mode': 'horizontal'"),
            Map.entry("RandomGaussianBlur", "'factor': [1.0, 1.0], 'sigma': [0.5, 1.0]"),
            Map.entry("RandomGrayscale", "'factor': 0.5"),
            Map.entry("RandomHue", "'factor': [0.3, 0.6]"),
            Map.entry("RandomInvert", "'factor': [0.5, 0.5]"),
            Map.entry("RandomPerspective", "'factor': [1.0, 1.0], 'scale': 0.5"),
            Map.entry("RandomPosterization", "'factor': [2, 6]"),
            Map.entry("RandomRotation", "'factor': 0.2"),
            Map.entry("RandomSaturation", "'factor': [0.2, 0.4]"),
            Map.entry("RandomSharpness", "'factor': [0.0, 0.4]"),
            Map.entry("RandomShear", "'x_factor': [0.2, 0.4]"),
            Map.entry("RandomTranslation", "'height_factor': 0.2, 'width_factor': 0.2"),
            Map.entry("RandomZoom", "'height_factor': 0.3"),
            Map.entry("Solarization", "'threshold_factor': [0.2, 0.5]")));

    static Set<String> classes() {
        return LAYERS.keySet();
    }

    private static String config(String className) {
        return Objects.requireNonNull(LAYERS.get(className), className);
    }

    @ParameterizedTest
    @MethodSource("classes")
    void imagesStayAsTheyAreAtInference(String className) {
        Tensor images = noise(0, 255, 3, 5, 6, 3);
        try (Model model = Model.sequential(InputLayer.of(5, 6, 3), layer(className, config(className)))) {
            assertThat(elements(model.predict(images))).isEqualTo(elements(images));
        }
    }

    /** The images of six batches are not all alike, and are the same again for the same random state. */
    @ParameterizedTest
    @MethodSource("classes")
    void imagesAreChangedBySeedAndDraw(String className) {
        Tensor images = noise(0, 255, 6, 7, 6, 3);
        try (AugmentedImages changed = AugmentedImages.of(className, config(className), images)) {
            double[] first = changed.after(images, 3, 0);
            assertThat(changed.after(images, 3, 0)).isEqualTo(first);
            List<double[]> others = Stream.of(1, 100, 200, 300, 400)
                    .map(draws -> changed.after(images, 3, draws))
                    .toList();
            assertThat(others).anySatisfy(other -> assertThat(other).isNotEqualTo(first));
            assertThat(others).anySatisfy(other -> assertThat(other).isNotEqualTo(elements(images)));
            assertThat(Stream.of(4L, 5L, 6L, 7L).map(seed -> changed.after(images, seed, 0)))
                    .anySatisfy(other -> assertThat(other).isNotEqualTo(first));
            assertThat(Arrays.stream(first)).allMatch(Double::isFinite);
        }
    }

    @ParameterizedTest
    @MethodSource("classes")
    void oneImageIsABatchToo(String className) {
        Tensor image = noise(0, 255, 1, 5, 6, 3);
        double[] found = AugmentedImages.changed(className, config(className), image);
        assertThat(Arrays.stream(found)).hasSize(90).allMatch(Double::isFinite);
    }

    /** The seed begins two trainings with the same numbers. */
    @ParameterizedTest
    @ValueSource(strings = {"RandomPerspective", "MixUp", "RandomElasticTransform"})
    void sameSeedGivesTheSameTraining(String className) {
        assertThat(loss(className, 3)).isEqualTo(loss(className, 3));
        assertThat(loss(className, 3)).isNotEqualTo(loss(className, 4));
    }

    private static double loss(String className, int seed) {
        Layer layer = layer(className, "%s, 'seed': %d".formatted(config(className), seed));
        Tensor images = noise(0, 1, 8, 5, 6, 3);
        try (Model model = Model.sequential(InputLayer.of(5, 6, 3), layer)) {
            model.compile("sgd", "mse");
            return model.fit(images, images, FitOptions.epochs(1)).get("loss").get(0);
        }
    }

    /** Images around zero, so that no bound of their range is near. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "CutMix | 'factor': 1.0",
                "MixUp | 'alpha': 0.5",
                "RandomElasticTransform | 'factor': [0.6, 1.0], 'value_range': [-9, 9]",
                "RandomElasticTransform | 'scale': [0.9, 1.0], 'fill_mode': 'constant', 'value_range': [-9, 9]",
                "RandomGaussianBlur | 'factor': [0.6, 1.0], 'kernel_size': 5, 'value_range': [-9, 9]",
                "RandomGaussianBlur | 'data_format': 'channels_first', 'value_range': [-9, 9]",
                "RandomPerspective | 'factor': [0.6, 1.0]",
                "RandomPerspective | 'factor': [1.0, 1.0], 'interpolation': 'nearest', 'data_format': 'channels_first'",
                "RandomSharpness | 'factor': [0.0, 1.0], 'value_range': [-9, 9]",
            })
    void gradientIsFiniteDifference(String className, String config) {
        for (long seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            Tensor images =
                    TrainedLayer.random(random, 1, Shape.of(1 + random.nextInt(3), 4 + random.nextInt(3), 5, 3));
            try (TrainedLayer trained =
                    new TrainedLayer(layer(className, config), TrainedLayer.Arguments.of(images), random)) {
                trained.requireSlopes(random, className + ", seed " + seed);
            }
        }
    }

    private static Map<String, double[]> trainableWeights(Model model) {
        Map<String, double[]> weights = new TreeMap<>();
        model.weights().stream()
                .filter(weight -> weight.spec().type() == DataType.FLOAT)
                .forEach(weight -> weights.put(weight.path(), elements(model.weight(weight.path()))));
        return weights;
    }

    /** Whether a convolution before a layer is changed by a training, as a dense layer behind it is. */
    private static boolean learns(Layer layer) {
        Tensor images = noise(0, 200, 4, 5, 6, 3);
        Layer first = Conv2D.builder(3, 1).name("first").build();
        Layer last = Dense.builder(1).name("last").build();
        try (Model model = Model.sequential(InputLayer.of(5, 6, 3), first, layer, Flatten.of(), last)) {
            model.compile("adam", "mse");
            float[] identity = {1, 0.1f, 0, 0, 1, 0.1f, 0.1f, 0, 1};
            model.assign("first/kernel", Tensor.of(Shape.of(1, 1, 3, 3), identity));
            Map<String, double[]> before = trainableWeights(model);
            double loss = model.fit(images, noise(0, 1, 4, 1), FitOptions.epochs(2))
                    .get("loss")
                    .get(1);
            Map<String, double[]> after = trainableWeights(model);
            assertThat(loss).isFinite();
            assertThat(after.get("last/kernel")).isNotEqualTo(before.get("last/kernel"));
            after.values().forEach(numbers -> assertThat(Arrays.stream(numbers)).allMatch(Double::isFinite));
            return !Arrays.equals(before.get("first/kernel"), after.get("first/kernel"));
        }
    }

    /** In Keras too: zero on JAX, none on TensorFlow. */
    @Test
    void nothingIsLearntThroughWhatCutsDigitsOff() {
        assertThat(learns(layer("RandomPosterization", "'factor': [2, 6]"))).isFalse();
        assertThat(learns(layer("Equalization", "'bins': 64"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CutMix",
                "MixUp",
                "RandAugment",
                "AugMix",
                "RandomElasticTransform",
                "RandomGaussianBlur",
                "RandomPerspective",
                "RandomSharpness"
            })
    void layersBeforeLearn(String className) {
        assertThat(learns(layer(className, config(className) + ", 'seed': 2"))).isTrue();
    }

    /** The constructors of Keras refuse keys that are not theirs. */
    @ParameterizedTest
    @MethodSource("classes")
    void refusesKeysOfOtherLayers(String className) {
        for (String key : List.of("sigma", "num_ops", "mode", "hue_factor", "y_factor")) {
            boolean isOwn = config(className).contains(key)
                    || (key.equals("sigma") && className.equals("RandomGaussianBlur"))
                    || (key.equals("hue_factor") && className.equals("RandomColorJitter"))
                    || (key.equals("y_factor") && className.equals("RandomShear"));
            if (!isOwn) {
                assertThatThrownBy(() -> layer(className, "%s, '%s': 1".formatted(config(className), key)))
                        .hasMessageContaining(
                                "(" + className + "): " + key + " = 1 (expected: a key that is supported");
            }
        }
    }

    /** Keras writes no seed of {@code RandomGrayscale}, and {@code Equalization} has none. */
    @Test
    void aSeedIsWrittenWhereKerasTakesIt() {
        ObjectNode grey = Config.json();
        layer("RandomGrayscale", "'factor': 0.5").writeConfig(grey);
        assertThat(grey.has("seed")).isFalse();
        ObjectNode seeded = Config.json();
        layer("RandomGrayscale", "'seed': 4").writeConfig(seeded);
        assertThat(seeded.path("seed").asInt()).isEqualTo(4);
        ObjectNode flip = Config.json();
        layer("RandomFlip", "'mode': 'horizontal'").writeConfig(flip);
        assertThat(flip.path("seed").isNull()).isTrue();
        ObjectNode even = Config.json();
        layer("Equalization", "'bins': 8").writeConfig(even);
        assertThat(even.has("seed")).isFalse();
    }
}
