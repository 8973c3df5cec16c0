package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.keras.activations.Activations;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({"elu, 1, 1", "celu, 1, 1", "selu, 1.0507009873554805, 1.6732632423543772"})
    void exponentialUnitsKeepTheirDigits(String name, double scale, double alpha) {
        float[] points = {-1e5f, -100, -10, -1.5f, -1, -0.99f, -0.1f, -1e-3f, -1e-4f, -1e-6f, -1e-20f, 0, 1e-6f, 5, 1e5f
        };
        Differentiated found = Differentiated.of(Activations.named(name)::apply, points);
        for (int i = 0; i < points.length; i++) {
            double x = points[i];
            double value = scale * (x > 0 ? x : alpha * Math.expm1(x));
            double slope = scale * (x > 0 ? 1 : alpha * Math.exp(x));
            assertThat(found.values().element(i))
                    .as("%s(%s)", name, x)
                    .isCloseTo(value, within(1e-6 * Math.abs(value)));
            assertThat(found.gradient().element(i))
                    .as("%s'(%s)", name, x)
                    .isCloseTo(slope, within(1e-6 * slope + Float.MIN_NORMAL));
        }
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
