package dev.slipway.runtime;

import dev.slipway.graph.Graph;
import dev.slipway.graph.Node;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A graph with nodes on the host: these, and the parts of the graph before, between and behind them, in turn. Values go
 * from one to the next under their names in the graph.
 */
final class Program extends Computation {
    /** ONNX wants the outputs of a part to have other names than the values they give. */
    private static final String OUTPUT = "output:";

    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final Map<String, String> outputValues = new LinkedHashMap<>();
    private final List<Stage> stages = new ArrayList<>();
    private final List<CompiledGraph> parts = new ArrayList<>();
    private final Lifetime lifetime = new Lifetime("program", this::free);
    private volatile List<Tensor> owned = List.of();

    /** Adds what it computes to the values known so far. */
    @FunctionalInterface
    private interface Stage {
        void run(Map<String, Tensor> known);
    }

    private Program(Graph graph) {
        this.inputs = TensorSpec.inputsOf(graph);
        this.outputs = graph.outputs().entrySet().stream()
                .map(output -> new TensorSpec(
                        output.getKey(),
                        output.getValue().type(),
                        output.getValue().shape()))
                .toList();
        graph.outputs().forEach((name, value) -> outputValues.put(name, value.name()));
    }

    /** Cuts a graph at its nodes on the host and compiles the parts; closed by the caller. */
    static Program compile(Graph graph, Map<String, Tensor> parameters, EngineOptions options) {
        Program program = new Program(graph);
        try {
            Set<Value> given = new LinkedHashSet<>(graph.inputs());
            for (Node node : graph.hostNodes()) {
                program.addPart(graph, node.uses(), given, parameters, options);
                program.stages.add(known -> known.put(node.output().name(), apply(node, known)));
                given.add(node.output());
            }
            program.addPart(graph, graph.outputs().values(), given, parameters, options);
            return program;
        } catch (RuntimeException | Error e) {
            program.close();
            throw e;
        }
    }

    private void addPart(
            Graph graph,
            Collection<Value> wanted,
            Set<Value> given,
            Map<String, Tensor> parameters,
            EngineOptions options) {
        Map<String, Value> results = new LinkedHashMap<>();
        for (Value value : wanted) {
            if (!given.contains(value)) {
                results.put(OUTPUT + value.name(), value);
            }
        }
        if (!results.isEmpty()) {
            CompiledGraph part = CompiledGraph.compile(graph.part(results, given), parameters, options);
            parts.add(part);
            stages.add(known -> run(part, known));
            given.addAll(results.values());
        }
    }

    private static void run(CompiledGraph part, Map<String, Tensor> known) {
        List<Tensor> feeds = part.inputs().stream()
                .map(input -> required(known, input.name()))
                .toList();
        part.compute(feeds).forEach((name, tensor) -> known.put(name.substring(OUTPUT.length()), tensor));
    }

    private static Tensor apply(Node node, Map<String, Tensor> known) {
        if (!(node.hostFunction().orElseThrow() instanceof HostOperator operator)) {
            throw new IllegalArgumentException("node '" + node.name() + "' (expected: a HostOperator)");
        }
        List<Tensor> operands = node.inputs().stream()
                .flatMap(Optional::stream)
                .map(value -> required(known, value.name()))
                .toList();
        Tensor result = operator.apply(operands);
        TensorSpec declared = new TensorSpec(
                node.output().name(), node.output().type(), node.output().shape());
        declared.require(result, new HashMap<>());
        return result;
    }

    private static Tensor required(Map<String, Tensor> known, String name) {
        Tensor tensor = known.get(name);
        if (tensor == null) {
            throw new IllegalStateException("value '" + name + "' (expected: computed before it is used)");
        }
        return tensor;
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    Lifetime lifetime() {
        return lifetime;
    }

    @Override
    void own(Collection<Tensor> memory) {
        owned = List.copyOf(memory);
    }

    @Override
    Map<String, Tensor> compute(List<Tensor> ordered) {
        Map<String, Tensor> known = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            known.put(inputs.get(i).name(), ordered.get(i));
        }
        stages.forEach(stage -> stage.run(known));
        Map<String, Tensor> results = new LinkedHashMap<>();
        outputValues.forEach((name, value) -> results.put(name, required(known, value)));
        return results;
    }

    @Override
    public void close() {
        lifetime.close();
    }

    /** Nobody runs the parts any more: each of them is freed at once, and then what they shared. */
    private void free() {
        parts.forEach(CompiledGraph::close);
        owned.forEach(Tensor::free);
    }
}
