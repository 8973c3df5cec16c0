package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Masking;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import dev.slipway.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much rows, time steps and classes count in losses and metrics. All models here give 1 for every 1. */
class SampleWeightTest {
    private static final Offset<Double> NEAR = within(1e-6);

    private static Dense ones() {
        return Dense.builder(1)
                .kernelInitializer(Initializers.named("ones"))
                .useBias(false)
                .build();
    }

    private static Dataset rows(float... targets) {
        float[] inputs = new float[targets.length];
        Arrays.fill(inputs, 1);
        Shape shape = Shape.of(targets.length, 1);
        return new Dataset(List.of(Tensor.of(shape, inputs)), List.of(Tensor.of(shape, targets)));
    }

    private static Tensor weights(float... weights) {
        return Tensor.of(Shape.of(weights.length), weights);
    }

    private static ObjectNode compile(String reduction) {
        ObjectNode config = Config.json().put("optimizer", "sgd");
        ObjectNode loss = config.putObject("loss").put("class_name", "MeanSquaredError");
        loss.putObject("config").put("reduction", reduction);
        config.putArray("metrics").add("mae");
        config.putArray("weighted_metrics").add("mae").add("mse");
        return config;
    }

    /** Errors 1, 2, 3 with weights 1, 0, 0.5. */
    @ParameterizedTest
    @CsvSource({
        "sum_over_batch_size, 1.8333333",
        "mean, 1.8333333",
        "sum, 5.5",
        "mean_with_sample_weight, 3.6666667",
        "none, 1.8333333",
    })
    void weighsRowsAsTheReductionSays(String reduction, double loss) {
        try (Model model = Model.sequential(InputLayer.of(1), ones())) {
            model.compile(compile(reduction));
            Map<String, Double> found = model.evaluate(rows(2, 3, 4).withSampleWeights(weights(1, 0, 0.5f)), 3);
            assertThat(found.keySet()).containsExactly("loss", "mae", "mse", "weighted_mae");
            assertThat(found.get("loss")).isCloseTo(loss, NEAR);
            assertThat(found.get("mae")).isCloseTo(2, NEAR);
            assertThat(found.get("weighted_mae")).isCloseTo(2.5 / 1.5, NEAR);
            assertThat(found.get("mse")).isCloseTo(5.5 / 1.5, NEAR);
        }
    }

    /** The gradient of a loss that is not reduced is that of the sum. */
    @ParameterizedTest
    @CsvSource({"sum_over_batch_size, -0.03", "sum, -0.06", "none, -0.06", "mean_with_sample_weight, -0.02"})
    void stepsFollowTheWeightedLoss(String reduction, double change) {
        try (Model model = Model.sequential(InputLayer.of(1), ones())) {
            model.compile(compile(reduction));
            Dataset data = rows(2, 2).withSampleWeights(weights(0, 3));
            model.fit(data, FitOptions.epochs(1));
            double kernel = model.weight("dense/kernel").element(0);
            assertThat(1 - kernel).isCloseTo(change, NEAR);
        }
    }

    /** Keras's rule for batches of unequal size: each counts by its rows. */
    @Test
    void averagesBatchesByTheirRows() {
        try (Model model = Model.sequential(InputLayer.of(1), ones())) {
            model.compile("sgd", "mse");
            Dataset data = rows(2, 2, 4).withSampleWeights(weights(1, 1, 1));
            assertThat(model.evaluate(data, 2).get("loss")).isCloseTo((2 * 1 + 9) / 3.0, NEAR);
        }
    }

    @Test
    void weighsRowsAndTimeStepsOfSequences() {
        try (Model model = Model.sequential(InputLayer.of(2, 1), ones())) {
            model.compile(compile("sum_over_batch_size"));
            Tensor x = Tensor.of(Shape.of(2, 2, 1), 1f, 1f, 1f, 1f);
            Tensor y = Tensor.of(Shape.of(2, 2, 1), 2f, 3f, 4f, 5f);
            Dataset data = new Dataset(List.of(x), List.of(y));
            Map<String, Double> rows = model.evaluate(data.withSampleWeights(weights(2, 0)), 2);
            assertThat(rows.get("loss")).isCloseTo((2 * 1 + 2 * 4) / 4.0, NEAR);
            assertThat(rows.get("weighted_mae")).isCloseTo((1 + 2) / 2.0, NEAR);
            Tensor steps = Tensor.of(Shape.of(2, 2), 1, 0, 0, 3);
            Map<String, Double> found = model.evaluate(data.withSampleWeights(steps), 2);
            assertThat(found.get("loss")).isCloseTo((1 + 3 * 16) / 4.0, NEAR);
            assertThat(found.get("weighted_mae")).isCloseTo((1 + 3 * 4) / 4.0, NEAR);
        }
    }

    /** Loss and metrics are means of the time steps that are there. */
    @Test
    void leavesMaskedTimeStepsOut() {
        try (Model model = Model.sequential(InputLayer.of(2, 1), Masking.of(0), ones())) {
            model.compile(compile("sum_over_batch_size"));
            Tensor x = Tensor.of(Shape.of(2, 2, 1), 1f, 0f, 1f, 1f);
            Tensor y = Tensor.of(Shape.of(2, 2, 1), 2f, 9f, 4f, 5f);
            Dataset data = new Dataset(List.of(x), List.of(y));
            Map<String, Double> found = model.evaluate(data, 2);
            assertThat(found.get("loss")).isCloseTo((1 + 9 + 16) / 3.0, NEAR);
            assertThat(found.get("mae")).isCloseTo((1 + 3 + 4) / 3.0, NEAR);
            assertThat(found.get("weighted_mae")).isCloseTo((1 + 3 + 4) / 3.0, NEAR);
            Map<String, Double> weighted = model.evaluate(data.withSampleWeights(weights(1, 2)), 2);
            assertThat(weighted.get("loss")).isCloseTo((1 + 2 * 9 + 2 * 16) / 3.0, NEAR);
            assertThat(weighted.get("mae")).isCloseTo((1 + 3 + 4) / 3.0, NEAR);
            assertThat(weighted.get("weighted_mae")).isCloseTo((1 + 2 * 3 + 2 * 4) / 5.0, NEAR);
        }
    }

    @Test
    void weighsClassesInTrainingOnly() {
        try (Model model = Model.sequential(InputLayer.of(1), ones())) {
            model.compile(compile("sum_over_batch_size"));
            Dataset data = rows(0, 1, 2, 0);
            History history = model.fit(
                    data,
                    FitOptions.epochs(1)
                            .withShuffle(false)
                            .withValidationSplit(0.25)
                            .withClassWeight(Map.of(0, 3.0, 2, 0.5)));
            assertThat(history.get("loss").get(0)).isCloseTo((3 * 1 + 0 + 0.5 * 1) / 3, NEAR);
            assertThat(history.get("weighted_mae").get(0)).isCloseTo((3 + 0.5) / 4.5, NEAR);
            double after = model.weight("dense/kernel").element(0);
            assertThat(history.get("val_loss").get(0)).isCloseTo(after * after, NEAR);
        }
    }

    @Test
    void weighsTheRowsOfAValidationSplitToo() {
        try (Model model = Model.sequential(InputLayer.of(1), ones())) {
            model.compile(compile("sum"));
            Dataset data = rows(1, 1, 3, 2).withSampleWeights(weights(1, 1, 0, 2));
            History history =
                    model.fit(data, FitOptions.epochs(1).withShuffle(false).withValidationSplit(0.5));
            assertThat(history.get("val_loss").get(0)).isCloseTo(2, NEAR);
            assertThat(history.get("val_mae").get(0)).isCloseTo(1.5, NEAR);
            assertThat(history.get("val_weighted_mae").get(0)).isCloseTo(1, NEAR);
        }
    }

    @Test
    void givesEachOutputItsLossWeightsAndMetrics() {
        KerasTensor input = InputLayer.input("x", 1);
        try (Model model = Model.functional(List.of(input), List.of(ones().apply(input), ones().apply(input)))) {
            ObjectNode config = Config.json().put("optimizer", "sgd");
            config.putObject("loss").put("dense_1", "mae").put("dense", "mse");
            config.putObject("loss_weights").put("dense_1", 10).put("dense", 1);
            config.putObject("weighted_metrics").put("dense", "mae");
            model.compile(config);
            Dataset data = rows(3, 4);
            Dataset both = new Dataset(
                    data.inputs(), List.of(data.targets().get(0), data.targets().get(0)));
            Map<String, Double> found = model.evaluate(both.withSampleWeights(weights(1, 0), weights(0, 1)), 2);
            assertThat(found.keySet()).containsExactly("dense_1_loss", "dense_loss", "dense_mae", "loss");
            assertThat(found.get("dense_loss")).isCloseTo(2, NEAR);
            assertThat(found.get("dense_1_loss")).isCloseTo(1.5, NEAR);
            assertThat(found.get("dense_mae")).isCloseTo(2, NEAR);
            assertThat(found.get("loss")).isCloseTo(2 + 10 * 1.5, NEAR);
            assertThat(model.evaluate(both.withSampleWeights(weights(1, 0)), 2).get("dense_1_loss"))
                    .isCloseTo(1, NEAR);
        }
    }

    /** Keras shows the losses of outputs only if there are several. */
    @Test
    void anOutputMayHaveNoLoss() {
        KerasTensor input = InputLayer.input("x", 1);
        try (Model model = Model.functional(List.of(input), List.of(ones().apply(input), ones().apply(input)))) {
            ObjectNode config = Config.json().put("optimizer", "sgd");
            config.putArray("loss").addNull().add("mae");
            config.putArray("metrics").add("mae").addNull();
            model.compile(config);
            Dataset data = rows(3, 4);
            Dataset both = new Dataset(
                    data.inputs(), List.of(data.targets().get(0), data.targets().get(0)));
            assertThat(model.evaluate(both, 2))
                    .containsOnlyKeys("loss", "dense_mae")
                    .containsEntry("loss", 2.5);
        }
    }

    @Test
    void refusesWeightsThatDoNotFit() {
        Dataset data = rows(1, 2);
        assertThatThrownBy(() -> data.withSampleWeights(weights(1, 2, 3)))
                .hasMessage("data: 3 rows (expected: 2, as in the first input)");
        assertThatThrownBy(() -> data.withSampleWeights(weights(1, 2), weights(1, 2)))
                .hasMessage("sample weights: 2 tensors (expected: none, one, or one for each of 1 targets)");
        try (Model model = Model.sequential(InputLayer.of(1), ones())) {
            model.compile("sgd", "mse");
            Tensor steps = Tensor.of(Shape.of(2, 5), new float[10]);
            assertThatThrownBy(() -> model.evaluate(data.withSampleWeights(steps), 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sample weights or mask of shape [batch, 5] (expected: [batch], or as many"
                            + " axes as what they weigh, [batch])");
            assertThatThrownBy(() -> model.fit(
                            data.withSampleWeights(weights(1, 2)),
                            FitOptions.epochs(1).withClassWeight(Map.of(1, 2.0))))
                    .hasMessage("class_weight: {1=2.0} (expected: none, as there are sample weights); multiply the"
                            + " sample weights instead");
        }
    }
}
