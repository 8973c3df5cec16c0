package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.keras.activations.Activations;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** The activations where a formula that is right on paper loses digits, overflows, or has another gradient. */
class ActivationTest {
    private static final float[] POINTS = {-100, -5, -0.5f, 0, 0.5f, 5, 100};

    @Test
    void softplusIsSmooth() {
        requireClose("softplus", ActivationTest::softplus, ActivationTest::sigmoid);
    }

    @Test
    void logSigmoidIsSmooth() {
        requireClose("log_sigmoid", x -> -softplus(-x), x -> sigmoid(-x));
    }

    @Test
    void mishIsSmooth() {
        requireClose("mish", x -> x * Math.tanh(softplus(x)), x -> {
            double tanh = Math.tanh(softplus(x));
            return tanh + x * (1 - tanh * tanh) * sigmoid(x);
        });
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static void requireClose(String name, DoubleUnaryOperator value, DoubleUnaryOperator slope) {
        Differentiated found = Differentiated.of(Activations.named(name)::apply, POINTS);
        for (int i = 0; i < POINTS.length; i++) {
            requireClose(name, POINTS[i], found.values().element(i), value.applyAsDouble(POINTS[i]));
            requireClose(name + "'", POINTS[i], found.gradient().element(i), slope.applyAsDouble(POINTS[i]));
        }
    }

    private static void requireClose(String name, double x, double found, double expected) {
        double tolerance = 1e-6 * Math.max(1, Math.abs(expected));
        assertThat(found).as("%s(%s)", name, x).isCloseTo(expected, within(tolerance));
    }
}
