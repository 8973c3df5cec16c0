package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Gradient;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.losses.Loss;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One step of training or evaluation as one graph: forward pass, loss, metrics; in training also the gradient and the
 * optimizer's updates. State goes in under its name and comes out as {@code next:} and its name.
 */
final class StepGraph {
    static final String LOSS = "loss";
    static final String ITERATION = "optimizer/iteration";
    static final String LEARNING_RATE = "optimizer/learning_rate";

    private final Graph graph;
    private final Ops ops;
    private final CompileOptions compile;
    private final Map<String, Value> state = new LinkedHashMap<>();
    private final Map<String, Value> next = new LinkedHashMap<>();
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    private StepGraph(String name, CompileOptions compile) {
        this.graph = new Graph(name);
        this.ops = new Ops(graph);
        this.compile = compile;
    }

    static StepGraph training(
            Layer network, List<TensorSpec> outputs, List<Weight> weights, CompileOptions compile, Dataset data) {
        StepGraph step = new StepGraph("training step", compile);
        List<Weight> trained = weights.stream().filter(Weight::trainable).toList();
        Value total = step.forward(network, outputs, weights, data, true);
        step.optimize(total, trained);
        step.graph.output(LOSS, total);
        step.next.forEach((name, value) -> step.graph.output(next(name), value));
        return step;
    }

    static StepGraph evaluation(
            Layer network, List<TensorSpec> outputs, List<Weight> weights, CompileOptions compile, Dataset data) {
        StepGraph step = new StepGraph("evaluation step", compile);
        step.graph.output(LOSS, step.forward(network, outputs, weights, data, false));
        step.next.forEach((name, value) -> step.graph.output(next(name), value));
        return step;
    }

    Graph graph() {
        return graph;
    }

    /** The metrics by the name under which they are shown. */
    Map<String, Metric> metrics() {
        return metrics;
    }

    /** The names of the variables that this step changes. */
    List<String> changed() {
        return List.copyOf(next.keySet());
    }

    /** The names of the variables that this step reads. */
    List<String> state() {
        return List.copyOf(state.keySet());
    }

    static String next(String variable) {
        return "next:" + variable;
    }

    static String input(int index) {
        return "x:" + index;
    }

    static String target(int index) {
        return "y:" + index;
    }

    static String metricState(String metric, int index) {
        return "metric/" + metric + "/" + index;
    }

    static String slot(SlotKey key) {
        return "optimizer/" + key.weight() + "/" + key.slot();
    }

    private Value forward(
            Layer network, List<TensorSpec> outputs, List<Weight> weights, Dataset data, boolean training) {
        for (Weight weight : weights) {
            declare(weight.path(), weight.spec().type(), weight.spec().shape());
        }
        List<Value> inputs = declareRows(data.inputs(), true);
        List<Value> targets = declareRows(data.targets(), false);
        LayerCall call = LayerCall.root(ops, inputs, training, this::stateOf);
        List<Value> predictions = network.call(call);
        next.putAll(call.updates());
        List<Value> terms = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            Loss loss = compile.losses().get(i);
            terms.add(loss.reduced(ops, targets.get(i), predictions.get(i), Optional.empty()));
            String prefix = predictions.size() == 1 ? "" : outputs.get(i).name() + "_";
            measure(prefix, i, targets.get(i), predictions.get(i));
        }
        for (Weight weight : weights) {
            weight.spec().regularizer().ifPresent(penalty -> terms.add(penalty.penalty(ops, stateOf(weight.path()))));
        }
        return terms.stream().reduce(ops::add).orElseThrow();
    }

    private void measure(String prefix, int output, Value target, Value prediction) {
        for (CompileOptions.MetricChoice choice : compile.metrics().get(output)) {
            Metric metric = choice.resolve(target.shape(), prediction.shape());
            String name = prefix + metric.name();
            if (metrics.put(name, metric) != null) {
                throw new IllegalArgumentException("metric '" + name + "' (expected: each metric once)");
            }
            List<Value> before = new ArrayList<>();
            for (Shape shape : metric.state()) {
                before.add(declare(metricState(name, before.size()), DataType.FLOAT, shape));
            }
            List<Value> after = metric.update(ops, before, target, prediction, Optional.empty());
            for (int i = 0; i < after.size(); i++) {
                next.put(metricState(name, i), after.get(i));
            }
        }
    }

    private void optimize(Value total, List<Weight> trained) {
        Optimizer optimizer = compile.optimizer();
        Value iteration = declare(ITERATION, DataType.INT64, Shape.scalar());
        Value learningRate = declare(LEARNING_RATE, DataType.FLOAT, Shape.scalar());
        List<Value> values = trained.stream().map(w -> stateOf(w.path())).toList();
        List<Value> gradients = Gradient.of(ops, total, values);
        List<List<Value>> slots = new ArrayList<>();
        for (Weight weight : trained) {
            List<Value> own = new ArrayList<>();
            for (SlotKey key : OptimizerState.keysOf(optimizer, weight.path())) {
                own.add(declare(slot(key), weight.spec().type(), weight.spec().shape()));
            }
            slots.add(own);
        }
        List<List<Value>> updated = optimizer.apply(ops, learningRate, iteration, values, gradients, slots);
        for (int i = 0; i < trained.size(); i++) {
            next.put(trained.get(i).path(), updated.get(i).get(0));
            List<SlotKey> keys = OptimizerState.keysOf(optimizer, trained.get(i).path());
            for (int k = 0; k < keys.size(); k++) {
                next.put(slot(keys.get(k)), updated.get(i).get(k + 1));
            }
        }
        next.put(ITERATION, ops.add(iteration, ops.constant(DataType.INT64, 1)));
    }

    private List<Value> declareRows(List<Tensor> tensors, boolean inputs) {
        List<Value> values = new ArrayList<>();
        for (Tensor tensor : tensors) {
            Shape shape = tensor.shape().with(0, Dimension.symbol(InputLayer.BATCH));
            String name = inputs ? input(values.size()) : target(values.size());
            values.add(graph.input(name, tensor.type(), shape));
        }
        return values;
    }

    private Value declare(String name, DataType type, Shape shape) {
        Value value = graph.input(name, type, shape);
        state.put(name, value);
        return value;
    }

    private Value stateOf(String name) {
        Value value = state.get(name);
        if (value == null) {
            throw new IllegalStateException("weight '" + name + "' (expected: one that its layer declares)");
        }
        return value;
    }
}
