package dev.slipway.graph;

import dev.slipway.graph.Graph.TypedShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds the body of a {@code Scan} in a graph of its own and appends the node that repeats it. */
final class ScanOperator {
    private final Graph graph;
    private final String scope;

    ScanOperator(Graph graph, String scope) {
        this.graph = graph;
        this.scope = scope;
    }

    List<Value> append(List<Value> states, List<Value> sequences, int axis, Ops.ScanBody body) {
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("Scan: no sequences (expected: one or more)");
        }
        Graph inner = graph.body(scope + "Scan/body");
        String name = inner.name() + "/";
        List<Value> before = new ArrayList<>();
        for (Value state : states) {
            before.add(inner.bodyInput(name + "state", state.type(), state.shape()));
        }
        List<Value> elements = new ArrayList<>();
        for (Value sequence : sequences) {
            elements.add(inner.bodyInput(name + "element", sequence.type(), without(sequence.shape(), axis)));
        }
        List<Value> results = body.step(new Ops(inner, name), before, elements);
        requireStates(states, results);
        results.forEach(result -> inner.bodyOutput(name + "result", result));
        Dimension length = sequences.get(0).shape().dimension(axis);
        List<TypedShape> types = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            boolean isState = i < states.size();
            Shape shape = isState ? states.get(i).shape() : with(results.get(i).shape(), axis, length);
            types.add(new TypedShape(results.get(i).type(), shape));
        }
        List<Optional<Value>> operands = new ArrayList<>();
        states.forEach(state -> operands.add(Optional.of(state)));
        sequences.forEach(sequence -> operands.add(Optional.of(sequence)));
        Map<String, Attribute> attributes = Map.of(
                "body",
                new Attribute.Body(inner),
                "num_scan_inputs",
                new Attribute.Int(sequences.size()),
                "scan_input_axes",
                axes(axis, sequences.size()),
                "scan_output_axes",
                axes(axis, results.size() - states.size()));
        return graph.append(scope, "Scan", operands, attributes, types);
    }

    private static Attribute axes(int axis, int count) {
        return new Attribute.Ints(Collections.nCopies(count, (long) axis));
    }

    private static void requireStates(List<Value> states, List<Value> results) {
        for (int i = 0; i < states.size(); i++) {
            Value before = states.get(i);
            boolean fits = i < results.size()
                    && results.get(i).type() == before.type()
                    && Ops.mayBeEqual(results.get(i).shape(), before.shape(), -1);
            if (!fits) {
                throw new IllegalArgumentException("Scan: state " + before + " becomes "
                        + (i < results.size() ? results.get(i) : "nothing") + " (expected: its own type and shape)");
            }
        }
    }

    private static Shape without(Shape shape, int axis) {
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.remove(shape.axis(axis));
        return Shape.of(dimensions);
    }

    private static Shape with(Shape shape, int axis, Dimension length) {
        if (axis > shape.rank()) {
            throw new IllegalArgumentException(
                    "Scan: step of shape " + shape + " (expected: rank " + axis + " or more, to put the axis in)");
        }
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.add(axis, length);
        return Shape.of(dimensions);
    }
}
