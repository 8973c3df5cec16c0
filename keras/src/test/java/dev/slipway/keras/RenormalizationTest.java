package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batch renormalization in training does what its formula says, step by step and computed here in doubles. */
class RenormalizationTest {
    private static final int ROWS = 5;
    private static final double EPSILON = 0.05;
    private static final double RATE = 0.01;

    /** Bounds that hold, that do not, and none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | 0 | 1e9 | 1e9",
                "{\"rmin\": 0.1, \"rmax\": 9, \"dmax\": 9} | 0.1 | 9 | 9",
                "{\"rmin\": 0.7, \"rmax\": 0.8, \"dmax\": 0.01} | 0.7 | 0.8 | 0.01",
                "{\"rmax\": 0.5} | 0 | 0.5 | 1e9"
            })
    void aStepIsThatOfTheFormula(String clipping, double rmin, double rmax, double dmax) {
        Random random = new Random(3);
        Tensor x = TrainedLayer.random(random, 2, Shape.of(ROWS, 1));
        Tensor y = TrainedLayer.random(random, 2, Shape.of(ROWS, 1));
        try (Model model = model("\"renorm\": true, \"renorm_momentum\": 0.8, \"renorm_clipping\": " + clipping)) {
            double m = set(model, "renorm_mean", 0.3);
            double s = set(model, "renorm_stddev", 1.2);
            double gamma = set(model, "gamma", 1.5);
            double beta = set(model, "beta", -0.4);
            double moving = set(model, "moving_stddev", 2);
            set(model, "moving_mean", 0.7);
            double kernel = model.weight("dense/kernel").element(0);
            double[] h = new double[ROWS];
            double mean = 0;
            for (int i = 0; i < ROWS; i++) {
                h[i] = kernel * x.element(i);
                mean += h[i] / ROWS;
            }
            double variance = 0;
            for (double one : h) {
                variance += (one - mean) * (one - mean) / ROWS;
            }
            double deviation = Math.sqrt(variance + EPSILON);
            double r = Math.min(Math.max(deviation / s, rmin), rmax);
            double d = Math.min(Math.max((mean - m) / s, -dmax), dmax);
            double byGamma = 0;
            double byBeta = 0;
            double[] byNormalized = new double[ROWS];
            for (int i = 0; i < ROWS; i++) {
                double corrected = (h[i] - mean) / deviation * r + d;
                double slope = 2 * (gamma * corrected + beta - y.element(i)) / ROWS;
                byGamma += slope * corrected;
                byBeta += slope;
                byNormalized[i] = slope * gamma * r;
            }
            model.fit(x, y, FitOptions.epochs(1).withBatchSize(ROWS).withShuffle(false));
            require(model, "norm/gamma", gamma - RATE * byGamma);
            require(model, "norm/beta", beta - RATE * byBeta);
            require(model, "norm/renorm_mean", 0.8 * m + 0.2 * mean);
            require(model, "norm/renorm_stddev", 0.8 * s + 0.2 * deviation);
            require(model, "norm/moving_mean", 0.9 * 0.7 + 0.1 * mean);
            double moved = 0.9 * moving + 0.1 * deviation;
            require(model, "norm/moving_stddev", moved);
            require(model, "norm/moving_variance", moved * moved - EPSILON);
            require(model, "dense/kernel", kernel - RATE * byKernel(x, h, byNormalized, mean, deviation));
        }
    }

    /** Through the batch's own statistics, r and d being constants. */
    private static double byKernel(Tensor x, double[] h, double[] byNormalized, double mean, double deviation) {
        double sum = 0;
        double product = 0;
        for (int i = 0; i < ROWS; i++) {
            sum += byNormalized[i] / ROWS;
            product += byNormalized[i] * (h[i] - mean) / deviation / ROWS;
        }
        double byKernel = 0;
        for (int i = 0; i < ROWS; i++) {
            double byH = (byNormalized[i] - sum - (h[i] - mean) / deviation * product) / deviation;
            byKernel += byH * x.element(i);
        }
        return byKernel;
    }

    @Test
    void boundsOfOtherNamesAreRefused() {
        assertThatThrownBy(() -> model("\"renorm\": true, \"renorm_clipping\": {\"most\": 3}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "renorm_clipping = {\"most\":3} (expected: numbers by the names rmin, rmax and dmax)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"rmin\": 0.8, \"rmax\": 0.7}", "{\"dmax\": -0.1}"})
    void boundsThatNothingCanKeepAreRefused(String clipping) {
        assertThatThrownBy(() -> model("\"renorm\": true, \"renorm_clipping\": " + clipping))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("renorm_clipping = " + clipping.replace(" ", "")
                        + " (expected: rmin up to rmax, and dmax from 0)");
    }

    private static Model model(String renormalization) {
        String architecture = """
                {"class_name": "Sequential", "keras_version": "3.13.0", "config": {"name": "s", "layers": [
                  {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 1], "dtype": "float32"}},
                  {"class_name": "Dense", "config": {"name": "dense", "units": 1, "use_bias": false}},
                  {"class_name": "BatchNormalization", "config": {"name": "norm", "momentum": 0.9, "epsilon": %s, %s}}]}}""".formatted(EPSILON, renormalization);
        try {
            Model model =
                    Model.fromJson((ObjectNode) new ObjectMapper().readTree(architecture), LayerRegistry.builtIn(), 6);
            model.compile("sgd", "mse");
            return model;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(architecture, e);
        }
    }

    private static double set(Model model, String weight, double value) {
        model.assign("norm/" + weight, Tensor.of(Shape.of(1), (float) value));
        return value;
    }

    private static void require(Model model, String weight, double expected) {
        assertThat(model.weight(weight).element(0)).as(weight).isCloseTo(expected, within(1e-5));
    }
}
