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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** The mean is that of the rows that count; a class that is ignored may be out of range. */
    @Test
    void ignoresAClass() {
        Loss loss = Losses.of("SparseCategoricalCrossentropy", Config.json().put("ignore_class", -1));
        float[] predictions = {0.5f, 0.5f, 0.25f, 0.75f, 0.1f, 0.9f};
        Differentiated found = Differentiated.of(
                (ops, x) -> loss.reduced(
                        ops,
                        Outcome.of(ops.constant(Constant.of(Shape.of(3), 0, -1, 1)), ops.reshape(x, Shape.of(3, 2)))),
                predictions);
        assertThat(found.values().element(0)).isCloseTo(-(Math.log(0.5) + Math.log(0.9)) / 2, within(1e-6));
        assertThat(found.gradient().element(2)).isZero();
        assertThat(loss.config().path("ignore_class").asInt()).isEqualTo(-1);
        Tensor targets = Tensor.of(Shape.of(3), 0f, -1f, -2f);
        assertThatThrownBy(() -> loss.requireTargets("out", targets, Shape.of(3, 2)))
                .hasMessage("target of 'out', row 2: -2 (expected: a class, a whole number in [0, 2))");
    }

    @Test
    void cosineOfNothingIsZeroAndFlat() {
        Differentiated found = Differentiated.of(
                (ops, x) -> Losses.named("cosine_similarity")
                        .rows(ops, ops.constant(Constant.of(Shape.of(1, 2), 1, 1)), ops.reshape(x, Shape.of(1, 2))),
                0,
                0);
        assertThat(found.values().element(0)).isZero();
        assertThat(found.gradient().toFloatArray()).doesNotContain(Float.NaN);
    }

    /** Along another axis than the last: vectors lie in columns. */
    @ParameterizedTest
    @CsvSource({
        "CosineSimilarity, false",
        "CategoricalCrossentropy, false",
        "CategoricalFocalCrossentropy, false",
        "BinaryCrossentropy, false",
        "BinaryFocalCrossentropy, false",
        "SparseCategoricalCrossentropy, true",
    })
    void takesAnAxis(String className, boolean classes) {
        ObjectNode along = Config.json().put("axis", 1);
        float[] predictions = {0.2f, 0.5f, 0.1f, 0.7f, 0.8f, 0.5f, 0.9f, 0.3f};
        Tensor moved = Differentiated.of(
                        (ops, x) -> {
                            Value prediction = ops.reshape(x, Shape.of(2, 2, 2));
                            Value target = classes
                                    ? ops.constant(Constant.of(Shape.of(2, 2), 0, 1, 1, 0))
                                    : ops.constant(Constant.of(Shape.of(2, 2, 2), 1, 0, 0, 1, 0, 1, 1, 0));
                            return Losses.of(className, along).rows(ops, target, prediction);
                        },
                        predictions)
                .values();
        Tensor last = Differentiated.of(
                        (ops, x) -> {
                            Value prediction = ops.transposeLast(ops.reshape(x, Shape.of(2, 2, 2)));
                            Value target = classes
                                    ? ops.constant(Constant.of(Shape.of(2, 2), 0, 1, 1, 0))
                                    : ops.constant(Constant.of(Shape.of(2, 2, 2), 1, 0, 0, 1, 0, 1, 1, 0));
                            Value turned = classes ? target : ops.transposeLast(target);
                            return Losses.of(className, Config.json()).rows(ops, turned, prediction);
                        },
                        predictions)
                .values();
        assertThat(moved.toFloatArray()).containsExactly(last.toFloatArray(), within(1e-6f));
    }

    @Test
    void readsAFunctionWithItsArguments() {
        ObjectNode config = Config.json().put("name", "mine").put("delta", 3.0).put("fn", "huber");
        Loss loss = Losses.of("LossFunctionWrapper", config);
        assertThat(loss.className()).isEqualTo("Huber");
        assertThat(loss.config().path("delta").asDouble()).isEqualTo(3);
    }

    @Test
    void choosesTheCrossentropyByShapes() {
        assertThat(Losses.named("crossentropy", Shape.of(4, 1), Shape.of(4, 1)).className())
                .isEqualTo("BinaryCrossentropy");
        assertThat(Losses.named("ce", Shape.of(4), Shape.of(4, 3)).className())
                .isEqualTo("SparseCategoricalCrossentropy");
        assertThat(Losses.named("ce", Shape.of(4, 3), Shape.of(4, 3)).className())
                .isEqualTo("CategoricalCrossentropy");
    }

    private static Value mean(Ops ops, Value logits, float... targets) {
        Value rows = ops.reshape(logits, Shape.of(targets.length, 1));
        Value target = ops.constant(Constant.of(Shape.of(targets.length, 1), targets));
        return FROM_LOGITS.reduced(ops, Outcome.of(target, rows));
    }
}
