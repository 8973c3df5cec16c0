package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.metrics.Metrics;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each metric against the values that Keras's documentation of it shows, with and without weights, in one batch and in two. */
class MetricValuesTest {
    private static final String PAIRS = "0 1|0 0; 1 1|0 0";
    private static final String GUESSES = "0 1|0 0; .6 .4|.4 .6";
    private static final String CLASSES = "0 1 0|0 0 1; .05 .95 0|.1 .8 .1";
    private static final String RANKED = "0 0 1|0 1 0; .1 .9 .8|.05 .95 0";
    private static final String SCORES = "0|0|0|1|1; 0|.3|.8|.3|.8";
    private static final String FEW = "0|0|1|1; 0|.5|.3|.9";
    private static final String REGIONS = "0|0|1|1; 0|1|0|1";
    /** Some are none of three classes. */
    private static final String STRAY = "0|1|2|3|5|-1|1|2|0|1; 0|1|1|1|2|0|4|-2|7|0";

    private static final String ONE_HOT = "0 0 1|1 0 0|0 1 0|1 0 0; .2 .3 .5|.1 .2 .7|.5 .3 .1|.1 .4 .5";
    private static final String LABELS = "1 1 1|1 0 0|1 1 0; .2 .6 .7|.2 .6 .6|.6 .8 0";
    private static final String SERIES = "0 1 .5|1 1 .2; .1 .9 .5|1 .9 .2";

    /** Class, configuration, targets and predictions, the value; then weights and the value with them. */
    private record Case(String name, String config, String data, String value, String weights, String weighted) {
        @Override
        public String toString() {
            return name + " " + config;
        }
    }

    private static Case of(String name, String config, String data, String value, String weights, String weighted) {
        return new Case(name, config, data, value, weights, weighted);
    }

    static Stream<Case> cases() {
        return Stream.of(
                of("Accuracy", "", "1|2|3|4; 0|2|3|4", ".75", "1 1 0 0", ".5"),
                of("BinaryAccuracy", "", "1|1|0|0; .98|1|0|.6", ".75", "1 0 0 1", ".5"),
                of("CategoricalAccuracy", "", RANKED, ".5", ".7 .3", ".3"),
                of("SparseCategoricalAccuracy", "", "2|1; .1 .6 .3|.05 .95 0", ".5", ".7 .3", ".3"),
                of("TopKCategoricalAccuracy", "'k': 1", RANKED, ".5", ".7 .3", ".3"),
                of("TopKCategoricalAccuracy", "'k': 2", RANKED, "1", ".7 .3", "1"),
                of("SparseTopKCategoricalAccuracy", "'k': 1", "2|1; .1 .9 .8|.05 .95 0", ".5", ".7 .3", ".3"),
                of("Precision", "", "0|1|1|1; 1|0|1|1", ".6666667", "0 0 1 0", "1"),
                of("Recall", "", "0|1|1|1; 1|0|1|1", ".6666667", "0 0 1 0", "1"),
                of("TruePositives", "", "0|1|1|1; 1|0|1|1", "2", "0 0 1 0", "1"),
                of("TrueNegatives", "", "0|1|0|0; 1|1|0|0", "2", "0 0 1 0", "1"),
                of("FalsePositives", "", "0|1|0|0; 0|0|1|1", "2", "0 0 1 0", "1"),
                of("FalseNegatives", "", "0|1|1|1; 0|1|0|0", "2", "0 0 1 0", "1"),
                of("SensitivityAtSpecificity", "'specificity': .5", SCORES, ".5", "1 1 2 2 1", ".333333"),
                of("SpecificityAtSensitivity", "'sensitivity': .5", SCORES, ".6666667", "1 1 2 2 2", ".5"),
                of("PrecisionAtRecall", "'recall': .5", SCORES, ".5", "2 2 2 1 1", ".3333333"),
                of("RecallAtPrecision", "'precision': .8", FEW, ".5", "1 0 0 1", "1"),
                of("AUC", "'num_thresholds': 3", FEW, ".75", "1 0 0 1", "1"),
                of("AUC", "'thresholds': [.5]", FEW, ".75", "1 0 0 1", "1"),
                of("AUC", "'thresholds': [.5], 'summation_method': 'majoring'", FEW, "1", "1 2 3 4", "1"),
                of("AUC", "'thresholds': [.5], 'summation_method': 'minoring'", FEW, ".5", "1 2 3 4", ".5714286"),
                of("AUC", "'num_thresholds': 3, 'curve': 'PR'", FEW, ".8206994", "1 2 3 4", ".9166129"),
                of(
                        "AUC",
                        "'num_thresholds': 3, 'curve': 'PR', 'summation_method': 'minoring'",
                        FEW,
                        ".25",
                        "1 2 3 4",
                        ".3"),
                of("FBetaScore", "'beta': 2.0, 'threshold': .5", LABELS, ".3846154 .9090909 .8333334", "", ""),
                of("F1Score", "'threshold': .5", LABELS, ".5 .8 .6666667", "", ""),
                of("F1Score", "'threshold': .5, 'average': 'macro'", LABELS, ".6555556", "", ""),
                of("F1Score", "'threshold': .5, 'average': 'micro'", LABELS, ".6666667", "", ""),
                of("F1Score", "'threshold': .5, 'average': 'weighted'", LABELS, ".6277778", "", ""),
                of("F1Score", "'average': 'micro'", ONE_HOT, ".25", "4 1 1 1", ".5714286"),
                of(
                        "IoU",
                        "'num_classes': 2, 'target_class_ids': [0], 'dtype': 'float32'",
                        REGIONS,
                        ".3333333",
                        ".3 .3 .3 .1",
                        ".3333333"),
                of(
                        "IoU",
                        "'num_classes': 3, 'target_class_ids': [0, 1], 'ignore_class': 2",
                        "2|0|1|1; 0|0|0|1",
                        ".5",
                        "",
                        ""),
                of(
                        "BinaryIoU",
                        "'threshold': .3, 'dtype': 'float32'",
                        "0|1|0|1; .1|.2|.4|.7",
                        ".3333333",
                        ".2 .3 .4 .1",
                        ".1736111"),
                of("MeanIoU", "'num_classes': 3", STRAY, ".2777778", "", ""),
                of("MeanIoU", "'num_classes': 3, 'ignore_class': 0", STRAY, ".1111111", "", ""),
                of("MeanIoU", "'num_classes': 2, 'dtype': 'float32'", REGIONS, ".3333333", ".3 .3 .3 .1", ".2380952"),
                of(
                        "OneHotIoU",
                        "'num_classes': 3, 'target_class_ids': [0, 2], 'dtype': 'float32'",
                        ONE_HOT,
                        ".1666667",
                        ".1 .2 .3 .4",
                        ".0714286"),
                of(
                        "OneHotMeanIoU",
                        "'num_classes': 3, 'dtype': 'float32'",
                        ONE_HOT,
                        ".1111111",
                        ".1 .2 .3 .4",
                        ".0476190"),
                of("R2Score", "", "1|4|3; 2|4|4", ".5714286", "1 1 1", ".5714286"),
                of("R2Score", "'num_regressors': 1", "1|4|3; 2|4|4", ".1428571", "2 2 2", ".1428571"),
                of("R2Score", "'class_aggregation': null", "1 0|4 2|3 4; 2 1|4 2|4 3", ".5714286 .75", "", ""),
                of(
                        "R2Score",
                        "'class_aggregation': 'variance_weighted_average'",
                        "1 0|4 2|3 4; 2 1|4 2|4 3",
                        ".6842105",
                        "",
                        ""),
                of("CosineSimilarity", "'axis': 1", "0 1|1 1; 1 0|1 1", ".5", ".3 .7", ".7"),
                of("LogCoshError", "", PAIRS, ".1084452", "1 0", ".2168904"),
                of("PearsonCorrelation", "", SERIES, ".9966996", "1 0", "1"),
                of("ConcordanceCorrelation", "", SERIES, ".9816320", "1 0", ".9756098"),
                of("MeanSquaredError", "", PAIRS, ".25", "1 0", ".5"),
                of("RootMeanSquaredError", "", PAIRS, ".5", "1 0", ".7071068"),
                of("MeanAbsoluteError", "", PAIRS, ".25", "1 0", ".5"),
                of("MeanAbsolutePercentageError", "", PAIRS, "250000000", "1 0", "500000000"),
                of("MeanSquaredLogarithmicError", "", PAIRS, ".1201132", "1 0", ".2402264"),
                of("KLDivergence", "", GUESSES, ".4581431", "1 0", ".9162892"),
                of("Poisson", "", PAIRS, ".5", "1 0", "1"),
                of("BinaryCrossentropy", "", GUESSES, ".8149242", "1 0", ".9162905"),
                of("CategoricalCrossentropy", "", CLASSES, "1.1769392", ".3 .7", "1.6271976"),
                of("SparseCategoricalCrossentropy", "", "1|2; .05 .95 0|.1 .8 .1", "1.1769392", ".3 .7", "1.6271976"),
                of("Hinge", "", GUESSES, "1.3", "1 0", "1.1"),
                of("SquaredHinge", "", GUESSES, "1.86", "1 0", "1.46"),
                of("CategoricalHinge", "", GUESSES, "1.4", "1 0", "1.2"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheValueThatKerasShows(Case tried) {
        assertThat(run(tried.name, tried.config, tried.data, "", 1)).containsExactly(numbers(tried.value), near(tried));
        assertThat(run(tried.name, tried.config, tried.data, "", 2)).containsExactly(numbers(tried.value), near(tried));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void weightsCount(Case tried) {
        if (!tried.weights.isEmpty()) {
            assertThat(run(tried.name, tried.config, tried.data, tried.weights, 2))
                    .containsExactly(numbers(tried.weighted), near(tried));
        }
    }

    private static Offset<Double> near(Case tried) {
        return within(1e-6 * Math.max(1, numbers(tried.value)[0]));
    }

    @Test
    void allMetricsAreTried() {
        TreeSet<String> tried = cases().map(Case::name).collect(Collectors.toCollection(TreeSet::new));
        assertThat(tried).containsExactlyElementsOf(Metrics.classNames());
    }

    /** Evenly spaced thresholds go through buckets, single ones through comparisons; predictions lie on thresholds, too. */
    @ParameterizedTest
    @CsvSource({"Precision", "Recall", "TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives"})
    void evenThresholdsCountAsSingleOnes(String name) {
        String data = "0 1|1 0|1 1|0 0; 0 .25|.5 .1|1 .75|.6 .3";
        double[] together = run(name, "'thresholds': [0, .25, .5, .75, 1]", data, "1 2 .5 3", 2);
        for (int i = 0; i < together.length; i++) {
            double[] alone = run(name, "'thresholds': " + i / 4.0, data, "1 2 .5 3", 1);
            assertThat(together[i]).as("threshold %s", i / 4.0).isCloseTo(alone[0], within(1e-6));
        }
    }

    @Test
    void countsOneClassOrTheLargest() {
        String data = "0 1 0|1 0 0; .2 .6 .7|.1 .5 .4";
        assertThat(run("Precision", "'class_id': 1, 'thresholds': .3", data, "", 1))
                .containsExactly(each(.5), within(1e-6));
        assertThat(run("Precision", "'top_k': 1", data, "", 1)).containsExactly(0);
        assertThat(run("Recall", "'top_k': 2", data, "", 1)).containsExactly(each(.5), within(1e-6));
        assertThat(run("Precision", "'top_k': 2, 'class_id': 1", data, "", 1)).containsExactly(each(.5), within(1e-6));
    }

    @Test
    void averagesTheCurvesOfLabels() {
        String first = "0|0|1|1; 0|.5|.3|.9";
        String second = "1|0|1|0; .05|.4|.7|.1";
        String both = "0 1|0 0|1 1|1 0; 0 .05|.5 .4|.3 .7|.9 .1";
        double a = run("AUC", "", first, "", 1)[0];
        double b = run("AUC", "", second, "", 1)[0];
        assertThat(a).isNotEqualTo(b);
        assertThat(run("AUC", "'multi_label': true, 'num_labels': 2", both, "", 2))
                .containsExactly(each((a + b) / 2), within(1e-6));
        assertThat(run("AUC", "'multi_label': true, 'label_weights': [1, 3]", both, "", 2))
                .containsExactly(each((a + 3 * b) / 4), within(1e-6));
        assertThat(run("AUC", "'label_weights': [1, 0]", both, "", 2)).containsExactly(each(a), within(1e-6));
    }

    @Test
    void takesLogits() {
        String logits = "0|0|1|1; -2|0|-1|3";
        String probabilities = "0|0|1|1; .1192029|.5|.2689414|.9525741";
        assertThat(run("AUC", "'from_logits': true, 'num_thresholds': 7", logits, "", 1))
                .containsExactly(run("AUC", "'num_thresholds': 7", probabilities, "", 1), within(1e-6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "AUC# 'curve': 'ROCK'# metric AUC: curve = ROCK (expected: one of ROC, PR)",
                "AUC# 'num_thresholds': 1# metric AUC: num_thresholds = 1 (expected: a whole number > 1)",
                "Precision# 'thresholds': [.5, 2]# metric Precision: thresholds = 2.0 (expected: numbers in [0, 1])",
                "PrecisionAtRecall# 'k': 1# metric PrecisionAtRecall: recall = nothing (expected: a number in [0, 1])",
                "F1Score# 'average': 'some'# metric F1Score: average = some (expected: null, micro, macro or weighted)",
                "IoU# 'num_classes': 2# metric IoU: target_class_ids = nothing (expected: a list of classes)",
                "Hinge# 'dtype': 'float16'# metric Hinge: dtype = float16 (expected: float32)",
                "Hinge# 'axes': 1# metric Hinge: axes = 1 (expected: a key that is supported; nearest: axis)",
            })
    void refusesWhatItDoesNotKnow(String name, String config, String message) {
        assertThatThrownBy(() -> Metrics.of(name, json(config))).hasMessage(message);
    }

    @Test
    void readsAFunctionWithItsArguments() {
        ObjectNode config = json("'name': 'top', 'dtype': 'float32', 'k': 1,"
                + " 'fn': {'class_name': 'function', 'config': 'top_k_categorical_accuracy'}");
        Metric metric = Metrics.of("MeanMetricWrapper", config);
        assertThat(metric.name()).isEqualTo("top");
        assertThat(run(metric, RANKED, "", 1)).containsExactly(.5);
        Metric huber = Metrics.of("MeanMetricWrapper", json("'name': 'h', 'delta': 2.0, 'fn': 'huber'"));
        assertThat(run(huber, "0|0; 4|0", "", 1)).containsExactly(3);
    }

    private static double[] run(String name, String config, String data, String weights, int batches) {
        return run(Metrics.of(name, json(config)), data, weights, batches);
    }

    private static double[] run(Metric metric, String data, String weights, int batches) {
        Tensor target = matrix(data.split(";")[0]);
        Tensor prediction = matrix(data.split(";")[1]);
        Metric fitted = metric.fitted(target.shape(), prediction.shape());
        List<Tensor> state = new ArrayList<>();
        fitted.state().forEach(shape -> state.add(Tensor.zeros(DataType.FLOAT, shape)));
        int rows = (int) target.shape().size(0);
        int first = batches == 1 ? rows : rows / 2;
        for (int from = 0, to = first; from < rows; from = to, to = rows) {
            Optional<Tensor> some = weights.isEmpty()
                    ? Optional.empty()
                    : Optional.of(vector(weights).rows(from, to));
            List<Tensor> next = step(fitted, state, target.rows(from, to), prediction.rows(from, to), some);
            state.clear();
            state.addAll(next);
        }
        return fitted.result(state);
    }

    private static List<Tensor> step(
            Metric metric, List<Tensor> state, Tensor target, Tensor prediction, Optional<Tensor> weights) {
        Graph graph = new Graph("metric");
        Ops ops = new Ops(graph);
        Map<String, Tensor> feeds = new HashMap<>();
        Value t = input(graph, feeds, "t", target);
        Value p = input(graph, feeds, "p", prediction);
        Optional<Value> w = weights.map(some -> input(graph, feeds, "w", some));
        List<Value> before = new ArrayList<>();
        for (Tensor tensor : state) {
            before.add(input(graph, feeds, "s" + before.size(), tensor));
        }
        List<Value> after = metric.update(ops, before, new Outcome(t, p, w, Optional.empty()));
        for (int i = 0; i < after.size(); i++) {
            graph.output("r" + i, after.get(i));
        }
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            Map<String, Tensor> results = compiled.run(feeds);
            List<Tensor> next = new ArrayList<>();
            for (int i = 0; i < after.size(); i++) {
                Tensor result = Objects.requireNonNull(results.get("r" + i));
                assertThat(result.shape()).isEqualTo(state.get(i).shape());
                next.add(result);
            }
            return next;
        }
    }

    private static Value input(Graph graph, Map<String, Tensor> feeds, String name, Tensor tensor) {
        feeds.put(name, tensor);
        return graph.input(name, tensor.type(), tensor.shape());
    }

    /** Rows are parted by bars, numbers by spaces. */
    private static Tensor matrix(String text) {
        String[] rows = text.trim().split("\\|");
        double[][] numbers = Arrays.stream(rows).map(MetricValuesTest::numbers).toArray(double[][]::new);
        float[] flat = new float[rows.length * numbers[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) numbers[i / numbers[0].length][i % numbers[0].length];
        }
        return Tensor.of(Shape.of(rows.length, numbers[0].length), flat);
    }

    private static Tensor vector(String text) {
        Tensor matrix = matrix(text);
        return matrix.reshaped(Shape.of(matrix.shape().elementCount()));
    }

    private static double[] each(double... numbers) {
        return numbers;
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.trim().split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static ObjectNode json(String text) {
        String strict = text.replace('\'', '"').replace(" .", " 0.").replace("[.", "[0.");
        try {
            return (ObjectNode) new ObjectMapper().readTree("{" + strict + "}");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
