package dev.slipway.keras;

import static dev.slipway.keras.AugmentedImages.changed;
import static dev.slipway.keras.AugmentedImages.coloured;
import static dev.slipway.keras.AugmentedImages.elements;
import static dev.slipway.keras.AugmentedImages.layer;
import static dev.slipway.keras.AugmentedImages.requireClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers that change images at random do in training. */
class ImageAugmentationTest {
    private static final int MANY = 400;

    private static Tensor square() {
        return Tensor.of(Shape.of(1, 2, 2, 1), 1f, 2f, 3f, 4f);
    }

    private static Tensor same(int count, float... image) {
        float[] all = new float[count * image.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = image[i % image.length];
        }
        return Tensor.of(Shape.of(count, 1, image.length, 1), all);
    }

    @Test
    void halfOfTheImagesAreMirrored() {
        double[] found = changed("RandomFlip", "'mode': 'horizontal'", same(MANY, 1, 2));
        long mirrored = IntStream.range(0, MANY).filter(i -> found[2 * i] == 2).count();
        assertThat(mirrored).isBetween(150L, 250L);
        assertThat(IntStream.range(0, MANY)).allMatch(i -> found[2 * i] + found[2 * i + 1] == 3);
    }

    @Test
    void bothDirectionsAreMirroredAtOnce() {
        double[] found = changed("RandomFlip", "'mode': 'horizontal_and_vertical'", square());
        assertThat(Arrays.toString(found)).isIn("[1.0, 2.0, 3.0, 4.0]", "[4.0, 3.0, 2.0, 1.0]");
    }

    @Test
    void quarterTurnIsCounterclockwise() {
        requireClose(changed("RandomRotation", "'factor': [0.25, 0.25], 'fill_mode': 'nearest'", square()), 2, 4, 1, 3);
        requireClose(
                changed("RandomRotation", "'factor': [0.25, 0.25], 'interpolation': 'nearest'", square()), 2, 4, 1, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, constant, 9 1 2 3",
        "0.25, nearest, 1 1 2 3",
        "0.5, reflect, 2 1 1 2",
        "0.5, wrap, 3 4 1 2",
        "-0.25, reflect, 2 3 4 4",
        "0.125, nearest, 1 1.5 2.5 3.5",
    })
    void imagesAreShifted(double factor, String fill, String expected) {
        String config = "'height_factor': 0.0, 'width_factor': [%s, %s], 'fill_mode': '%s', 'fill_value': 9.0"
                .formatted(factor, factor, fill);
        double[] wanted = Arrays.stream(expected.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        requireClose(changed("RandomTranslation", config, same(1, 1, 2, 3, 4)), wanted);
    }

    @Test
    void imagesAreZoomedFromTheirMiddle() {
        String config = "'height_factor': [-0.5, -0.5], 'width_factor': null";
        requireClose(changed("RandomZoom", config, same(1, 1, 2, 3, 4)), 1.75, 2.25, 2.75, 3.25);
    }

    @Test
    void brightnessIsScaledToTheRangeAndCutAtIt() {
        String config = "'factor': [0.5, 0.5], 'value_range': [0, 10]";
        requireClose(changed("RandomBrightness", config, same(1, 0, 4, 8)), 5, 9, 10);
    }

    @Test
    void brightnessIsEven() {
        String config = "'factor': 0.2, 'value_range': [0, 1]";
        double[] found = changed("RandomBrightness", config, same(MANY, 0.5f));
        assertThat(Arrays.stream(found)).allMatch(x -> x >= 0.3 && x <= 0.7);
        assertThat(Arrays.stream(found).average().orElseThrow()).isCloseTo(0.5, within(0.02));
        assertThat(Arrays.stream(found).filter(x -> x < 0.4).count()).isBetween(70L, 130L);
    }

    @Test
    void contrastIsAroundTheMeanOfEachImage() {
        double[] found = changed("RandomContrast", "'factor': [0.5, 0.5]", same(MANY, 10, 20));
        for (int i = 0; i < MANY; i++) {
            assertThat(found[2 * i] + found[2 * i + 1]).isCloseTo(30, within(1e-4));
            assertThat(found[2 * i + 1] - found[2 * i]).isBetween(5.0, 15.0);
        }
        assertThat(Arrays.stream(found).distinct().count()).isGreaterThan(MANY);
    }

    @Test
    void channelsMayComeFirst() {
        Tensor images = Tensor.of(Shape.of(1, 1, 1, 4), 1f, 2f, 3f, 4f);
        String config = "'height_factor': 0.0, 'width_factor': [0.25, 0.25], 'data_format': 'channels_first'";
        requireClose(changed("RandomTranslation", config, images), 1, 1, 2, 3);
    }

    @Test
    void sameStateGivesTheSameImages() {
        Layer layer = layer("RandomRotation", "'factor': 0.5");
        double[] first = changed(layer, square(), 3, 8);
        assertThat(changed(layer, square(), 3, 8)).isEqualTo(first);
        assertThat(changed(layer, square(), 3, 9)).isNotEqualTo(first);
        assertThat(changed(layer, square(), 4, 8)).isNotEqualTo(first);
    }

    /**
     * By hand: 0.2989 · 100 + 0.587 · 200 + 0.114 · 50 = 152.99. Saturation: (200, 100, 50) has hue 1/18, saturation 0.75,
     * value 200; times 0.25 / 0.75 that is 0.25, so that red is 200, green 200 · (0.75 + 0.25 / 3), blue 200 · 0.75. Hue:
     * half of the circle from red lies cyan, to either side.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "RandomGrayscale         | 'factor': 1.0                 | 100 200 50 | 152.99 152.99 152.99",
                "RandomGrayscale         | 'factor': 0.0                 | 100 200 50 | 100 200 50",
                "RandomColorDegeneration | 'factor': [0.5, 0.5]          | 100 200 50 | 126.495 176.495 101.495",
                "RandomSaturation        | 'factor': [0.0, 0.0]          | 200 100 50 | 200 200 200",
                "RandomSaturation        | 'factor': [0.5, 0.5]          | 200 100 50 | 200 100 50",
                "RandomSaturation        | 'factor': [0.25, 0.25]        | 200 100 50 | 200 166.66667 150",
                "RandomHue               | 'factor': [1.0, 1.0]          | 255 0 0    | 0 255 255",
                "RandomHue               | 'factor': [0.0, 0.0]          | 200 100 50 | 200 100 50",
                "RandomInvert            | 'factor': [1.0, 1.0]          | 0 10 255   | 255 245 0",
                "RandomInvert            | 'factor': [0.0, 0.0]          | 0 10 255   | 0 10 255",
                "Solarization            | 'threshold_factor': 0.0       | 0 10 255   | 255 245 0",
                "RandomColorJitter       | 'value_range': [0, 10]        | 2 4 1      | 2 4 1",
            })
    void coloursAreChanged(String className, String config, String pixel, String expected) {
        float[] image = new float[3];
        String[] given = pixel.split(" ");
        for (int i = 0; i < 3; i++) {
            image[i] = Float.parseFloat(given[i]);
        }
        double[] wanted = Arrays.stream(expected.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        double[] found = changed(className, config, coloured(1, image[0], image[1], image[2]));
        assertThat(found).containsExactly(wanted, within(1e-2));
    }

    /** The threshold is drawn from 0.5 to 127.5 of 255: 0.9 is above it, 0.001 below. */
    @Test
    void solarizationLeavesWhatIsBelowItsThreshold() {
        String config = "'threshold_factor': [0.5, 0.5], 'value_range': [0, 1]";
        requireClose(changed("Solarization", config, same(1, 0.001f, 0.9f)), 0.001, 0.1);
    }

    /** 2, 4, 1 and half of 10 is 7, 9, 6; without saturation all are as the brightest. */
    @Test
    void coloursAreJitteredInTurn() {
        String config = "'value_range': [0, 10], 'brightness_factor': [0.5, 0.5], 'saturation_factor': [0.0, 0.0]";
        requireClose(changed("RandomColorJitter", config, coloured(1, 2, 4, 1)), 9, 9, 9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "RandomHue        | 'factor': 1.0",
                "RandomSaturation | 'factor': [0.0, 0.5]",
                "RandomColorJitter| 'brightness_factor': 0.3, 'contrast_factor': 0.2, 'hue_factor': 0.5",
            })
    void imagesOfABatchAreChangedEachByItself(String className, String config) {
        double[] found = changed(className, config, coloured(MANY, 200, 100, 50));
        long blues = IntStream.range(0, MANY)
                .mapToDouble(i -> found[3 * i + 2])
                .distinct()
                .count();
        assertThat(blues).isGreaterThan(MANY / 4);
    }

    @Test
    void halfOfTheImagesBecomeGreyOrAreInverted() {
        double[] grey = changed("RandomGrayscale", "'factor': 0.5", coloured(MANY, 100, 200, 50));
        assertThat(IntStream.range(0, MANY).filter(i -> grey[3 * i] == grey[3 * i + 1]))
                .hasSizeBetween(150, 250);
        double[] inverted = changed("RandomInvert", "'factor': [0.5, 0.5]", coloured(MANY, 0, 0, 0));
        assertThat(IntStream.range(0, MANY).filter(i -> inverted[3 * i] == 255)).hasSizeBetween(150, 250);
    }

    /** The second row is read half a column to the right or to the left of its place. */
    @Test
    void imagesAreShearedToEitherSide() {
        String config = "'x_factor': [0.5, 0.5], 'fill_mode': 'nearest'";
        Tensor image = Tensor.of(Shape.of(1, 2, 3, 1), 1f, 2f, 3f, 4f, 5f, 6f);
        Layer layer = layer("RandomShear", config);
        List<String> found = IntStream.range(0, 20)
                .mapToObj(draws -> Arrays.toString(changed(layer, image, 7, draws)))
                .distinct()
                .toList();
        assertThat(found).containsExactlyInAnyOrder("[1.0, 2.0, 3.0, 4.5, 5.5, 6.0]", "[1.0, 2.0, 3.0, 4.0, 4.5, 5.5]");
    }

    /** A quarter of an image of four rows and columns is two by two. */
    @Test
    void rectanglesOfTheirSizeAreErased() {
        String config = "'factor': [1.0, 1.0], 'scale': [0.25, 0.25], 'fill_value': 9, 'value_range': [0, 5]";
        float[] ones = new float[20 * 16];
        Arrays.fill(ones, 1);
        double[] found = changed("RandomErasing", config, Tensor.of(Shape.of(20, 4, 4, 1), ones));
        for (int image = 0; image < 20; image++) {
            int from = 16 * image;
            int[] erased =
                    IntStream.range(0, 16).filter(i -> found[from + i] == 5).toArray();
            assertThat(erased).hasSize(4);
            int first = erased[0];
            assertThat(erased).containsExactly(first, first + 1, first + 4, first + 5);
        }
        String never = "'factor': [0.0, 0.0]";
        requireClose(changed("RandomErasing", never, square()), 1, 2, 3, 4);
    }

    /** Training draws anew in each step, and goes on after a file as if there had been none. */
    @Test
    void aTrainingGoesOnFromAFileWithTheSameNumbers(@TempDir Path folder) {
        Tensor x = coloured(8, 0.5f, 0.25f, 0.125f);
        Tensor y = Tensor.of(Shape.of(8, 1, 1, 3), new float[24]);
        Path file = folder.resolve("half.keras");
        Layer hue = layer("RandomHue", "'factor': 1.0, 'value_range': [0, 1], 'seed': 3");
        double[] whole;
        double[] resumed;
        try (Model model = Model.sequential(InputLayer.of(1, 1, 3), hue, Dense.of(3))) {
            model.compile("sgd", "mse");
            model.fit(x, y, FitOptions.epochs(2));
            model.save(file);
            model.fit(x, y, FitOptions.epochs(2));
            whole = elements(model.predict(x));
        }
        try (Model model = Model.load(file)) {
            assertThat(elements(model.predict(x))).isNotEqualTo(whole);
            model.fit(x, y, FitOptions.epochs(2));
            resumed = elements(model.predict(x));
        }
        assertThat(resumed).containsExactly(whole, within(1e-6));
    }

    @Test
    void refusesToChangeColoursThatAreNotThere() {
        assertThatThrownBy(() -> changed("RandomHue", "'factor': 0.1", square()))
                .hasMessageContaining("(expected: three channels, as their colours are changed)");
    }

    @Test
    void refusesFillsThatKerasDoesNotHave() {
        assertThatThrownBy(() -> layer("RandomZoom", "'height_factor': 0.1, 'fill_mode': 'mirror'"))
                .hasMessageContaining("(expected: constant, nearest, reflect or wrap");
    }
}
