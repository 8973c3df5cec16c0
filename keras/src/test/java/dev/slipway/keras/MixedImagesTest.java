package dev.slipway.keras;

import static dev.slipway.keras.AugmentedImages.changed;
import static dev.slipway.keras.AugmentedImages.elements;
import static dev.slipway.keras.AugmentedImages.layer;
import static dev.slipway.keras.AugmentedImages.noise;
import static dev.slipway.keras.AugmentedImages.requireClose;
import static dev.slipway.keras.AugmentedImages.requireWithin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MixUp, CutMix, RandAugment and AugMix in training. */
class MixedImagesTest {
    /** As many images as channels; the channel of an image's own number is one, the others are zero. */
    private static Tensor ownChannels(int count, int rows, int columns) {
        float[] numbers = new float[count * rows * columns * count];
        for (int i = 0; i < numbers.length; i++) {
            int image = i / (rows * columns * count);
            numbers[i] = i % count == image ? 1 : 0;
        }
        return Tensor.of(Shape.of(count, rows, columns, count), numbers);
    }

    /** How much of each image is its own; the others are of one image each, and no two of the same. */
    private static double[] ownShares(double[] found, int count) {
        double[] own = new double[count];
        Set<Integer> others = new TreeSet<>();
        for (int image = 0; image < count; image++) {
            int from = image * count;
            own[image] = found[from + image];
            int[] mixed =
                    IntStream.range(0, count).filter(i -> found[from + i] > 0).toArray();
            int self = image;
            int[] strangers = Arrays.stream(mixed).filter(i -> i != self).toArray();
            assertThat(strangers.length).as("image %d", image).isLessThanOrEqualTo(1);
            if (strangers.length == 1) {
                assertThat(others.add(strangers[0]))
                        .as("%d mixed in once", strangers[0])
                        .isTrue();
                assertThat(own[image] + found[from + strangers[0]]).isCloseTo(1, within(1e-5));
            }
        }
        return own;
    }

    /** The weights are of the beta distribution: mean 1 / 2, variance 1 / (8 · alpha + 4); an even one for alpha 1. */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1, 4})
    void imagesAreMixedInPairs(double alpha) {
        int count = 40;
        Tensor images = ownChannels(count, 1, 1);
        double[] weights = new double[40 * count];
        try (AugmentedImages mixUp = AugmentedImages.of("MixUp", "'alpha': " + alpha, images)) {
            for (int draws = 0; draws < 40; draws++) {
                double[] own = ownShares(mixUp.after(images, 11, 100L * draws), count);
                System.arraycopy(own, 0, weights, draws * count, count);
            }
        }
        // One of 40 images is mixed with itself.
        double[] mixed = Arrays.stream(weights).filter(w -> w < 1).toArray();
        double mean = Arrays.stream(mixed).average().orElseThrow();
        double variance =
                Arrays.stream(mixed).map(w -> (w - mean) * (w - mean)).average().orElseThrow();
        assertThat(mean).isCloseTo(0.5, within(0.03));
        assertThat(variance).isCloseTo(1 / (8 * alpha + 4), within(0.012));
        if (alpha == 1) {
            for (double quantile : new double[] {0.1, 0.3, 0.5, 0.7, 0.9}) {
                long below = Arrays.stream(mixed).filter(w -> w < quantile).count();
                assertThat((double) below / mixed.length).isCloseTo(quantile, within(0.045));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"MixUp, 'alpha': 0.4", "CutMix, 'factor': 1.0"})
    void oneImageIsMixedWithItself(String className, String config) {
        Tensor image = noise(0, 255, 1, 5, 6, 3);
        for (int draws = 0; draws < 3; draws++) {
            requireWithin(1e-3, changed(layer(className, config), image, 3, draws), elements(image));
        }
    }

    @Test
    void refusesToTrainWithoutADistribution() {
        Tensor image = noise(0, 255, 1, 5, 6, 3);
        assertThatThrownBy(() -> changed("MixUp", "'alpha': 0.0", image))
                .hasMessageContaining("alpha 0.0 (expected: above 0 in training)");
        assertThatThrownBy(() -> changed("AugMix", "'alpha': -1.0", image))
                .hasMessageContaining("alpha -1.0 (expected: above 0 in training)");
    }

    /**
     * Each image has at most one rectangle, of another image; its sides are in the ratio of the image's own, give or take what is cut off
     * at whole places.
     */
    @Test
    void rectanglesOfOtherImagesArePutIn() {
        int count = 12;
        int rows = 16;
        int columns = 8;
        Tensor images = ownChannels(count, rows, columns);
        double[] found = changed("CutMix", "'factor': [1.0, 1.0]", images);
        Set<Integer> others = new TreeSet<>();
        int strange = 0;
        for (int image = 0; image < count; image++) {
            int[] owners = new int[rows * columns];
            for (int place = 0; place < owners.length; place++) {
                int from = (image * rows * columns + place) * count;
                int[] ones = IntStream.range(0, count)
                        .filter(i -> found[from + i] == 1)
                        .toArray();
                assertThat(ones).as("owners of a place").hasSize(1);
                owners[place] = ones[0];
            }
            int self = image;
            int[] foreign = IntStream.range(0, owners.length)
                    .filter(i -> owners[i] != self)
                    .toArray();
            if (foreign.length == 0) {
                continue;
            }
            strange++;
            assertThat(Arrays.stream(foreign).map(i -> owners[i]).distinct()).hasSize(1);
            assertThat(others.add(owners[foreign[0]])).isTrue();
            int width = (int)
                    Arrays.stream(foreign).map(i -> i % columns).distinct().count();
            int height = (int)
                    Arrays.stream(foreign).map(i -> i / columns).distinct().count();
            assertThat(foreign).hasSize(width * height);
            assertThat(foreign[foreign.length - 1] - foreign[0]).isEqualTo((height - 1) * columns + width - 1);
            assertThat((double) height / rows).isCloseTo((double) width / columns, within(0.19));
        }
        assertThat(strange).isGreaterThan(6);
    }

    /** With a parameter near 0 an image is its own or another one; with 1 the area is even. */
    @ParameterizedTest
    @CsvSource({"0, 0, 0.02", "1, 0.75, 1"})
    void areasAreDrawnByTheFactor(double factor, double least, double most) {
        Tensor images = ownChannels(30, 20, 20);
        double[] found = changed("CutMix", "'factor': [%s, %s]".formatted(factor, factor), images);
        double partly = IntStream.range(0, 30)
                .filter(image -> {
                    double own = IntStream.range(0, 400)
                            .mapToDouble(i -> found[(image * 400 + i) * 30 + image])
                            .sum();
                    return own > 0 && own < 400;
                })
                .count();
        assertThat(partly / 30).isBetween(least, most);
    }

    /** Half precision rounds even numbers to 1 and what is far below 1 to 0, which must spoil nothing that is drawn. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            MixUp                  | 'alpha': 0.01
            CutMix                 | 'factor': [0.0, 0.01]
            AugMix                 | 'alpha': 0.01
            RandAugment            | 'factor': 1.0
            RandomElasticTransform | 'factor': 1.0, 'scale': 1.0
            RandomGaussianBlur     | 'factor': 1.0, 'sigma': [0.0, 0.0]
            RandomErasing          | 'factor': 1.0
            GaussianNoise          | 'stddev': 1.0
            """)
    void halfPrecisionGivesNumbersToo(String className, String config) {
        Tensor images = noise(0, 255, 4, 64, 64, 3);
        for (String policy : new String[] {"mixed_float16", "mixed_bfloat16"}) {
            try (AugmentedImages layer =
                    AugmentedImages.of(className, config + ", 'dtype': '" + policy + "'", images)) {
                for (int draws = 0; draws < 4; draws++) {
                    double[] found = layer.after(images, 3, 100L * draws);
                    assertThat(Arrays.stream(found).allMatch(Double::isFinite))
                            .as(policy)
                            .isTrue();
                }
            }
        }
    }

    private static final String RANGE = "'value_range': [0, 255]";

    /** What single layers with a factor of 0 make of images, where nothing is left to chance. */
    private static Map<String, double[]> withoutChance(Tensor images) {
        Map<String, double[]> results = new LinkedHashMap<>();
        results.put("nothing", elements(images));
        String zero = "'factor': [0.0, 0.0], " + RANGE;
        results.put("RandomSharpness", changed("RandomSharpness", zero, images));
        results.put("RandomPosterization", changed("RandomPosterization", "'factor': 1", images));
        results.put("Solarization", changed("Solarization", RANGE, images));
        results.put("AutoContrast", changed("AutoContrast", RANGE, images));
        results.put("Equalization", changed("Equalization", RANGE, images));
        return results;
    }

    private static Set<String> alike(Map<String, double[]> results, double[] found) {
        Set<String> names = new TreeSet<>();
        results.forEach((name, result) -> {
            boolean isAlike = IntStream.range(0, found.length).allMatch(i -> Math.abs(found[i] - result[i]) < 1e-2);
            if (isAlike) {
                names.add(name);
            }
        });
        return names;
    }

    /** Six of the eleven do nothing without a factor. */
    @Test
    void oneOfElevenIsChosenForAllImages() {
        Tensor images = noise(10, 240, 2, 4, 5, 3);
        Map<String, double[]> results = withoutChance(images);
        Map<String, Integer> times = new LinkedHashMap<>();
        try (AugmentedImages augmented =
                AugmentedImages.of("RandAugment", "'factor': [0.0, 0.0], 'num_ops': 1", images)) {
            for (int draws = 0; draws < 330; draws++) {
                Set<String> names = alike(results, augmented.after(images, 5, 1000L * draws));
                assertThat(names).hasSize(1);
                times.merge(names.iterator().next(), 1, Integer::sum);
            }
        }
        assertThat(times.keySet()).isEqualTo(new LinkedHashMap<>(results).keySet());
        assertThat(times.get("nothing")).isBetween(150, 210);
        times.remove("nothing");
        assertThat(times.values()).allMatch(n -> n >= 15 && n <= 48);
    }

    @Test
    void severalAreChosenInTurn() {
        Tensor images = noise(10, 240, 2, 4, 5, 3);
        Map<String, double[]> results = withoutChance(images);
        Map<String, double[]> twice = new LinkedHashMap<>();
        results.forEach((name, result) -> {
            float[] again = new float[result.length];
            for (int i = 0; i < again.length; i++) {
                again[i] = (float) result[i];
            }
            withoutChance(Tensor.of(images.shape(), again))
                    .forEach((next, both) -> twice.put(name + ", " + next, both));
        });
        Set<Set<String>> seen = new HashSet<>();
        try (AugmentedImages augmented =
                AugmentedImages.of("RandAugment", "'factor': [0.0, 0.0], 'num_ops': 2", images)) {
            for (int draws = 0; draws < 60; draws++) {
                Set<String> names = alike(twice, augmented.after(images, 5, 1000L * draws));
                assertThat(names).isNotEmpty();
                seen.add(names);
            }
        }
        assertThat(seen).hasSizeGreaterThan(12);
    }

    /** Black and white are changed by brightness alone, if no other is chosen: twice by the same difference. */
    @Test
    void whatIsChosenTwiceDoesTheSameTwice() {
        Tensor grey = AugmentedImages.coloured(1, 100, 100, 100);
        int once = 0;
        int twice = 0;
        String config = "'factor': [0.05, 0.2], 'num_ops': ";
        try (AugmentedImages one = AugmentedImages.of("RandAugment", config + 1, grey);
                AugmentedImages two = AugmentedImages.of("RandAugment", config + 2, grey)) {
            for (int draws = 0; draws < 400; draws++) {
                // The first of two is drawn from the state that the second of two draws is drawn from, one step later.
                double[] brighter = one.after(grey, 9, draws + 1);
                double[] both = two.after(grey, 9, draws);
                boolean isBrightness = brighter[0] > 110 && brighter[0] < 155 && brighter[0] == brighter[1];
                boolean isTwice = Math.abs(both[0] - 100 - 2 * (brighter[0] - 100)) < 1e-3;
                once += isBrightness ? 1 : 0;
                twice += isBrightness && isTwice ? 1 : 0;
            }
        }
        assertThat(once).isGreaterThan(20);
        assertThat(twice).isBetween(1, 15);
    }

    @Test
    void noOperationsLeaveImages() {
        Tensor images = noise(0, 255, 2, 4, 5, 3);
        requireClose(changed("RandAugment", "'num_ops': 0", images), elements(images));
        requireWithin(1e-3, changed("AugMix", "'chain_depth': 0", images), elements(images));
    }

    /** What is added to the images is a part of the difference to one of the layers' results. */
    @Test
    void oneChainIsMixedWithTheImages() {
        Tensor images = noise(10, 240, 2, 4, 5, 3);
        Map<String, double[]> results = withoutChance(images);
        Map<String, Integer> times = new LinkedHashMap<>();
        String config = "'factor': [0.0, 0.0], 'num_chains': 1, 'chain_depth': 1, 'alpha': 1.0";
        try (AugmentedImages augmented = AugmentedImages.of("AugMix", config, images)) {
            for (int draws = 0; draws < 100; draws++) {
                double[] found = augmented.after(images, 5, 1000L * draws);
                String name = results.entrySet().stream()
                        .filter(tried -> isBetween(found, elements(images), tried.getValue()))
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse("none");
                times.merge(name, 1, Integer::sum);
            }
        }
        assertThat(times).doesNotContainKey("none");
        assertThat(times.keySet()).containsAll(results.keySet());
        // Seven of twelve, nothing at all among them.
        assertThat(times.get("nothing")).isBetween(40, 76);
    }

    private static boolean isBetween(double[] found, double[] from, double[] to) {
        double part = 0;
        double length = 0;
        for (int i = 0; i < found.length; i++) {
            part += (found[i] - from[i]) * (to[i] - from[i]);
            length += (to[i] - from[i]) * (to[i] - from[i]);
        }
        double share = length == 0 ? 0 : part / length;
        return share >= 0
                && share <= 1
                && IntStream.range(0, found.length)
                        .allMatch(i -> Math.abs(found[i] - from[i] - share * (to[i] - from[i])) < 1e-2);
    }

    @Test
    void chainsAreMixedWithinTheRange() {
        Tensor images = noise(0, 1, 3, 6, 5, 3);
        double[] given = elements(images);
        try (AugmentedImages augmented = AugmentedImages.of("AugMix", "'value_range': [0, 1]", images)) {
            double[] first = augmented.after(images, 5, 0);
            assertThat(Arrays.stream(first)).allMatch(x -> x >= 0 && x <= 1);
            assertThat(first).isNotEqualTo(given);
            assertThat(augmented.after(images, 5, 0)).isEqualTo(first);
            assertThat(augmented.after(images, 5, 1)).isNotEqualTo(first);
        }
    }

    /** Those that leave colours alone take images of any number of channels. */
    @Test
    void greyImagesAreMixedWithoutColours() {
        Tensor images = noise(0, 255, 2, 6, 5, 1);
        assertThat(changed("AugMix", "'all_ops': false, 'chain_depth': 1", images))
                .isNotEqualTo(elements(images));
        assertThatThrownBy(() -> changed("AugMix", "'all_ops': true, 'chain_depth': 1", images))
                .hasMessageContaining("(expected: three channels, as their colours are changed)");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "AugMix, 'num_chains': 0, num_chains = 0 (expected: 1 to 20)",
                "AugMix, 'chain_depth': 1000000, chain_depth = 1000000 (expected: 0 to 20)",
                "RandAugment, 'num_ops': 1000000, num_ops = 1000000 (expected: 0 to 100)",
                "RandAugment, 'factor': 1.5, factor = 0.0 to 1.5 (expected: 0 to 1)",
            })
    void refusesNumbersThatAGraphWouldGrowWith(String className, String config, String message) {
        assertThatThrownBy(() -> layer(className, config)).hasMessageContaining(message);
    }
}
