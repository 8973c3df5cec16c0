package dev.slipway.keras;

import static dev.slipway.keras.AugmentedImages.changed;
import static dev.slipway.keras.AugmentedImages.elements;
import static dev.slipway.keras.AugmentedImages.layer;
import static dev.slipway.keras.AugmentedImages.noise;
import static dev.slipway.keras.AugmentedImages.requireClose;
import static dev.slipway.keras.AugmentedImages.requireWithin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RandomSharpness, RandomGaussianBlur, RandomPosterization and Equalization in training, against plain loops. */
class ImageFiltersTest {
    private static final int ROWS = 4;
    private static final int COLUMNS = 5;
    private static final int CHANNELS = 2;

    private static Tensor bytes(long... shape) {
        Tensor x = noise(0, 255, shape);
        float[] whole = new float[Math.toIntExact(x.shape().elementCount())];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (float) Math.floor(x.element(i));
        }
        return Tensor.of(x.shape(), whole);
    }

    /** Images {@code [2, ROWS, COLUMNS, CHANNELS]} convolved with a kernel, zeros around them. */
    private static double[] convolved(Tensor images, double[][] kernel) {
        double[] result = new double[Math.toIntExact(images.shape().elementCount())];
        for (int i = 0; i < result.length; i++) {
            int channel = i % CHANNELS;
            int column = i / CHANNELS % COLUMNS;
            int row = i / CHANNELS / COLUMNS % ROWS;
            int image = i / CHANNELS / COLUMNS / ROWS;
            for (int r = 0; r < kernel.length; r++) {
                for (int c = 0; c < kernel[r].length; c++) {
                    int y = row + r - kernel.length / 2;
                    int x = column + c - kernel[r].length / 2;
                    if (y >= 0 && y < ROWS && x >= 0 && x < COLUMNS) {
                        int place = ((image * ROWS + y) * COLUMNS + x) * CHANNELS + channel;
                        result[i] += kernel[r][c] * images.element(place);
                    }
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.25, 0.5, 1})
    void sharpnessIsBetweenSmoothAndItsOpposite(double factor) {
        Tensor images = noise(0, 255, 2, ROWS, COLUMNS, CHANNELS);
        double[] smooth = convolved(images, new double[][] {
            {1 / 13.0, 1 / 13.0, 1 / 13.0}, {1 / 13.0, 5 / 13.0, 1 / 13.0}, {1 / 13.0, 1 / 13.0, 1 / 13.0}
        });
        double[] expected = new double[smooth.length];
        for (int i = 0; i < expected.length; i++) {
            double x = images.element(i);
            expected[i] = Math.min(255, Math.max(0, x + (1 - 2 * factor) * (smooth[i] - x)));
        }
        String config = "'factor': [%s, %s]".formatted(factor, factor);
        requireWithin(1e-3, changed("RandomSharpness", config, images), expected);
    }

    /** A number alone is a range from 0 to it, so that images are smoothed, each by itself. */
    @Test
    void sharpnessIsDrawnForEachImage() {
        float[] lines = new float[50 * 9];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = i % 3 == 1 ? 130 : 0;
        }
        double[] found = changed("RandomSharpness", "'factor': 0.5", Tensor.of(Shape.of(50, 3, 3, 1), lines));
        double[] middles =
                IntStream.range(0, 50).mapToDouble(i -> found[9 * i + 4]).toArray();
        // By factor 0 the middle of the line is 130 · 7 / 13.
        assertThat(Arrays.stream(middles)).allMatch(x -> x >= 70 - 1e-3 && x <= 130 + 1e-3);
        assertThat(Arrays.stream(middles).distinct().count()).isGreaterThan(25);
    }

    private static double[] bell(int length, double sigma) {
        double[] bell = new double[length];
        for (int i = 0; i < length; i++) {
            double distance = i - (length - 1) / 2.0;
            bell[i] = Math.exp(-0.5 * distance * distance / (sigma * sigma));
        }
        double sum = Arrays.stream(bell).sum();
        return Arrays.stream(bell).map(x -> x / sum).toArray();
    }

    private static double[][] product(double[] rows, double[] columns) {
        return Arrays.stream(rows)
                .mapToObj(r -> Arrays.stream(columns).map(c -> r * c).toArray())
                .toArray(double[][]::new);
    }

    @Test
    void imagesAreBlurredByABell() {
        Tensor images = noise(0, 255, 2, ROWS, COLUMNS, CHANNELS);
        String config = "'factor': [1.0, 1.0], 'kernel_size': 5, 'sigma': [0.7, 0.7]";
        double[] bell = bell(5, 0.7 + 1e-6);
        requireWithin(1e-3, changed("RandomGaussianBlur", config, images), convolved(images, product(bell, bell)));
    }

    @Test
    void theFirstLengthOfAKernelIsAlongColumns() {
        Tensor images = noise(0, 255, 2, ROWS, COLUMNS, CHANNELS);
        String config = "'factor': [1.0, 1.0], 'kernel_size': [3, 1], 'sigma': [1.0, 1.0]";
        double[][] kernel = product(new double[] {1}, bell(3, 1));
        requireWithin(1e-3, changed("RandomGaussianBlur", config, images), convolved(images, kernel));
    }

    /** The sum of a bell is one, so that a point keeps less, the wider the bell is; {@code sigma} is at most 1. */
    @Test
    void blurIsDrawnUpToItsDeviation() {
        float[] point = new float[25];
        point[12] = 100;
        double least = 100 * bell(5, 1)[2] * bell(5, 1)[2];
        Set<Double> middles = new HashSet<>();
        try (AugmentedImages blur = AugmentedImages.of(
                "RandomGaussianBlur",
                "'factor': [1.0, 1.0], 'kernel_size': 5",
                Tensor.of(Shape.of(1, 5, 5, 1), point))) {
            for (int draws = 0; draws < 20; draws++) {
                middles.add(blur.after(Tensor.of(Shape.of(1, 5, 5, 1), point), 3, draws)[12]);
            }
        }
        assertThat(middles).hasSizeGreaterThan(10).allMatch(x -> x >= least - 1e-3 && x <= 100 + 1e-3);
    }

    @Test
    void halfOfTheImagesAreBlurredAndAllAreCut() {
        float[] images = new float[400 * 3];
        for (int i = 0; i < 400; i++) {
            images[3 * i + 1] = 3;
        }
        String config = "'factor': [0.5, 0.5], 'sigma': [1.0, 1.0], 'value_range': [0, 2]";
        double[] found = changed("RandomGaussianBlur", config, Tensor.of(Shape.of(400, 1, 3, 1), images));
        assertThat(IntStream.range(0, 400).filter(i -> found[3 * i] > 0)).hasSizeBetween(150, 250);
        assertThat(Arrays.stream(found)).allMatch(x -> x <= 2);
        String never = "'factor': [0.0, 0.0], 'sigma': 0.8";
        Tensor some = noise(0, 255, 2, ROWS, COLUMNS, CHANNELS);
        requireClose(changed("RandomGaussianBlur", never, some), elements(some));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "0", "-1", "[3, 2]", "[3]", "3.5", "1025"})
    void refusesKernelsThatHaveNoMiddle(String size) {
        assertThatThrownBy(() -> layer("RandomGaussianBlur", "'kernel_size': " + size))
                .hasMessageContaining("an odd number from 1 to 1023, or a pair of them");
    }

    /** All whole numbers of a byte. */
    private static Tensor allBytes(float scale) {
        float[] numbers = new float[256];
        for (int i = 0; i < 256; i++) {
            numbers[i] = scale * i;
        }
        return Tensor.of(Shape.of(1, 16, 16, 1), numbers);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 8})
    void posterizationKeepsTheFirstBits(int bits) {
        double[] found = changed("RandomPosterization", "'factor': [%d, %d]".formatted(bits, bits), allBytes(1));
        int mask = 0xff << (8 - bits) & 0xff;
        assertThat(found)
                .isEqualTo(IntStream.range(0, 256).mapToDouble(i -> i & mask).toArray());
    }

    @Test
    void posterizationIsScaledToTheRange() {
        String config = "'factor': [4, 4], 'value_range': [-1, 1]";
        Tensor x = Tensor.of(Shape.of(1, 1, 4, 1), -1f, -0.5f, 0.25f, 1f);
        // Of 255: 0, 63.75, 159.375, 255; in steps of 16: 0, 48, 144, 240.
        requireClose(changed("RandomPosterization", config, x), -1, 48 / 127.5 - 1, 144 / 127.5 - 1, 240 / 127.5 - 1);
    }

    /** Three bits alone are one or two, as Keras draws below the upper bound; one bit is one. */
    @ParameterizedTest
    @CsvSource({"3, 128 192", "1, 128", "'[2, 4]', 192 224"})
    void bitsAreDrawnBelowTheUpperBound(String factor, String expected) {
        float[] white = new float[100];
        Arrays.fill(white, 255);
        double[] found =
                changed("RandomPosterization", "'factor': " + factor, Tensor.of(Shape.of(100, 1, 1, 1), white));
        double[] distinct = Arrays.stream(found).distinct().sorted().toArray();
        assertThat(distinct)
                .isEqualTo(Arrays.stream(expected.split(" "))
                        .mapToDouble(Double::parseDouble)
                        .toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "9", "2.5", "[0, 3]"})
    void refusesBitsThatAByteDoesNotHave(String factor) {
        assertThatThrownBy(() -> layer("RandomPosterization", "'factor': " + factor))
                .hasMessageContaining("(expected: a whole number from 1 to 8, or a pair of them)");
    }

    /** Channel by channel over the whole batch, as Keras counts. */
    private static double[] equalized(Tensor images, int channels, int bins) {
        double[] result = elements(images);
        int count = result.length;
        for (int channel = 0; channel < channels; channel++) {
            long[] histogram = new long[bins];
            for (int i = channel; i < count; i += channels) {
                histogram[(int) (images.element(i) * (bins - 1) / 255)]++;
            }
            long first = Arrays.stream(histogram).filter(n -> n > 0).findFirst().orElseThrow();
            long all = count / channels;
            if (first == all) {
                continue;
            }
            double[] table = new double[bins];
            long below = 0;
            for (int bin = 0; bin < bins; bin++) {
                below += histogram[bin];
                table[bin] = Math.max(0, Math.rint((below - first) * 255.0 / (all - first)));
            }
            for (int i = channel; i < count; i += channels) {
                result[i] = table[(int) (images.element(i) / 255 * (bins - 1))];
            }
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 32, 256})
    void histogramsAreMadeEven(int bins) {
        Tensor images = bytes(3, 6, 7, 2);
        requireClose(changed("Equalization", "'bins': " + bins, images), equalized(images, 2, bins));
    }

    @Test
    void aChannelOfOneColourStaysAsItIs() {
        float[] numbers = new float[2 * 9 * 2];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i % 2 == 0 ? 77 : i;
        }
        Tensor images = Tensor.of(Shape.of(2, 3, 3, 2), numbers);
        double[] found = changed("Equalization", "'value_range': [0, 255]", images);
        assertThat(IntStream.range(0, 18).mapToDouble(i -> found[2 * i])).containsOnly(77.0);
        requireClose(found, equalized(images, 2, 256));
    }

    /** The darkest becomes the lower and the brightest the upper bound. */
    @Test
    void histogramsAreScaledToTheRange() {
        Tensor x = Tensor.of(Shape.of(1, 1, 4, 1), -0.5f, -0.4f, 0f, 0.1f);
        requireClose(changed("Equalization", "'value_range': [-1, 1]", x), -1, 85 / 127.5 - 1, 170 / 127.5 - 1, 1);
    }

    @Test
    void channelsOfEqualizedImagesMayComeFirst() {
        Tensor last = bytes(2, 3, 4, 2);
        double[] expected = equalized(last, 2, 256);
        float[] first = new float[expected.length];
        double[] expectedFirst = new double[expected.length];
        for (int i = 0; i < first.length; i++) {
            int image = i / 24;
            int channel = i / 12 % 2;
            int place = i % 12;
            first[i] = (float) last.element((image * 12 + place) * 2 + channel);
            expectedFirst[i] = expected[(image * 12 + place) * 2 + channel];
        }
        Tensor images = Tensor.of(Shape.of(2, 2, 3, 4), first);
        requireClose(changed("Equalization", "'data_format': 'channels_first'", images), expectedFirst);
    }

    @Test
    void whatIsNoNumberIsInSomeBin() {
        Tensor x = Tensor.of(Shape.of(1, 1, 3, 1), Float.NaN, 1f, 255f);
        assertThat(Arrays.stream(changed("Equalization", "'bins': 8", x)))
                .hasSize(3)
                .allMatch(y -> y >= 0 && y <= 255);
    }
}
