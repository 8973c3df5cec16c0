package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.graph.Constant;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.losses.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The circle loss against its formula in plain doubles; its rows depend on each other. */
class CircleLossTest {
    private static final double GAMMA = 5;
    private static final double MARGIN = 0.3;

    /** The last row is alone in its class. */
    private static final int[] CLASSES = {4, 7, 4, 7, 4, 1};

    private static final int ROWS = CLASSES.length;
    private static final int FEATURES = 2;

    private static Loss loss(boolean removeDiagonal) {
        return Losses.of(
                "Circle",
                Config.json().put("gamma", GAMMA).put("margin", MARGIN).put("remove_diagonal", removeDiagonal));
    }

    private static float[] embeddings() {
        float[] embeddings = new float[ROWS * FEATURES];
        for (int row = 0; row < ROWS; row++) {
            embeddings[2 * row] = (float) Math.cos(row * 1.1);
            embeddings[2 * row + 1] = (float) Math.sin(row * 1.1);
        }
        return embeddings;
    }

    private static double expected(double[] x, int row, boolean removeDiagonal) {
        double near = 0;
        double far = 0;
        for (int other = 0; other < ROWS; other++) {
            double similar = x[2 * row] * x[2 * other] + x[2 * row + 1] * x[2 * other + 1];
            double d = Math.max(1 - similar, 0);
            if (CLASSES[row] != CLASSES[other]) {
                far += Math.exp(GAMMA * Math.max(1 + MARGIN - d, 0) * (1 - MARGIN - d));
            } else if (row != other || !removeDiagonal) {
                near += Math.exp(-GAMMA * Math.max(MARGIN + d, 0) * (MARGIN - d));
            }
        }
        return Math.log1p(near * far);
    }

    private static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    private static Differentiated run(boolean removeDiagonal) {
        return Differentiated.of(
                (ops, x) -> loss(removeDiagonal)
                        .rows(
                                ops,
                                ops.constant(Constant.of(Shape.of(ROWS), 4, 7, 4, 7, 4, 1)),
                                ops.reshape(x, Shape.of(ROWS, FEATURES))),
                embeddings());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rowsHaveTheLossesOfTheFormula(boolean removeDiagonal) {
        float[] found = run(removeDiagonal).values().toFloatArray();
        for (int row = 0; row < ROWS; row++) {
            assertThat((double) found[row])
                    .as("row %d", row)
                    .isCloseTo(expected(doubles(embeddings()), row, removeDiagonal), within(1e-4));
        }
    }

    @Test
    void gradientIsThatOfTheFormula() {
        float[] found = run(true).gradient().toFloatArray();
        for (int i = 0; i < found.length; i++) {
            double[] more = doubles(embeddings());
            double[] less = doubles(embeddings());
            more[i] += 1e-6;
            less[i] -= 1e-6;
            double slope = 0;
            for (int row = 0; row < ROWS; row++) {
                slope += (expected(more, row, true) - expected(less, row, true)) / 2e-6;
            }
            assertThat((double) found[i]).as("element %d", i).isCloseTo(slope, within(1e-3));
        }
    }

    /** A row without another of its class has loss 0, and the mean is that of the others. */
    @Test
    void rowsWithoutLossDoNotCount() {
        double sum = 0;
        for (int row = 0; row < ROWS - 1; row++) {
            sum += expected(doubles(embeddings()), row, true);
        }
        Differentiated found = Differentiated.of(
                (ops, x) -> loss(true)
                        .reduced(
                                ops,
                                Outcome.of(
                                        ops.constant(Constant.of(Shape.of(ROWS, 1), 4, 7, 4, 7, 4, 1)),
                                        ops.reshape(x, Shape.of(ROWS, FEATURES)))),
                embeddings());
        assertThat(found.values().element(0)).isCloseTo(sum / (ROWS - 1), within(1e-4));
    }
}
