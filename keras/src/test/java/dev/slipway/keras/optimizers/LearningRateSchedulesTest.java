package dev.slipway.keras.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.optimizers.schedules.LearningRateSchedules;
import dev.slipway.runtime.Tensor;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rate of many steps against the formula in double precision. */
class LearningRateSchedulesTest {
    static Stream<Arguments> schedules() {
        return Stream.of(
                arguments(
                        "ExponentialDecay",
                        "'initial_learning_rate': 0.1, 'decay_steps': 10, 'decay_rate': 0.8",
                        n -> 0.1 * Math.pow(0.8, n / 10.0)),
                arguments(
                        "ExponentialDecay",
                        "'initial_learning_rate': 0.1, 'decay_steps': 10, 'decay_rate': 0.8, 'staircase': true",
                        n -> 0.1 * Math.pow(0.8, Math.floor(n / 10.0))),
                arguments(
                        "InverseTimeDecay",
                        "'initial_learning_rate': 0.1, 'decay_steps': 8, 'decay_rate': 0.5",
                        n -> 0.1 / (1 + 0.5 * n / 8)),
                arguments(
                        "InverseTimeDecay",
                        "'initial_learning_rate': 0.1, 'decay_steps': 8, 'decay_rate': 0.5, 'staircase': true",
                        n -> 0.1 / (1 + 0.5 * Math.floor(n / 8.0))),
                arguments(
                        "PiecewiseConstantDecay",
                        "'boundaries': [5, 12.7], 'values': [1.0, 0.5, 0.1]",
                        n -> n <= 5 ? 1 : n <= 12 ? 0.5 : 0.1),
                arguments(
                        "PolynomialDecay",
                        "'initial_learning_rate': 0.1, 'decay_steps': 20, 'end_learning_rate': 0.02, 'power': 2.0",
                        n -> 0.08 * Math.pow(1 - Math.min(n, 20) / 20.0, 2) + 0.02),
                arguments(
                        "PolynomialDecay",
                        "'initial_learning_rate': 0.1, 'decay_steps': 8, 'power': 0.5, 'cycle': true",
                        n -> 0.0999 * Math.sqrt(1 - n / (8 * Math.max(1, Math.ceil(n / 8.0)))) + 0.0001),
                arguments(
                        "CosineDecay",
                        "'initial_learning_rate': 0.1, 'decay_steps': 20, 'alpha': 0.2",
                        n -> 0.1 * (0.8 * wave(Math.min(n, 20) / 20.0) + 0.2)),
                arguments(
                        "CosineDecay",
                        "'initial_learning_rate': 0.01, 'decay_steps': 20, 'alpha': 0.2, 'warmup_target': 0.1,"
                                + " 'warmup_steps': 5",
                        n -> n < 5 ? 0.01 + 0.09 * n / 5 : 0.1 * (0.8 * wave(Math.min(n - 5, 20) / 20.0) + 0.2)),
                arguments(
                        "CosineDecayRestarts",
                        "'initial_learning_rate': 0.1, 'first_decay_steps': 8, 't_mul': 1.0, 'm_mul': 0.5,"
                                + " 'alpha': 0.1",
                        n -> 0.1 * (0.9 * Math.pow(0.5, Math.floor(n / 8.0)) * wave(n % 8 / 8.0) + 0.1)),
                arguments(
                        "CosineDecayRestarts",
                        "'initial_learning_rate': 0.1, 'first_decay_steps': 4, 'm_mul': 0.5",
                        n -> n < 4
                                ? 0.1 * wave(n / 4.0)
                                : n < 12
                                        ? 0.05 * wave((n - 4) / 8.0)
                                        : n < 28 ? 0.025 * wave((n - 12) / 16.0) : 0.0125 * wave((n - 28) / 32.0)));
    }

    private static double wave(double part) {
        return 0.5 * (1 + Math.cos(Math.PI * part));
    }

    private static Arguments arguments(String className, String config, IntToDoubleFunction expected) {
        return Arguments.of(className, config, expected);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("schedules")
    void computesTheFormula(String className, String config, IntToDoubleFunction expected) {
        LearningRate rate = rate(className, config);
        for (int n = 0; n < 40; n++) {
            iteration.longs().put(0, n);
            assertThat(Math.abs(rate.now() - expected.applyAsDouble(n)))
                    .as("step %d: %s (expected: %s)", n, rate.now(), expected.applyAsDouble(n))
                    .isLessThan(1e-7);
        }
    }

    private final Tensor iteration = Tensor.zeros(DataType.INT64, Shape.scalar());

    private LearningRate rate(String className, String config) {
        return LearningRate.of(optimizer(className, config), iteration);
    }

    private static Optimizer optimizer(String className, String config) {
        String schedule = "{'class_name': '" + className + "', 'config': {" + config + "}}";
        return Optimizers.of("SGD", Run.json("{'learning_rate': " + schedule + "}"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("schedules")
    void writesWhatItRead(String className, String config) {
        Optimizer read = optimizer(className, config);
        assertThat(Optimizers.of("SGD", read.config()).config()).isEqualTo(read.config());
        assertThat(read.config().at("/learning_rate/module").asText()).isEqualTo("keras.optimizers.schedules");
    }

    @Test
    void decidesEveryStep() {
        String schedule =
                "{'class_name': 'PiecewiseConstantDecay', 'config': {'boundaries': [0], 'values': [1.0, 0.5]}}";
        Run run = new Run("SGD", "{'learning_rate': " + schedule + "}", Shape.of(1), 10);
        assertThat(run.step(1)).containsExactly(9);
        assertThat(run.step(1)).containsExactly(8.5f);
    }

    @Test
    void cannotBeSet() {
        LearningRate rate = rate("PiecewiseConstantDecay", "'boundaries': [1], 'values': [1.0, 0.5]");
        assertThatThrownBy(() -> rate.set(0.1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("learning_rate: PiecewiseConstantDecay (expected: a number, to be set to another);"
                        + " compile the model with a number as its learning rate");
        assertThat(rate.variable()).isEmpty();
    }

    @Test
    void refusesBadNumbers() {
        assertThatThrownBy(() -> LearningRateSchedules.of(
                        "CosineDecay", Run.json("{'initial_learning_rate': 0.1, 'decay_steps': 0}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("decay_steps = 0.0 (expected: above 0)");
        assertThatThrownBy(() -> LearningRateSchedules.of(
                        "PiecewiseConstantDecay", Run.json("{'boundaries': [1], 'values': [1.0]}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "1 boundaries and 1 values (expected: at least one boundary, and one value more)");
    }
}
