package dev.slipway.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A list of operator applications in static-single-assignment form, with named inputs and outputs.
 *
 * <p>Nodes are only ever appended (through {@link Ops}), so their order is a valid order of execution. Three kinds of
 * value come from outside: <em>inputs</em> are fed with every run; <em>parameters</em> (weights) are bound when the graph
 * is compiled and are constant from then on; <em>constants</em> are part of the graph.
 *
 * <p>Not safe for use by several threads while it is being built.
 */
public final class Graph {
    private final String name;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> parameters = new ArrayList<>();
    private final List<Value> constants = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Map<Value, Node> producers = new HashMap<>();
    private final Set<String> namesFromOutside = new HashSet<>();
    private final boolean isForOnnx;
    private final Set<String> names;
    private final Map<String, Integer> nextSuffix;

    /**
     * Creates an empty graph.
     *
     * @param name what the graph is, for people and for the ONNX bytes
     */
    public Graph(String name) {
        this(name, false, new HashSet<>(), new HashMap<>());
    }

    private Graph(String name, boolean isForOnnx, Set<String> names, Map<String, Integer> nextSuffix) {
        this.name = name;
        this.isForOnnx = isForOnnx;
        this.names = names;
        this.nextSuffix = nextSuffix;
    }

    /**
     * An empty graph that is going to be a file for other runtimes: what is usually computed on the host becomes operators.
     *
     * @param name what the graph is
     * @return the graph
     */
    public static Graph forOnnx(String name) {
        return new Graph(name, true, new HashSet<>(), new HashMap<>());
    }

    /** Whether nothing may be computed on the host. */
    boolean isForOnnx() {
        return isForOnnx;
    }

    /** An empty graph for the body of a loop in this one: ONNX wants names that differ from all names around it. */
    Graph body(String wish) {
        return new Graph(uniqueName(wish), isForOnnx, names, nextSuffix);
    }

    /**
     * What has to be computed for some of this graph's values.
     *
     * @param results the values wanted, by the names they are to have as outputs
     * @param given the values that are there already: inputs, and results of nodes that are not computed again
     * @return a graph of the same nodes, whose inputs and parameters are those it uses
     */
    public Graph part(Map<String, Value> results, Collection<Value> given) {
        Graph part = new Graph(name, isForOnnx, names, nextSuffix);
        Set<Value> stops = new LinkedHashSet<>(given);
        part.nodes.addAll(neededNodes(results.values(), stops));
        part.nodes.forEach(node -> node.outputs().forEach(value -> part.producers.put(value, node)));
        Set<Value> used = new HashSet<>(results.values());
        part.nodes.forEach(node -> used.addAll(node.uses()));
        stops.stream().filter(used::contains).forEach(part.inputs::add);
        parameters.stream().filter(used::contains).forEach(part.parameters::add);
        part.constants.addAll(constants);
        part.outputs.putAll(results);
        return part;
    }

    /**
     * The nodes that are computed on the host, as far as the outputs need them.
     *
     * @return each after those whose results it needs; none in most graphs
     */
    public List<Node> hostNodes() {
        return neededNodes().stream()
                .filter(node -> node.hostFunction().isPresent())
                .toList();
    }

    /** Names a value of a body as its next result. */
    void bodyOutput(String wish, Value value) {
        output(uniqueName(wish), value);
    }

    /** Declares the next value that a body is given at every step. */
    Value bodyInput(String wish, DataType type, Shape shape) {
        Value value = new Value(uniqueName(wish), type, shape, null);
        inputs.add(value);
        return value;
    }

    /** The values used here that belong to the graph around this one. */
    Set<Value> captured() {
        Set<Value> own = new HashSet<>(inputs);
        own.addAll(parameters);
        own.addAll(constants);
        Set<Value> used = new LinkedHashSet<>();
        for (Node node : nodes) {
            used.addAll(node.uses());
            own.addAll(node.outputs());
        }
        used.addAll(outputs.values());
        used.removeAll(own);
        return used;
    }

    /**
     * Declares a value that is fed with every run.
     *
     * @param name its name, not used before in this graph
     * @param type the element type
     * @param shape its shape, symbols for what may change from run to run
     * @return the value
     * @throws IllegalArgumentException if the name is taken
     */
    public Value input(String name, DataType type, Shape shape) {
        Value value = external(name, type, shape);
        inputs.add(value);
        return value;
    }

    /**
     * Declares a weight, whose content is bound when the graph is compiled.
     *
     * @param name its name, not used before in this graph
     * @param type the element type
     * @param shape its known shape
     * @return the value
     * @throws IllegalArgumentException if the name is taken or the shape has a symbol
     */
    public Value parameter(String name, DataType type, Shape shape) {
        if (!shape.isKnown()) {
            throw new IllegalArgumentException(
                    "parameter '" + name + "': shape " + shape + " (expected: known lengths)");
        }
        Value value = external(name, type, shape);
        parameters.add(value);
        return value;
    }

    /**
     * Names a value as a result of the graph. The same value may be an output under several names.
     *
     * @param name the output's name, not used before for an output, an input or a parameter; a value inside the graph that has
     *     it too is written under another one
     * @param value the value it gives
     * @throws IllegalArgumentException if the name is taken
     */
    public void output(String name, Value value) {
        if (isFromOutside(name) || outputs.putIfAbsent(name, value) != null) {
            throw new IllegalArgumentException("output '" + name + "' (expected: a name not used before)");
        }
    }

    /**
     * Whether an input or a parameter has a name, so that no output can have it.
     *
     * @param wish the name
     * @return true if it is taken
     */
    public boolean isFromOutside(String wish) {
        return namesFromOutside.contains(wish);
    }

    /** The name under which a value inside is written that may have the name of an output. */
    String apartFrom(Set<String> reserved, String wish) {
        if (!reserved.contains(wish)) {
            return wish;
        }
        int suffix = 1;
        while (reserved.contains(wish + "_" + suffix) || names.contains(wish + "_" + suffix)) {
            suffix++;
        }
        return wish + "_" + suffix;
    }

    Value constant(Constant constant) {
        Value value = new Value(uniqueName("constant"), constant.type(), constant.shape(), constant);
        constants.add(value);
        return value;
    }

    /** Appends a node with one result per given type and shape; the result names are derived from the scope. */
    List<Value> append(
            String scope,
            String operator,
            List<Optional<Value>> operands,
            Map<String, Attribute> attributes,
            List<TypedShape> results) {
        String nodeName = uniqueName(scope + operator);
        List<Value> values = new ArrayList<>(results.size());
        for (int i = 0; i < results.size(); i++) {
            String valueName = uniqueName(i == 0 ? nodeName + ":0" : nodeName + ":" + i);
            values.add(
                    new Value(valueName, results.get(i).type(), results.get(i).shape(), null));
        }
        Node node = new Node(operator, nodeName, operands, values, attributes);
        nodes.add(node);
        values.forEach(value -> producers.put(value, node));
        return values;
    }

    /** The type and shape of a node's result before it has a name. */
    record TypedShape(DataType type, Shape shape) {}

    private Value external(String valueName, DataType type, Shape shape) {
        if (outputs.containsKey(valueName) || !names.add(valueName)) {
            throw new IllegalArgumentException("value '" + valueName + "' (expected: a name not used before)");
        }
        namesFromOutside.add(valueName);
        return new Value(valueName, type, shape, null);
    }

    private String uniqueName(String wish) {
        String candidate = wish;
        while (!names.add(candidate)) {
            candidate = wish + "_" + nextSuffix.merge(wish, 1, Integer::sum);
        }
        return candidate;
    }

    /**
     * A symbol that no dimension of this graph has yet.
     *
     * @param prefix the beginning of its name
     * @return the new dimension
     */
    public Dimension freshSymbol(String prefix) {
        return Dimension.symbol(uniqueName(prefix));
    }

    /**
     * What the graph is.
     *
     * @return its name
     */
    public String name() {
        return name;
    }

    /**
     * The values fed with every run.
     *
     * @return an unmodifiable view, in the order of declaration
     */
    public List<Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /**
     * The inputs whose elements may be missing: NaN of a number, the empty one of a text. Nothing else is done with such an input
     * than to ask for that, and to take what is there.
     *
     * @return inputs for which the graph knows by itself what stands in
     */
    public Set<Value> inputsThatMayMiss() {
        return new MissingValues(this).taken();
    }

    /**
     * The values bound when the graph is compiled.
     *
     * @return an unmodifiable view, in the order of declaration
     */
    public List<Value> parameters() {
        return Collections.unmodifiableList(parameters);
    }

    /**
     * The values whose content is a part of the graph.
     *
     * @return an unmodifiable view
     */
    public List<Value> constants() {
        return Collections.unmodifiableList(constants);
    }

    /**
     * The operator applications, each after those whose results it uses.
     *
     * @return an unmodifiable view
     */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /**
     * The results by name.
     *
     * @return an unmodifiable view, in the order of declaration
     */
    public Map<String, Value> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    /**
     * The node that computes a value.
     *
     * @param value a value of this graph
     * @return its node; empty for inputs, parameters and constants
     */
    public Optional<Node> producer(Value value) {
        return Optional.ofNullable(producers.get(value));
    }

    /**
     * The operators that the outputs need, those in the bodies of loops too.
     *
     * @return how often each is applied, by name
     */
    public Map<String, Integer> operators() {
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : neededNodes()) {
            counts.merge(node.operator(), 1, Integer::sum);
            for (Attribute attribute : node.attributes().values()) {
                if (attribute instanceof Attribute.Body body) {
                    body.value().operators().forEach((operator, count) -> counts.merge(operator, count, Integer::sum));
                }
            }
        }
        return counts;
    }

    /** The nodes that some output depends on, in order: what there is to execute. */
    List<Node> neededNodes() {
        return neededNodes(outputs.values(), Set.of());
    }

    private List<Node> neededNodes(Collection<Value> results, Set<Value> given) {
        Set<Value> needed = new HashSet<>(results);
        needed.removeAll(given);
        Deque<Node> found = new ArrayDeque<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                found.addFirst(node);
                node.uses().stream().filter(value -> !given.contains(value)).forEach(needed::add);
            }
        }
        return List.copyOf(found);
    }

    /** The graph as text, one node a line: made for reading and comparing. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("graph ").append(name).append('\n');
        inputs.forEach(v -> text.append("  input ").append(v).append('\n'));
        parameters.forEach(v -> text.append("  parameter ").append(v).append('\n'));
        for (Node node : nodes) {
            text.append("  ")
                    .append(node.outputs())
                    .append(" = ")
                    .append(node.operator())
                    .append('(');
            text.append(String.join(
                    ", ",
                    node.inputs().stream()
                            .map(v -> v.map(Value::name).orElse("-"))
                            .toList()));
            text.append(')').append(node.attributes().isEmpty() ? "" : " " + node.attributes());
            text.append('\n');
        }
        outputs.forEach((k, v) -> text.append("  output ")
                .append(k)
                .append(" = ")
                .append(v.name())
                .append('\n'));
        return text.toString();
    }
}
