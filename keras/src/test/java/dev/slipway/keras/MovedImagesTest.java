package dev.slipway.keras;

import static dev.slipway.keras.AugmentedImages.changed;
import static dev.slipway.keras.AugmentedImages.elements;
import static dev.slipway.keras.AugmentedImages.layer;
import static dev.slipway.keras.AugmentedImages.noise;
import static dev.slipway.keras.AugmentedImages.requireClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * RandomPerspective and RandomElasticTransform in training. Images whose channels are their own columns and rows tell where they were
 * read, as reading between places is linear.
 */
class MovedImagesTest {
    private static final double OUTSIDE = 1e6;
    private static final double[] OUTSIDE_PLACE = {};

    /** Images whose channels are the column and the row of each place. */
    private static Tensor places(int count, int rows, int columns) {
        float[] places = new float[count * rows * columns * 2];
        for (int i = 0; i < places.length; i++) {
            int place = i / 2;
            places[i] = i % 2 == 0 ? place % columns : place / columns % rows;
        }
        return Tensor.of(Shape.of(count, rows, columns, 2), places);
    }

    /** Solves {@code [matrix | right] x = 0} by elimination with pivots. */
    private static double[] solved(double[][] rows) {
        int n = rows.length;
        for (int i = 0; i < n; i++) {
            int pivot = i;
            for (int j = i + 1; j < n; j++) {
                pivot = Math.abs(rows[j][i]) > Math.abs(rows[pivot][i]) ? j : pivot;
            }
            double[] swapped = rows[i];
            rows[i] = rows[pivot];
            rows[pivot] = swapped;
            for (int j = 0; j < n; j++) {
                double factor = j == i ? 0 : rows[j][i] / rows[i][i];
                for (int k = i; k <= n; k++) {
                    rows[j][k] -= factor * rows[i][k];
                }
            }
        }
        return IntStream.range(0, n).mapToDouble(i -> rows[i][n] / rows[i][i]).toArray();
    }

    /** The eight numbers of the projection that takes four places to others, by Keras's system of equations. */
    private static double[] projection(double[][] from, double[][] to) {
        double[][] rows = new double[8][];
        for (int i = 0; i < 4; i++) {
            double x = from[i][0];
            double y = from[i][1];
            rows[2 * i] = new double[] {x, y, 1, 0, 0, 0, -to[i][0] * x, -to[i][0] * y, to[i][0]};
            rows[2 * i + 1] = new double[] {0, 0, 0, x, y, 1, -to[i][1] * x, -to[i][1] * y, to[i][1]};
        }
        return solved(rows);
    }

    private static double[] projected(double[] p, double x, double y) {
        double distance = p[6] * x + p[7] * y + 1;
        return new double[] {(p[0] * x + p[1] * y + p[2]) / distance, (p[3] * x + p[4] * y + p[5]) / distance};
    }

    /**
     * All that is read inside of an image is read by one projection, which four of its places tell; turned around, it takes the
     * corners of the image to where they may be seen.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 1})
    void imagesAreSeenInPerspective(double scale) {
        int rows = 12;
        int columns = 16;
        int count = 10;
        String config =
                "'factor': [1.0, 1.0], 'scale': %s, 'fill_value': %s".formatted(scale, Double.toString(OUTSIDE));
        double[] found = changed("RandomPerspective", config, places(count, rows, columns));
        int told = 0;
        for (int image = 0; image < count; image++) {
            double[][] read = new double[rows * columns][];
            for (int i = 0; i < read.length; i++) {
                int at = 2 * (image * rows * columns + i);
                // Partly outside if a part of the fill is in it.
                read[i] = found[at] > columns ? OUTSIDE_PLACE : new double[] {found[at], found[at + 1]};
            }
            int[] four = {1 * columns + 1, 1 * columns + 5, 5 * columns + 1, 5 * columns + 5};
            assertThat(read[0]).as("the first corner stays").containsExactly(new double[] {0, 0}, within(1e-4));
            if (Arrays.stream(four).anyMatch(i -> read[i] == OUTSIDE_PLACE)) {
                continue;
            }
            told++;
            double[][] seen = Arrays.stream(four)
                    .mapToObj(i -> new double[] {i % columns, row(i, columns)})
                    .toArray(double[][]::new);
            double[][] there = Arrays.stream(four).mapToObj(i -> read[i]).toArray(double[][]::new);
            double[] p = projection(seen, there);
            for (int i = 0; i < read.length; i++) {
                if (read[i] != OUTSIDE_PLACE) {
                    double[] expected = projected(p, i % columns, row(i, columns));
                    assertThat(read[i]).containsExactly(expected, within(5e-3));
                }
            }
            double[] back = projection(there, seen);
            requireNear(projected(back, columns - 1, 0)[0], columns - 1, scale);
            requireNear(projected(back, 0, rows - 1)[1], rows - 1, scale);
            requireNear(projected(back, columns - 1, rows - 1)[0], columns - 1, scale);
            requireNear(projected(back, columns - 1, rows - 1)[1], rows - 1, scale);
            assertThat(projected(back, columns - 1, 0)[1]).isCloseTo(0, within(2e-2));
            assertThat(projected(back, 0, rows - 1)[0]).isCloseTo(0, within(2e-2));
        }
        assertThat(told).isGreaterThan(4);
    }

    private static int row(int place, int columns) {
        return place / columns;
    }

    private static void requireNear(double found, double corner, double scale) {
        assertThat(found / corner).isBetween(1 - scale / 2 - 1e-2, 1 + scale / 2 + 1e-2);
    }

    @Test
    void perspectiveIsDrawnForEachImageAndLeavesSome() {
        Tensor images = places(200, 4, 4);
        double[] given = elements(images);
        double[] found = changed("RandomPerspective", "'factor': [0.5, 0.5], 'fill_value': 5", images);
        int size = 32;
        long same = IntStream.range(0, 200)
                .filter(i -> Arrays.equals(
                        Arrays.copyOfRange(found, size * i, size * (i + 1)),
                        Arrays.copyOfRange(given, size * i, size * (i + 1))))
                .count();
        assertThat(same).isBetween(70L, 130L);
        assertThat(IntStream.range(0, 200)
                        .mapToDouble(i -> found[size * i + 10])
                        .distinct()
                        .count())
                .isGreaterThan(60);
        assertThat(Arrays.stream(found)).allMatch(Double::isFinite);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'factor': [0.0, 0.0]", "'scale': 0.0", "'scale': 0.0, 'interpolation': 'nearest'"})
    void perspectiveOfNoChanceOrNoScaleLeavesAll(String config) {
        Tensor images = noise(0, 1, 5, 6, 7, 3);
        requireClose(changed("RandomPerspective", config, images), elements(images));
        Tensor line = noise(0, 1, 2, 1, 1, 1);
        requireClose(changed("RandomPerspective", config, line), elements(line));
    }

    @Test
    void refusesScalesThatTurnImagesInsideOut() {
        assertThatThrownBy(() -> layer("RandomPerspective", "'scale': 1.5"))
                .hasMessageContaining("scale = 1.5 (expected: 0 to 1)");
        assertThatThrownBy(() -> layer("RandomElasticTransform", "'scale': 1.5"))
                .hasMessageContaining("(expected: 0 to 1)");
    }

    private static double deviation(double[] numbers) {
        double mean = Arrays.stream(numbers).average().orElseThrow();
        return Math.sqrt(Arrays.stream(numbers)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow());
    }

    /**
     * With 20 rows, 30 columns and scale 1 the noise has deviation 1, its bell is 7 wide and of deviation 1, and places are moved by 3
     * times as much: far from the edges by the deviation 3 · (sum of squares of the bell), the same for rows and columns.
     */
    @Test
    void placesAreMovedBySmoothNoise() {
        int count = 30;
        int rows = 20;
        int columns = 30;
        String config = "'factor': [1.0, 1.0], 'scale': [1.0, 1.0], 'fill_mode': 'nearest'";
        Tensor images = places(count, rows, columns);
        double[] found = changed("RandomElasticTransform", config, images);
        double[] moves = IntStream.range(0, found.length)
                .mapToDouble(i -> found[i] - images.element(i))
                .toArray();
        double[] inner = IntStream.range(0, moves.length)
                .filter(i -> i / 2 % columns >= 8 && i / 2 % columns < 22)
                .filter(i -> i / 2 / columns % rows >= 8 && i / 2 / columns % rows < 12)
                .mapToDouble(i -> moves[i])
                .toArray();
        double sum = 0;
        double squares = 0;
        for (int i = -3; i <= 3; i++) {
            sum += Math.exp(-i * i / 2.0);
            squares += Math.exp(-i * i);
        }
        assertThat(deviation(inner)).isCloseTo(3 * squares / (sum * sum), within(0.05));
        assertThat(Arrays.stream(inner).average().orElseThrow()).isCloseTo(0, within(0.08));
        // Neighbours move alike: by the bell, of correlation exp(-1 / 4).
        double[] steps = IntStream.range(0, moves.length - 2)
                .filter(i -> i / 2 % columns >= 8 && i / 2 % columns < 21)
                .filter(i -> i / 2 / columns % rows >= 8 && i / 2 / columns % rows < 12)
                .mapToDouble(i -> moves[i + 2] - moves[i])
                .toArray();
        double ratio = deviation(steps) / deviation(inner);
        assertThat(ratio * ratio / 2).isCloseTo(1 - Math.exp(-0.25), within(0.03));
        // Rows and columns do not.
        assertThat(IntStream.range(0, inner.length / 2)
                        .mapToDouble(i -> inner[2 * i] * inner[2 * i + 1])
                        .average()
                        .orElseThrow())
                .isCloseTo(0, within(0.06));
    }

    /** What is read is what lies there: a channel of noise beside those that tell the places. */
    @Test
    void imagesAreReadAtTheMovedPlaces() {
        int rows = 9;
        int columns = 8;
        Tensor content = noise(0, 200, 1, rows, columns, 1);
        Tensor places = places(1, rows, columns);
        float[] both = new float[rows * columns * 3];
        for (int i = 0; i < rows * columns; i++) {
            both[3 * i] = (float) places.element(2 * i);
            both[3 * i + 1] = (float) places.element(2 * i + 1);
            both[3 * i + 2] = (float) content.element(i);
        }
        String config = "'factor': [1.0, 1.0], 'scale': [0.9, 0.9], 'fill_mode': 'nearest'";
        double[] found = changed("RandomElasticTransform", config, Tensor.of(Shape.of(1, rows, columns, 3), both));
        double moved = 0;
        for (int i = 0; i < rows * columns; i++) {
            double x = found[3 * i];
            double y = found[3 * i + 1];
            int left = (int) Math.min(Math.floor(x), columns - 2);
            int top = (int) Math.min(Math.floor(y), rows - 2);
            double expected = 0;
            for (int corner = 0; corner < 4; corner++) {
                int row = top + corner / 2;
                int column = left + corner % 2;
                double weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
                expected += weight * content.element(row * columns + column);
            }
            assertThat(found[3 * i + 2]).isCloseTo(expected, within(1e-2));
            moved = Math.max(moved, Math.abs(x - i % columns));
        }
        assertThat(moved).isGreaterThan(0.05);
    }

    /** A line is moved little: just outside lies its first place, its second one, or its last one. */
    @Test
    void everyFillOfKerasIsThere() {
        Tensor lines = places(50, 1, 16);
        String config = "'factor': [1.0, 1.0], 'scale': [1.0, 1.0], 'fill_mode': '%s'";
        double[] reflected = changed("RandomElasticTransform", config.formatted("reflect"), lines);
        double[] mirrored = changed("RandomElasticTransform", config.formatted("mirror"), lines);
        double[] wrapped = changed("RandomElasticTransform", config.formatted("wrap"), lines);
        int outside = 0;
        for (int i = 0; i < 50; i++) {
            int first = 2 * 16 * i;
            if (wrapped[first] > 0 && reflected[first] == 0) {
                outside++;
                assertThat(mirrored[first]).isCloseTo(wrapped[first] / 15, within(1e-5));
            }
        }
        assertThat(outside).isBetween(10, 40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'factor': [0.0, 0.0]", "'scale': [0.0, 0.0]", "'factor': 0.0, 'scale': 0.5"})
    void noiseOfNoChanceOrNoScaleLeavesAll(String config) {
        Tensor images = noise(-5, 300, 5, 6, 7, 3);
        assertThat(changed("RandomElasticTransform", config, images)).isEqualTo(elements(images));
    }

    @Test
    void halfOfTheImagesAreMovedAndAllAreCut() {
        Tensor images = places(200, 6, 6);
        double[] found = changed(
                "RandomElasticTransform", "'factor': [0.5, 0.5], 'scale': [0.8, 0.8], 'value_range': [0, 4]", images);
        int size = 72;
        long moved = IntStream.range(0, 200)
                .filter(i -> IntStream.range(size * i, size * (i + 1))
                        .anyMatch(j -> found[j] != Math.min(4, images.element(j))))
                .count();
        assertThat(moved).isBetween(70L, 130L);
        assertThat(Arrays.stream(found)).allMatch(x -> x >= 0 && x <= 4);
    }
}
