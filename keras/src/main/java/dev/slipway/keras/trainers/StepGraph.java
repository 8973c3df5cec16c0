package dev.slipway.keras.trainers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.losses.Outcome;
import dev.slipway.keras.metrics.Metric;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One step of training or evaluation as one graph: forward pass, loss, metrics; in training also the gradient and the
 * optimizer's updates. State goes in under its name and comes out as {@code next:} and its name.
 */
final class StepGraph {
    static final String LOSS = "loss";

    private final Graph graph;
    private final Ops ops;
    private final CompileOptions compile;
    private final RowSpec rows;
    private final Carried carried;
    private final Map<String, Value> state = new LinkedHashMap<>();
    private final Map<String, Value> next = new LinkedHashMap<>();
    private final Map<String, Metric> metrics = new LinkedHashMap<>();

    private StepGraph(String name, CompileOptions compile, Carried carried, RowSpec rows) {
        this.rows = rows;
        this.carried = carried;
        this.graph = new Graph(name);
        this.ops = new Ops(graph);
        this.compile = compile;
    }

    static StepGraph training(
            Layer network,
            List<TensorSpec> outputs,
            List<Weight> weights,
            Carried carried,
            CompileOptions compile,
            Packing packing,
            RowSpec data) {
        StepGraph step = new StepGraph("training step", compile, carried, data);
        List<Weight> trained = weights.stream().filter(Weight::trainable).toList();
        List<Value> terms = step.forward(network, outputs, weights, data, true);
        new OptimizerStep(step.graph, step.ops, compile.optimizer(), packing, step::declare)
                .append(step.total(terms, Ops::reduceSum), trained, step::current, step.next::put);
        step.finish(terms);
        return step;
    }

    static StepGraph evaluation(
            Layer network,
            List<TensorSpec> outputs,
            List<Weight> weights,
            Carried carried,
            CompileOptions compile,
            RowSpec data) {
        StepGraph step = new StepGraph("evaluation step", compile, carried, data);
        step.finish(step.forward(network, outputs, weights, data, false));
        return step;
    }

    private void finish(List<Value> terms) {
        graph.output(LOSS, total(terms, Ops::reduceMean));
        next.forEach((name, value) -> graph.output(next(name), value));
    }

    Graph graph() {
        return graph;
    }

    /** What the rows consist of. */
    RowSpec rows() {
        return rows;
    }

    /** The metrics by the name under which they are shown. */
    Map<String, Metric> metrics() {
        return metrics;
    }

    /** What this step hands on to the next, be it of training or of evaluation. */
    Carried carried() {
        return carried;
    }

    /** The names of the variables that this step changes. */
    List<String> changed() {
        return List.copyOf(next.keySet());
    }

    /** The names of the variables whose new values must not be written where the old ones are read. */
    List<String> apart() {
        Set<String> inPlace = InPlace.of(graph, state, next);
        return next.keySet().stream().filter(name -> !inPlace.contains(name)).toList();
    }

    /** The names of the variables that this step reads. */
    List<String> state() {
        return List.copyOf(state.keySet());
    }

    static String next(String variable) {
        return "next:" + variable;
    }

    /** Under which names the step takes rows, in the order of {@link RowSpec#all}. */
    static List<String> rowNames(RowSpec rows) {
        List<String> names = new ArrayList<>();
        addNames(names, rows.inputs().size(), StepGraph::input);
        addNames(names, rows.targets().size(), StepGraph::target);
        addNames(names, rows.sampleWeights().size(), StepGraph::sampleWeight);
        return names;
    }

    private static void addNames(List<String> names, int count, IntFunction<String> name) {
        IntStream.range(0, count).mapToObj(name).forEach(names::add);
    }

    private static String input(int index) {
        return "x:" + index;
    }

    private static String target(int index) {
        return "y:" + index;
    }

    private static String sampleWeight(int index) {
        return "weight:" + index;
    }

    static String metricState(String metric, int index) {
        return "metric/" + metric + "/" + index;
    }

    static String slot(SlotKey key) {
        return "optimizer/" + key.weight() + "/" + key.slot();
    }

    private List<Value> forward(
            Layer network, List<TensorSpec> outputs, List<Weight> weights, RowSpec data, boolean training) {
        Stream.concat(weights.stream(), carried.states().stream())
                .forEach(weight -> declare(
                        weight.path(), weight.spec().type(), weight.spec().shape()));
        List<Value> inputs = declareRows(data.inputs(), StepGraph::input);
        List<Value> targets = declareRows(data.targets(), StepGraph::target);
        List<Value> sampleWeights = declareRows(data.sampleWeights(), StepGraph::sampleWeight);
        LayerCall call = LayerCall.judged(ops, inputs, training, compile.version(), this::stateOf);
        List<Value> predictions = network.call(call);
        next.putAll(call.updates());
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            outcomes.add(new Outcome(
                    targets.get(i), predictions.get(i), data.weightsOf(i).map(sampleWeights::get), call.givenMask(i)));
        }
        List<String> names = outputs.stream().map(TensorSpec::name).toList();
        List<Value> terms = new ArrayList<>(judge(names, outcomes));
        terms.addAll(call.losses());
        weights.stream()
                .filter(Weight::trainable)
                .forEach(weight -> weight.spec()
                        .regularizer()
                        .map(penalty -> penalty.penalty(ops, current(weight.path())))
                        .ifPresent(penalty -> terms.add(ops.cast(penalty, DataType.FLOAT))));
        return terms;
    }

    private List<Value> judge(List<String> names, List<Outcome> outcomes) {
        Judgement judgement = new Judgement(ops, compile, names, outcomes, this::declare);
        metrics.putAll(judgement.metrics());
        judgement.updated().forEach((name, after) -> {
            for (int i = 0; i < after.size(); i++) {
                next.put(metricState(name, i), after.get(i));
            }
        });
        return judgement.terms();
    }

    /** How a vector of losses that are not to be reduced becomes a number after all. */
    @FunctionalInterface
    private interface Reducing {
        Value of(Ops ops, Value values, boolean keepDims);
    }

    /** Losses that are not reduced are followed by their sum and shown by their mean. */
    private Value total(List<Value> terms, Reducing reducing) {
        return terms.stream()
                .map(term -> term.shape().rank() == 0 ? term : reducing.of(ops, term, false))
                .reduce(ops::add)
                .orElseThrow(() -> new IllegalArgumentException(
                        "loss: none (expected: a loss for some output, or a layer that adds one)"));
    }

    private List<Value> declareRows(List<TensorSpec> rows, IntFunction<String> names) {
        List<Value> values = new ArrayList<>();
        for (TensorSpec one : rows) {
            Shape shape = one.shape().with(0, carried.batch());
            values.add(graph.input(names.apply(values.size()), one.type(), shape));
        }
        return values;
    }

    private Value declare(String name, DataType type, Shape shape) {
        Value value = graph.input(name, type, shape);
        state.put(name, value);
        return value;
    }

    /** A weight after the forward pass, which may have changed it: that is the one to differentiate by and to update. */
    private Value current(String name) {
        return next.getOrDefault(name, stateOf(name));
    }

    private Value stateOf(String name) {
        Value value = state.get(name);
        if (value == null) {
            throw new IllegalStateException("weight '" + name + "' (expected: one that its layer declares)");
        }
        return value;
    }
}
