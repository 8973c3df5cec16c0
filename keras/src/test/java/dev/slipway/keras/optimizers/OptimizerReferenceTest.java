package dev.slipway.keras.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.Shape;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule against the same arithmetic in double precision, written down anew, over several steps. */
class OptimizerReferenceTest {
    private static final int STEPS = 9;
    private static final int SIZE = 6;

    /** One number's update: changes the state and gives the number after; {@code t} counts from 1. */
    @FunctionalInterface
    interface Reference {
        double step(double w, double g, double[] s, int t);
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                Arguments.of("SGD", "{'learning_rate': 0.1}", (Reference) (w, g, s, t) -> w - 0.1 * g),
                Arguments.of("SGD", "{'learning_rate': 0.1, 'momentum': 0.8}", (Reference) (w, g, s, t) -> {
                    s[0] = 0.8 * s[0] - 0.1 * g;
                    return w + s[0];
                }),
                Arguments.of(
                        "SGD",
                        "{'learning_rate': 0.1, 'momentum': 0.8, 'nesterov': true, 'weight_decay': 0.3, 'clipvalue': 0.5}",
                        (Reference) (w, g, s, t) -> {
                            double c = Math.max(-0.5, Math.min(0.5, g));
                            s[0] = 0.8 * s[0] - 0.1 * c;
                            return w * (1 - 0.3 * 0.1) + 0.8 * s[0] - 0.1 * c;
                        }),
                Arguments.of(
                        "Adam", "{'learning_rate': 0.05, 'beta_1': 0.7, 'beta_2': 0.95, 'epsilon': 0.001}", (Reference)
                                (w, g, s, t) -> adam(w, g, s, t, 0, false)),
                Arguments.of(
                        "Adam",
                        "{'learning_rate': 0.05, 'beta_1': 0.7, 'beta_2': 0.95, 'epsilon': 0.001, 'amsgrad': true}",
                        (Reference) (w, g, s, t) -> adam(w, g, s, t, 0, true)),
                Arguments.of(
                        "AdamW",
                        "{'learning_rate': 0.05, 'beta_1': 0.7, 'beta_2': 0.95, 'epsilon': 0.001, 'weight_decay': 0.2}",
                        (Reference) (w, g, s, t) -> adam(w, g, s, t, 0.2, false)),
                Arguments.of("RMSprop", "{'learning_rate': 0.02, 'rho': 0.8, 'epsilon': 0.01}", (Reference)
                        (w, g, s, t) -> rmsprop(w, g, s, 0, false)),
                Arguments.of(
                        "RMSprop",
                        "{'learning_rate': 0.02, 'rho': 0.8, 'epsilon': 0.01, 'momentum': 0.6, 'centered': true}",
                        (Reference) (w, g, s, t) -> rmsprop(w, g, s, 0.6, true)),
                Arguments.of(
                        "Adagrad",
                        "{'learning_rate': 0.3, 'initial_accumulator_value': 0.2, 'epsilon': 0.01}",
                        (Reference) (w, g, s, t) -> {
                            s[0] += (t == 1 ? 0.2 : 0) + g * g;
                            return w - 0.3 * g / Math.sqrt(s[0] + 0.01);
                        }),
                Arguments.of("Adadelta", "{'learning_rate': 0.7, 'rho': 0.9, 'epsilon': 0.001}", (Reference)
                        (w, g, s, t) -> {
                            s[0] = 0.9 * s[0] + 0.1 * g * g;
                            double d = -g * Math.sqrt((s[1] + 0.001) / (s[0] + 0.001));
                            s[1] = 0.9 * s[1] + 0.1 * d * d;
                            return w + 0.7 * d;
                        }),
                Arguments.of(
                        "Adamax", "{'learning_rate': 0.05, 'beta_1': 0.8, 'beta_2': 0.9, 'epsilon': 0.001}", (Reference)
                                (w, g, s, t) -> {
                                    s[0] = 0.8 * s[0] + 0.2 * g;
                                    s[1] = Math.max(0.9 * s[1], Math.abs(g));
                                    return w - 0.05 / (1 - Math.pow(0.8, t)) * s[0] / (s[1] + 0.001);
                                }),
                Arguments.of(
                        "Nadam", "{'learning_rate': 0.05, 'beta_1': 0.8, 'beta_2': 0.9, 'epsilon': 0.001}", (Reference)
                                OptimizerReferenceTest::nadam),
                Arguments.of(
                        "Ftrl",
                        "{'learning_rate': 0.3, 'learning_rate_power': -0.4, 'initial_accumulator_value': 0.2,"
                                + " 'l1_regularization_strength': 0.4, 'l2_regularization_strength': 0.05,"
                                + " 'l2_shrinkage_regularization_strength': 0.02, 'beta': 0.1}",
                        (Reference) OptimizerReferenceTest::ftrl),
                Arguments.of("Lion", "{'learning_rate': 0.02, 'beta_1': 0.8, 'beta_2': 0.95}", (Reference)
                        (w, g, s, t) -> {
                            double next = w - 0.02 * Math.signum(0.8 * s[0] + 0.2 * g);
                            s[0] = 0.95 * s[0] + 0.05 * g;
                            return next;
                        }));
    }

    private static double adam(double w, double g, double[] s, int t, double decay, boolean amsgrad) {
        s[0] = 0.7 * s[0] + 0.3 * g;
        s[1] = 0.95 * s[1] + 0.05 * g * g;
        s[2] = Math.max(s[2], s[1]);
        double alpha = 0.05 * Math.sqrt(1 - Math.pow(0.95, t)) / (1 - Math.pow(0.7, t));
        return w * (1 - decay * 0.05) - alpha * s[0] / (Math.sqrt(amsgrad ? s[2] : s[1]) + 0.001);
    }

    private static double rmsprop(double w, double g, double[] s, double momentum, boolean centered) {
        s[0] = 0.8 * s[0] + 0.2 * g * g;
        s[1] = 0.8 * s[1] + 0.2 * g;
        double spread = s[0] - (centered ? s[1] * s[1] : 0) + 0.01;
        s[2] = momentum * s[2] + 0.02 * g / Math.sqrt(spread);
        return w - s[2];
    }

    private static double nadam(double w, double g, double[] s, int t) {
        double u = 0.8 * (1 - 0.5 * Math.pow(0.96, t));
        double ahead = 0.8 * (1 - 0.5 * Math.pow(0.96, t + 1));
        s[2] = (t == 1 ? 1 : s[2]) * u;
        s[0] = 0.8 * s[0] + 0.2 * g;
        s[1] = 0.9 * s[1] + 0.1 * g * g;
        double m = ahead * s[0] / (1 - s[2] * ahead) + (1 - u) * g / (1 - s[2]);
        return w - 0.05 * m / (Math.sqrt(s[1] / (1 - Math.pow(0.9, t))) + 0.001);
    }

    private static double ftrl(double w, double g, double[] s, int t) {
        double before = t == 1 ? 0.2 : s[0];
        s[0] = before + g * g;
        double sigma = (Math.pow(s[0], 0.4) - Math.pow(before, 0.4)) / 0.3;
        s[1] += g + 2 * 0.02 * w - sigma * w;
        double curvature = Math.pow(s[0], 0.4) / 0.3 + 2 * (0.05 + 0.1 / (2 * 0.3));
        return (Math.max(-0.4, Math.min(0.4, s[1])) - s[1]) / curvature;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rules")
    void computesTheRule(String className, String config, Reference reference) {
        SplittableRandom random = new SplittableRandom(3);
        double[] expected = numbers(random);
        double[][] state = new double[SIZE][3];
        Run run = new Run(className, config, Shape.of(2, 3), floats(expected));
        for (int t = 1; t <= STEPS; t++) {
            double[] gradient = numbers(random);
            float[] found = run.step(floats(gradient));
            for (int i = 0; i < SIZE; i++) {
                expected[i] = reference.step(expected[i], (float) gradient[i], state[i], t);
            }
            requireClose(found, expected);
        }
    }

    /** These look at the whole weight. */
    @Test
    void lambGoesAsFarAsTheWeightIsLong() {
        SplittableRandom random = new SplittableRandom(4);
        double[] w = numbers(random);
        double[] m = new double[SIZE];
        double[] v = new double[SIZE];
        Run run = new Run("Lamb", "{'learning_rate': 0.05, 'beta_1': 0.8, 'epsilon': 0.001}", Shape.of(6), floats(w));
        for (int t = 1; t <= STEPS; t++) {
            double[] g = numbers(random);
            double[] u = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                m[i] = 0.8 * m[i] + 0.2 * g[i];
                v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                u[i] = m[i] / (1 - Math.pow(0.8, t)) / (Math.sqrt(v[i] / (1 - Math.pow(0.999, t))) + 0.001);
            }
            double ratio = norm(w) / norm(u);
            for (int i = 0; i < SIZE; i++) {
                w[i] -= 0.05 * ratio * u[i];
            }
            requireClose(run.step(floats(g)), w);
        }
    }

    @Test
    void lambTakesPlainStepsFromZero() {
        Run run = new Run("Lamb", "{'learning_rate': 0.5, 'epsilon': 0}", Shape.of(2), 0, 0);
        requireClose(run.step(2, -3), new double[] {-0.5, 0.5});
    }

    @Test
    void adafactorKeepsRowsAndColumns() {
        SplittableRandom random = new SplittableRandom(5);
        double[] w = numbers(random);
        double[] r = new double[2];
        double[] c = new double[3];
        String config = "{'learning_rate': 0.4, 'beta_2_decay': -0.6, 'epsilon_2': 0.01, 'clip_threshold': 0.7}";
        Run run = new Run("Adafactor", config, Shape.of(2, 3), floats(w));
        for (int t = 1; t <= STEPS; t++) {
            double[] g = numbers(random);
            double beta = 1 - Math.pow(t, -0.6);
            for (int row = 0; row < 2; row++) {
                r[row] *= beta;
                for (int column = 0; column < 3; column++) {
                    r[row] += (1 - beta) * square(g[3 * row + column]) / 3;
                }
            }
            for (int column = 0; column < 3; column++) {
                c[column] = beta * c[column] + (1 - beta) * (square(g[column]) + square(g[3 + column])) / 2;
            }
            double[] u = new double[SIZE];
            for (int i = 0; i < SIZE; i++) {
                u[i] = g[i] / Math.sqrt(r[i / 3] / ((r[0] + r[1]) / 2) * c[i % 3]);
            }
            descend(w, u, t);
            requireClose(run.step(floats(g)), w);
        }
    }

    @Test
    void adafactorKeepsAllOfAVector() {
        SplittableRandom random = new SplittableRandom(6);
        double[] w = numbers(random);
        double[] v = new double[SIZE];
        String config = "{'learning_rate': 0.4, 'beta_2_decay': -0.6, 'epsilon_2': 0.01, 'clip_threshold': 0.7}";
        Run run = new Run("Adafactor", config, Shape.of(6), floats(w));
        for (int t = 1; t <= STEPS; t++) {
            double[] g = numbers(random);
            double[] u = new double[SIZE];
            double beta = 1 - Math.pow(t, -0.6);
            for (int i = 0; i < SIZE; i++) {
                v[i] = beta * v[i] + (1 - beta) * square(g[i]);
                u[i] = g[i] / Math.sqrt(v[i]);
            }
            descend(w, u, t);
            requireClose(run.step(floats(g)), w);
        }
    }

    private static void descend(double[] w, double[] u, int t) {
        double excess = Math.max(1, norm(u) / Math.sqrt(SIZE) / 0.7);
        double alpha = Math.max(0.01, norm(w) / Math.sqrt(SIZE)) * Math.min(0.4, 1 / Math.sqrt(t));
        for (int i = 0; i < SIZE; i++) {
            w[i] -= alpha * u[i] / excess;
        }
    }

    private static double square(double x) {
        return x * x;
    }

    private static double norm(double[] x) {
        double squares = 0;
        for (double number : x) {
            squares += number * number;
        }
        return Math.sqrt(squares);
    }

    private static double[] numbers(SplittableRandom random) {
        return random.doubles(SIZE, -1, 1).toArray();
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }

    static void requireClose(float[] found, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(found[i] - expected[i]))
                    .as("number %d: %s (expected: %s)", i, found[i], expected[i])
                    .isLessThanOrEqualTo(1e-5 * Math.max(1, Math.abs(expected[i])));
        }
    }
}
