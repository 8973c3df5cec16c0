package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.losses.Losses;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.runtime.Tensor;
import org.junit.jupiter.api.Test;

/** The losses at the edges of what they are defined on, and the configurations they refuse. */
class LossTest {
    private static final Loss FROM_LOGITS =
            Losses.of("BinaryCrossentropy", Config.json().put("from_logits", true));

    @Test
    void binaryCrossentropyOfLogitsHasItsGradientAtZero() {
        float[] targets = {0, 0.25f, 1, 0, 1};
        float[] logits = {0, 0, 0, 2, -3};
        Tensor gradient =
                Differentiated.of((ops, z) -> mean(ops, z, targets), logits).gradient();
        for (int i = 0; i < logits.length; i++) {
            double expected = (1 / (1 + Math.exp(-logits[i])) - targets[i]) / logits.length;
            assertThat(gradient.element(i)).as("logit %s", logits[i]).isCloseTo(expected, within(1e-7));
        }
    }

    @Test
    void binaryCrossentropyOfLargeLogitsIsFinite() {
        float[] logits = {100, -100, 100, -100};
        Differentiated loss = Differentiated.of((ops, z) -> mean(ops, z, 1, 1, 0, 0), logits);
        assertThat(loss.values().toFloatArray()).containsExactly(50);
        assertThat(loss.gradient().toFloatArray()).containsExactly(new float[] {0, -0.25f, 0.25f, 0}, within(1e-7f));
    }

    @Test
    void refusesReductionsThatItDoesNotKnow() {
        assertThatThrownBy(() -> Losses.of("MeanSquaredError", Config.json().put("reduction", "SUM")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("loss MeanSquaredError: reduction = SUM (expected: one of sum_over_batch_size, mean, sum,"
                        + " mean_with_sample_weight, none)");
    }

    /** Keras builds a loss from every key it finds, and fails on one that its class does not have. */
    @Test
    void writesTheKeysOfKeras() {
        ObjectNode config = Losses.named("sparse_categorical_crossentropy").config();
        assertThat(config.fieldNames())
                .toIterable()
                .containsExactly("name", "reduction", "from_logits", "ignore_class");
    }

    private static Value mean(Ops ops, Value logits, float... targets) {
        Value rows = ops.reshape(logits, Shape.of(targets.length, 1));
        Value target = ops.constant(Constant.of(Shape.of(targets.length, 1), targets));
        return FROM_LOGITS.reduced(ops, Outcome.of(target, rows));
    }
}
