package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.losses.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each loss against Keras's formula in plain doubles: the losses of rows, what they come to when weighted, and the gradient,
 * which lies between the slopes on both sides (at a corner they differ).
 */
class LossFormulasTest {
    private static final double EPSILON = 1e-7;

    /** The loss of a row of targets and predictions, in doubles. */
    @FunctionalInterface
    private interface Formula {
        double of(double[] t, double[] p);
    }

    /** A loss, rows to try it on, and what it should be. */
    private static final class Case {
        private final String className;
        private final String config;
        private final float[][] targets;
        private final float[][] predictions;
        private final Formula formula;

        Case(String className, String config, float[][] targets, float[][] predictions, Formula formula) {
            this.className = className;
            this.config = config;
            this.targets = targets;
            this.predictions = predictions;
            this.formula = formula;
        }

        Loss loss() {
            return Losses.of(className, json(config));
        }

        @Override
        public String toString() {
            return className + " " + config;
        }
    }

    /** Errors of 0 and 1, the corner of Huber, among them, and numbers of any sign and size. */
    private static final float[][] NUMBERS = {{0, 1, -2}, {0.5f, 0, 30}, {-1, 2, 0.25f}, {0, 0, 0}};

    private static final float[][] GUESSES = {{0, 2, -1.5f}, {0.1f, -3, -20}, {1, 2.5f, 0.75f}, {0, 0, 0}};

    private static final float[][] POSITIVE = {{0, 1, 2}, {0.5f, 3, 30}, {1, 2, 0.25f}, {0, 0, 4}};
    private static final float[][] RATES = {{0.5f, 2, 1.5f}, {0.1f, 3, 20}, {1, 2.5f, 0.75f}, {0.01f, 0.2f, 0.3f}};

    private static final float[][] ONE_HOT = {{0, 1, 0}, {1, 0, 0}, {0, 0, 1}, {0, 1, 0}};
    private static final float[][] SOFT = {{0.25f, 0.5f, 0.25f}, {1, 0, 0}, {0.125f, 0.125f, 0.75f}, {0, 1, 0}};
    private static final float[][] CLASSES = {{1}, {0}, {2}, {1}};

    /** Certainties, at the bounds of the clip, among them. */
    private static final float[][] PROBABILITIES = {
        {0.25f, 0.5f, 0.25f}, {0.9f, 0.05f, 0.05f}, {0, 0, 1}, {0.5f, 0, 0.5f}
    };

    private static final float[][] LOGITS = {{0, 0, 0}, {100, -100, 3}, {0.5f, -0.25f, 2}, {-100, -100, 100}};

    static Stream<Case> cases() {
        return Stream.of(
                regression("MeanSquaredError", "{}", NUMBERS, GUESSES, (t, p) -> (t - p) * (t - p)),
                regression("MeanAbsoluteError", "{}", NUMBERS, GUESSES, (t, p) -> Math.abs(t - p)),
                regression(
                        "MeanAbsolutePercentageError",
                        "{}",
                        NUMBERS,
                        GUESSES,
                        (t, p) -> 100 * Math.abs((t - p) / Math.max(Math.abs(t), EPSILON))),
                regression("MeanSquaredLogarithmicError", "{}", POSITIVE, GUESSES, (t, p) -> {
                    double e = Math.log(Math.max(p, EPSILON) + 1) - Math.log(Math.max(t, EPSILON) + 1);
                    return e * e;
                }),
                regression("Huber", "{}", NUMBERS, GUESSES, (t, p) -> huber(Math.abs(t - p), 1)),
                regression("Huber", "{'delta': 2.5}", NUMBERS, GUESSES, (t, p) -> huber(Math.abs(t - p), 2.5)),
                regression("LogCosh", "{}", NUMBERS, GUESSES, (t, p) -> {
                    double e = Math.abs(p - t);
                    return e + Math.log1p(Math.exp(-2 * e)) - Math.log(2);
                }),
                regression("Poisson", "{}", POSITIVE, RATES, (t, p) -> p - t * Math.log(p + EPSILON)),
                regression("Hinge", "{}", ONE_HOT, GUESSES, (t, p) -> Math.max(1 - (2 * t - 1) * p, 0)),
                regression("Hinge", "{}", NUMBERS, GUESSES, (t, p) -> Math.max(1 - t * p, 0)),
                regression("SquaredHinge", "{}", ONE_HOT, GUESSES, (t, p) -> {
                    double shortfall = Math.max(1 - (2 * t - 1) * p, 0);
                    return shortfall * shortfall;
                }),
                new Case("CategoricalHinge", "{}", ONE_HOT, GUESSES, LossFormulasTest::categoricalHinge),
                new Case("CosineSimilarity", "{}", POSITIVE, RATES, LossFormulasTest::cosine),
                new Case("KLDivergence", "{}", SOFT, PROBABILITIES, LossFormulasTest::divergence),
                new Case("BinaryCrossentropy", "{}", SOFT, PROBABILITIES, (t, p) -> mean(t, p, (a, b) -> binary(a, b))),
                new Case(
                        "BinaryCrossentropy",
                        "{'from_logits': true, 'label_smoothing': 0.25}",
                        ONE_HOT,
                        LOGITS,
                        (t, p) -> mean(t, p, (a, z) -> {
                            double smoothed = a * 0.75 + 0.125;
                            return (1 - smoothed) * softplus(z) + smoothed * softplus(-z);
                        })),
                new Case(
                        "BinaryFocalCrossentropy",
                        "{'gamma': 3, 'apply_class_balancing': true, 'alpha': 0.4}",
                        SOFT,
                        PROBABILITIES,
                        (t, p) -> mean(
                                t,
                                p,
                                (a, b) -> (a * 0.4 + (1 - a) * 0.6)
                                        * Math.pow(1 - (a * b + (1 - a) * (1 - b)), 3)
                                        * binary(a, b))),
                new Case(
                        "BinaryFocalCrossentropy",
                        "{'from_logits': true, 'label_smoothing': 0.1}",
                        ONE_HOT,
                        new float[][] {{0, 2, -1}, {3, -3, 0.5f}},
                        (t, p) -> mean(t, p, (a, z) -> {
                            double s = a * 0.9 + 0.05;
                            double b = 1 / (1 + Math.exp(-z));
                            return Math.pow(1 - (s * b + (1 - s) * (1 - b)), 2) * binary(s, b);
                        })),
                new Case("CategoricalCrossentropy", "{}", SOFT, PROBABILITIES, (t, p) -> entropy(t, normalized(p))),
                new Case(
                        "CategoricalCrossentropy",
                        "{'label_smoothing': 0.3}",
                        ONE_HOT,
                        RATES,
                        (t, p) -> entropy(each(t, a -> a * 0.7 + 0.1), normalized(p))),
                new Case(
                        "CategoricalCrossentropy",
                        "{'from_logits': true}",
                        SOFT,
                        LOGITS,
                        (t, z) -> -IntStream.range(0, z.length)
                                .mapToDouble(i -> t[i] * logSoftmax(z, i))
                                .sum()),
                new Case(
                        "CategoricalFocalCrossentropy",
                        "{'gamma': 1.5, 'alpha': [0.1, 0.5, 0.9]}",
                        SOFT,
                        RATES,
                        (t, p) -> focal(t, normalized(p), 1.5, 0.1, 0.5, 0.9)),
                new Case(
                        "CategoricalFocalCrossentropy",
                        "{'from_logits': true, 'label_smoothing': 0.3}",
                        ONE_HOT,
                        new float[][] {{0, 2, -1}, {3, -3, 0.5f}},
                        (t, z) -> focal(
                                each(t, a -> a * 0.7 + 0.1), normalized(each(z, Math::exp)), 2, 0.25, 0.25, 0.25)),
                new Case(
                        "SparseCategoricalCrossentropy",
                        "{}",
                        CLASSES,
                        PROBABILITIES,
                        (t, p) -> -Math.log(clip(normalized(p)[(int) t[0]]))),
                new Case(
                        "SparseCategoricalCrossentropy",
                        "{'from_logits': true}",
                        CLASSES,
                        LOGITS,
                        (t, z) -> -logSoftmax(z, (int) t[0])),
                new Case(
                        "CategoricalGeneralizedCrossEntropy",
                        "{'q': 0.3}",
                        CLASSES,
                        RATES,
                        (t, p) -> (1 - Math.pow(p[(int) t[0]], 0.3)) / 0.3),
                new Case("Dice", "{'axis': [-1]}", SOFT, PROBABILITIES, (t, p) -> {
                    return 1 - 2 * dot(t, p) / (sum(t) + sum(p) + EPSILON);
                }),
                new Case("Tversky", "{'axis': 1, 'alpha': 0.2, 'beta': 0.7}", SOFT, PROBABILITIES, (t, p) -> {
                    double both = dot(t, p);
                    return 1 - both / (both + 0.2 * (sum(t) - both) + 0.7 * (sum(p) - both) + EPSILON);
                }));
    }

    @FunctionalInterface
    private interface Pair {
        double of(double t, double p);
    }

    private static Case regression(String name, String config, float[][] targets, float[][] predictions, Pair pair) {
        return new Case(name, config, targets, predictions, (t, p) -> mean(t, p, pair));
    }

    private static double mean(double[] t, double[] p, Pair pair) {
        return IntStream.range(0, p.length)
                .mapToDouble(i -> pair.of(t[i], p[i]))
                .average()
                .orElseThrow();
    }

    private static double huber(double e, double delta) {
        return e <= delta ? e * e / 2 : delta * e - delta * delta / 2;
    }

    private static double clip(double p) {
        return Math.min(Math.max(p, EPSILON), (float) (1 - EPSILON));
    }

    private static double binary(double t, double p) {
        return -(t * Math.log(clip(p)) + (1 - t) * Math.log(1 - clip(p)));
    }

    private static double softplus(double z) {
        return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    }

    private static double logSoftmax(double[] z, int index) {
        double largest = Arrays.stream(z).max().orElseThrow();
        return z[index] - largest - Math.log(sum(each(z, x -> Math.exp(x - largest))));
    }

    private static double[] each(double[] x, DoubleUnaryOperator function) {
        return Arrays.stream(x).map(function).toArray();
    }

    private static double sum(double[] x) {
        return Arrays.stream(x).sum();
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static double[] normalized(double[] p) {
        return each(p, x -> x / sum(p));
    }

    private static double entropy(double[] t, double[] p) {
        return -dot(t, each(p, x -> Math.log(clip(x))));
    }

    private static double focal(double[] t, double[] p, double gamma, double... alpha) {
        return IntStream.range(0, p.length)
                .mapToDouble(i -> -alpha[i] * Math.pow(1 - clip(p[i]), gamma) * t[i] * Math.log(clip(p[i])))
                .sum();
    }

    private static double categoricalHinge(double[] t, double[] p) {
        double wrong = IntStream.range(0, p.length)
                .mapToDouble(i -> (1 - t[i]) * p[i])
                .max()
                .orElseThrow();
        return Math.max(wrong - dot(t, p) + 1, 0);
    }

    private static double cosine(double[] t, double[] p) {
        return -dot(t, p) / Math.sqrt(dot(t, t) * dot(p, p));
    }

    private static double divergence(double[] t, double[] p) {
        return IntStream.range(0, p.length)
                .mapToDouble(i -> {
                    double a = Math.max(t[i], EPSILON);
                    return a * Math.log(a / Math.max(p[i], EPSILON));
                })
                .sum();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rowsHaveTheLossesOfTheFormula(Case tried) {
        Differentiated found =
                run(tried, (ops, target, prediction) -> tried.loss().rows(ops, target, prediction));
        for (int row = 0; row < tried.predictions.length; row++) {
            double expected = expected(tried, row, tried.predictions[row]);
            assertThat(found.values().element(row))
                    .as("row %d", row)
                    .isCloseTo(expected, within(2e-6 + 2e-6 * Math.abs(expected)));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void weightedRowsAreReducedToOne(Case tried) {
        double[] weights = {1, 0.5, 0, 2};
        int rows = tried.predictions.length;
        double expected = IntStream.range(0, rows)
                        .mapToDouble(row -> weights[row] * expected(tried, row, tried.predictions[row]))
                        .sum()
                / rows;
        Differentiated found = run(tried, (ops, target, prediction) -> {
            float[] floats = {1, 0.5f, 0, 2};
            Value weight = ops.constant(Constant.of(Shape.of(rows), Arrays.copyOf(floats, rows)));
            return tried.loss().reduced(ops, new Outcome(target, prediction, Optional.of(weight), Optional.empty()));
        });
        assertThat(found.values().shape().rank()).isZero();
        assertThat(found.values().element(0)).isCloseTo(expected, within(2e-6 + 2e-6 * Math.abs(expected)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsLieBetweenTheSlopes(Case tried) {
        Differentiated found =
                run(tried, (ops, target, prediction) -> tried.loss().rows(ops, target, prediction));
        int columns = tried.predictions[0].length;
        for (int row = 0; row < tried.predictions.length; row++) {
            for (int column = 0; column < columns; column++) {
                double left = slope(tried, row, column, -1);
                double right = slope(tried, row, column, 1);
                double gradient = found.gradient().element(row * columns + column);
                double near = 1e-4 + 1e-4 * Math.max(Math.abs(left), Math.abs(right));
                assertThat(gradient)
                        .as("row %d, column %d", row, column)
                        .isBetween(Math.min(left, right) - near, Math.max(left, right) + near);
            }
        }
    }

    /** The slope of the formula on one side of a prediction. */
    private static double slope(Case tried, int row, int column, int side) {
        double step = side * 1e-8 * Math.max(1, Math.abs(tried.predictions[row][column]));
        double[] moved = doubles(tried.predictions[row]);
        moved[column] += step;
        double[] t = doubles(tried.targets[row]);
        return (tried.formula.of(t, moved) - tried.formula.of(t, doubles(tried.predictions[row]))) / step;
    }

    private static double expected(Case tried, int row, float[] prediction) {
        return tried.formula.of(doubles(tried.targets[row]), doubles(prediction));
    }

    private static double[] doubles(float[] floats) {
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    /** Builds something of targets and predictions. */
    @FunctionalInterface
    private interface Built {
        Value of(Ops ops, Value target, Value prediction);
    }

    private static Differentiated run(Case tried, Built built) {
        int rows = tried.predictions.length;
        return Differentiated.of(
                (ops, x) -> {
                    Value prediction = ops.reshape(x, Shape.of(rows, tried.predictions[0].length));
                    Value target = ops.constant(Constant.of(
                            Shape.of(rows, tried.targets[0].length), flat(Arrays.copyOf(tried.targets, rows))));
                    return built.of(ops, target, prediction);
                },
                flat(tried.predictions));
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = rows[i / rows[0].length][i % rows[0].length];
        }
        return flat;
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** Losses whose rows depend on each other or on more than a row are tried below and in their own tests. */
    @Test
    void allLossesAreTried() {
        TreeSet<String> tried = cases().map(one -> one.className).collect(Collectors.toCollection(TreeSet::new));
        tried.addAll(List.of("CTC", "Circle"));
        assertThat(tried).containsExactlyElementsOf(Losses.classNames());
    }

    /** Regions are compared over the whole batch, whose one loss each row's weight then weighs. */
    @Test
    void diceOfAllAxesIsOneNumber() {
        Case dice = new Case("Dice", "{}", ONE_HOT, PROBABILITIES, (t, p) -> 0);
        double both = 0.5 + 0.9 + 1 + 0;
        double expected = 1 - 2 * both / (4 + 4 + EPSILON);
        assertThat(run(dice, (ops, t, p) -> dice.loss().rows(ops, t, p))
                        .values()
                        .element(0))
                .isCloseTo(expected, within(1e-6));
        Value[] weight = new Value[1];
        Differentiated weighted = run(dice, (ops, t, p) -> {
            weight[0] = ops.constant(Constant.of(Shape.of(4), 1, 0, 0, 1));
            return dice.loss().reduced(ops, new Outcome(t, p, Optional.of(weight[0]), Optional.empty()));
        });
        assertThat(weighted.values().element(0)).isCloseTo(expected / 2, within(1e-6));
    }
}
