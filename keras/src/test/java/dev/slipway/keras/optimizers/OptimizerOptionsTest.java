package dev.slipway.keras.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.constraints.Constraints;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every optimizer may do besides its rule. */
class OptimizerOptionsTest {
    private static Run sgd(String options) {
        return new Run("SGD", "{'learning_rate': 1.0" + options + "}", Shape.of(2), 10, 20);
    }

    private static void requireClose(float[] found, double... expected) {
        OptimizerReferenceTest.requireClose(found, expected);
    }

    @Test
    void clipsByTheNormOfOneGradient() {
        requireClose(sgd(", 'clipnorm': 1.0").step(3, 4), 10 - 0.6, 20 - 0.8);
        requireClose(sgd(", 'clipnorm': 6.0").step(3, 4), 7, 16);
        requireClose(sgd(", 'clipnorm': 1.0").step(0, 0), 10, 20);
    }

    @Test
    void clipsByTheNormOfAllGradients() {
        requireClose(sgd(", 'global_clipnorm': 1.0").step(3, 4), 10 - 0.6, 20 - 0.8);
        requireClose(sgd(", 'global_clipnorm': 6.0").step(3, 4), 7, 16);
        requireClose(sgd(", 'global_clipnorm': 1.0").step(0, 0), 10, 20);
        assertThat(sgd(", 'global_clipnorm': 1.0").step(Float.POSITIVE_INFINITY, 0))
                .containsExactly(Float.NaN, Float.NaN);
    }

    @Test
    void clipsEveryNumber() {
        requireClose(sgd(", 'clipvalue': 2.0").step(3, -1), 8, 21);
    }

    @Test
    void decaysBeforeTheUpdate() {
        requireClose(sgd(", 'weight_decay': 0.1").step(3, -1), 9 - 3, 18 + 1);
    }

    /** The sum of gradients makes an update every third step only; slots wait too. */
    @Test
    void accumulatesGradients() {
        Run run = sgd(", 'gradient_accumulation_steps': 3, 'momentum': 0.5, 'weight_decay': 0.1");
        requireClose(run.step(3, 0), 10, 20);
        requireClose(run.step(3, 6), 10, 20);
        requireClose(run.get("gradient_accumulator"), 6, 6);
        requireClose(run.get("momentum"), 0, 0);
        requireClose(run.step(3, 0), 9 - 3, 18 - 2);
        requireClose(run.get("gradient_accumulator"), 0, 0);
        requireClose(run.get("momentum"), -3, -2);
        requireClose(run.step(1, 1), 6, 16);
        assertThat(run.get("iteration")).containsExactly(4);
    }

    /** Adam counts updates, not steps. */
    @Test
    void countsUpdatesWhereGradientsAccumulate() {
        Run every = new Run("Adam", "{'learning_rate': 0.1}", Shape.of(1), 1);
        Run second = new Run("Adam", "{'learning_rate': 0.1, 'gradient_accumulation_steps': 2}", Shape.of(1), 1);
        for (float gradient : new float[] {0.5f, -0.25f, 0.75f}) {
            float[] expected = every.step(gradient);
            second.step(gradient);
            assertThat(second.step(gradient)).isEqualTo(expected);
        }
    }

    @Test
    void keepsMovingMeansOfWeights() {
        Run run = sgd(", 'use_ema': true, 'ema_momentum': 0.75");
        run.step(2, 4);
        requireClose(run.get("average"), 8, 16);
        run.step(4, 4);
        requireClose(run.get("w"), 4, 12);
        requireClose(run.get("average"), 0.75 * 8 + 0.25 * 4, 0.75 * 16 + 0.25 * 12);
    }

    @Test
    void overwritesWeightsWithTheirMeans() {
        Run run = sgd(", 'use_ema': true, 'ema_momentum': 0.75, 'ema_overwrite_frequency': 2");
        requireClose(run.step(2, 4), 8, 16);
        requireClose(run.step(4, 4), 7, 15);
        requireClose(run.step(4, 4), 3, 11);
    }

    @Test
    void scalesTheLossAndItsGradientsBack() {
        requireClose(sgd(", 'loss_scale_factor': 1024.0").step(3, 4), 7, 16);
    }

    @Test
    void constrainsWeightsAfterTheUpdate() {
        Trained weight = new Trained("w", DataType.FLOAT, Shape.of(2), Optional.of(Constraints.named("non_neg")));
        Run run = new Run("SGD", "{'learning_rate': 1.0}", weight, 1, 1);
        requireClose(run.step(3, 0.5f), 0, 0.5);
    }

    private static Run lossScale(String options) {
        String config = "{'initial_scale': 64.0" + options + ", 'inner_optimizer': {'class_name': 'SGD',"
                + " 'config': {'learning_rate': 1.0, 'momentum': 0.5}}}";
        return new Run("LossScaleOptimizer", config, Shape.of(2), 10, 20);
    }

    @Test
    void skipsAStepWhoseGradientsAreNotFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            Run run = lossScale("");
            requireClose(run.step(1, 2), 9, 18);
            requireClose(run.step(1, bad), 9, 18);
            requireClose(run.get("momentum"), -1, -2);
            assertThat(run.get("dynamic_scale")).containsExactly(32);
            assertThat(run.get("step_counter")).containsExactly(0);
            assertThat(run.get("iteration")).containsExactly(1);
        }
    }

    @Test
    void doublesTheScaleAfterGoodSteps() {
        Run run = lossScale(", 'dynamic_growth_steps': 2");
        run.step(1, 2);
        assertThat(run.get("dynamic_scale")).containsExactly(64);
        assertThat(run.get("step_counter")).containsExactly(1);
        run.step(1, 2);
        assertThat(run.get("dynamic_scale")).containsExactly(128);
        assertThat(run.get("step_counter")).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Adadelta",
                "Adafactor",
                "Adagrad",
                "Adam",
                "Adamax",
                "AdamW",
                "Ftrl",
                "Lamb",
                "Lion",
                "Muon",
                "Nadam",
                "RMSprop",
                "SGD"
            })
    void writesWhatItRead(String className) {
        String config = "{'learning_rate': 0.25, 'weight_decay': 0.0, 'clipnorm': 2.0, 'use_ema': true,"
                + " 'ema_momentum': 0.5, 'ema_overwrite_frequency': 3, 'loss_scale_factor': 8.0,"
                + " 'gradient_accumulation_steps': 4, 'name': 'mine'}";
        Optimizer read = Optimizers.of(className, Run.json(config));
        assertThat(read.className()).isEqualTo(className);
        Run.json(config)
                .properties()
                .forEach(entry -> assertThat(read.config().get(entry.getKey())).isEqualTo(entry.getValue()));
        assertThat(Optimizers.of(className, read.config()).config()).isEqualTo(read.config());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'clipnorm': 1.0, 'clipvalue': 1.0} | 2 of them (expected: at most one)",
                "{'gradient_accumulation_steps': 1} | gradient_accumulation_steps = 1 (expected: >= 2, or not set)",
                "{'use_ema': true, 'ema_momentum': 1.5} | ema_momentum = 1.5 (expected: 0 to 1)",
                "{'momentum': 2.0} | momentum = 2.0 (expected: 0 to 1)",
                "{'learning_rate': {'class_name': 'CosinDecay', 'config': {}}} | nearest: CosineDecay",
            })
    void refusesByName(String config, String message) {
        assertThatThrownBy(() -> Optimizers.of("SGD", Run.json(config)))
                .isInstanceOfAny(ConfigException.class, IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
