package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.trainers.CompileOptions.MetricChoice;
import dev.slipway.keras.trainers.CompileOptions.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The losses and metrics of a step's outputs, under the names that Keras shows them by.
 *
 * <p>Source: {@code CompileLoss} and {@code CompileMetrics} of {@code keras.src.trainers.compile_utils} of Keras 3.9 and 3.15.
 */
final class Judgement {
    private final Ops ops;
    private final List<Output> outputs;
    private final List<String> names;
    private final List<Outcome> outcomes;
    private final List<Value> terms = new ArrayList<>();
    private final Map<String, Metric> metrics = new LinkedHashMap<>();
    private final Map<String, List<Value>> updated = new LinkedHashMap<>();
    private final Map<String, Integer> counts = new LinkedHashMap<>();
    private final State state;
    private final boolean masksMetrics;

    /** Declares a variable of a step. */
    @FunctionalInterface
    interface State {
        Value declare(String name, DataType type, Shape shape);
    }

    Judgement(Ops ops, CompileOptions compile, List<String> names, List<Outcome> outcomes, State state) {
        this.ops = ops;
        this.outputs = compile.outputs();
        this.masksMetrics = compile.version().masksMetrics();
        this.names = names;
        this.outcomes = outcomes;
        this.state = state;
        boolean several =
                outputs.stream().filter(output -> output.loss().isPresent()).count() > 1;
        for (int i = 0; i < outputs.size(); i++) {
            addLoss(i, several);
        }
        for (int i = 0; i < outputs.size(); i++) {
            addMetrics(i, outputs.get(i).metrics());
        }
        for (int i = 0; i < outputs.size(); i++) {
            addWeightedMetrics(i, outputs.get(i).weightedMetrics());
        }
    }

    /** What the outputs add to the total: scalars, or vectors of losses that are not to be reduced. */
    List<Value> terms() {
        return terms;
    }

    /** By the name under which they are shown. */
    Map<String, Metric> metrics() {
        return metrics;
    }

    /** The accumulators after the step, by the metric's name. */
    Map<String, List<Value>> updated() {
        return updated;
    }

    private void addLoss(int index, boolean several) {
        Outcome outcome = outcomes.get(index);
        Output output = outputs.get(index);
        output.loss().ifPresent(choice -> {
            Value value = choice.resolve(
                            outcome.target().shape(), outcome.prediction().shape())
                    .reduced(ops, outcome);
            if (several) {
                add(new OutputLoss(names.get(index) + "_loss", value), names.get(index) + "_loss", outcome);
            }
            terms.add(output.lossWeight()
                    .map(weight -> ops.mul(value, ops.like(value, weight)))
                    .orElse(value));
        });
    }

    private void addMetrics(int index, List<MetricChoice> choices) {
        Outcome outcome = outcomes.get(index).unweighted();
        for (MetricChoice choice : choices) {
            Metric metric = resolve(choice, outcome);
            add(metric, counted(prefix(index) + metric.name()), outcome);
        }
    }

    /** A name that a metric has already is prefixed before it is counted. */
    private void addWeightedMetrics(int index, List<MetricChoice> choices) {
        Outcome outcome = outcomes.get(index);
        for (MetricChoice choice : choices) {
            Metric metric = resolve(choice, outcome);
            String name = prefix(index) + metric.name();
            add(
                    metric,
                    counted(counts.containsKey(name) ? prefix(index) + "weighted_" + metric.name() : name),
                    outcome);
        }
    }

    private static Metric resolve(MetricChoice choice, Outcome outcome) {
        Shape target = outcome.target().shape();
        Shape prediction = outcome.prediction().shape();
        return choice.resolve(target, prediction).fitted(target, prediction);
    }

    private String prefix(int index) {
        return outputs.size() == 1 ? "" : names.get(index) + "_";
    }

    /** The second metric of a name is that name with {@code _1}. */
    private String counted(String name) {
        int count = counts.merge(name, 1, Integer::sum) - 1;
        return count == 0 ? name : name + "_" + count;
    }

    private void add(Metric metric, String name, Outcome outcome) {
        if (metrics.put(name, metric) != null) {
            throw new IllegalArgumentException("metric '" + name + "' (expected: each metric once)");
        }
        List<Value> before = new ArrayList<>();
        for (Shape shape : metric.state()) {
            before.add(state.declare(StepGraph.metricState(name, before.size()), DataType.FLOAT, shape));
        }
        boolean isMasked = masksMetrics && metric.isMaskedMean();
        updated.put(name, metric.update(ops, before, isMasked ? outcome.withMaskAsWeight(ops) : outcome));
    }
}
