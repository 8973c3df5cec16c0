package dev.slipway.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The gradient of Scan: a Scan in the other direction, whose body computes a step again, from the states that were before
 * it, and its gradient. Its states are the gradients of the states, and for each value of the graph around it that the
 * body uses, the sum of its gradients.
 *
 * <p>A state before each step is taken from what the steps gave, if each gave its state; for the others, all steps are
 * gone through once more.
 */
final class ScanGradient {
    private final Backward node;
    private final Ops ops;
    private final Graph body;
    private final List<Value> bodyResults;
    private final int states;
    private final int sequences;
    private final List<Integer> axes;
    private final boolean backwards;

    /** Places of the states that have gradients. */
    private final List<Integer> sloped;

    /** Places among the sequences of those whose gradient is wanted. */
    private final List<Integer> wanted;

    /** Values of the graph around the body whose gradient is wanted. */
    private final List<Value> captured;

    ScanGradient(Backward node) {
        this.node = node;
        this.ops = node.ops();
        Node scan = node.node();
        if (!(scan.attributes().get("body") instanceof Attribute.Body found)) {
            throw new IllegalStateException("node '" + scan.name() + "' (expected: a body)");
        }
        this.body = found.value();
        this.bodyResults = List.copyOf(body.outputs().values());
        this.sequences = Math.toIntExact(scan.intAttribute("num_scan_inputs", 0));
        this.states = scan.inputs().size() - sequences;
        this.axes = axes(ScanOperator.INPUT_AXES);
        this.backwards = scan.intsAttribute(ScanOperator.INPUT_DIRECTIONS).contains(1L);
        this.sloped = places(states)
                .filter(i -> node.in(i).type().isFloating())
                .boxed()
                .toList();
        this.wanted =
                places(sequences).filter(i -> node.wants(states + i)).boxed().toList();
        this.captured = body.captured().stream().filter(node::wants).toList();
    }

    private List<Integer> axes(String attribute) {
        return node.node().intsAttribute(attribute).stream().map(Long::intValue).toList();
    }

    private static IntStream places(int count) {
        return IntStream.range(0, count);
    }

    /** Sequences that a loop reads, with the axis of each. */
    private static final class Read {
        private final List<Value> values = new ArrayList<>();
        private final List<Integer> axes = new ArrayList<>();

        void add(Value value, int axis) {
            values.add(value);
            axes.add(axis);
        }
    }

    /** Leaves the gradients of all operands, and of what the body uses of the graph around it. */
    void give() {
        List<Value> starts = new ArrayList<>();
        sloped.forEach(i -> starts.add(node.gradientOf(node.out(i))));
        captured.forEach(value -> starts.add(node.zeros(value)));
        Read read = statesBefore();
        places(sequences).forEach(i -> read.add(node.in(states + i), axes.get(i)));
        List<Integer> given = new ArrayList<>();
        for (int i = states; i < bodyResults.size(); i++) {
            Optional<Value> gradient = node.findGradientOf(node.out(i));
            if (gradient.isPresent()) {
                given.add(i);
                read.add(gradient.get(), resultAxis(i));
            }
        }
        ScanPath path = new ScanPath(read.axes, i -> axes.get(wanted.get(i)), !backwards);
        List<Value> results = ops.scan(
                starts, read.values, path, (inner, gradients, elements) -> step(inner, gradients, elements, given));
        places(sloped.size()).forEach(i -> node.give(sloped.get(i), () -> results.get(i)));
        places(captured.size()).forEach(i -> node.add(captured.get(i), results.get(sloped.size() + i)));
        places(wanted.size()).forEach(i -> node.give(states + wanted.get(i), () -> results.get(starts.size() + i)));
    }

    private int resultAxis(int result) {
        return axes(ScanOperator.OUTPUT_AXES).get(result - states);
    }

    /** The body of the loop: a step again, and from the gradients of its results those of what it read. */
    private List<Value> step(Ops inner, List<Value> gradients, List<Value> elements, List<Integer> given) {
        List<Value> inputs = elements.subList(0, states + sequences);
        List<Value> results = BodyCopy.into(inner, body, inputs);
        Map<Value, Value> known = new HashMap<>();
        for (int i = 0; i < sloped.size(); i++) {
            known.merge(results.get(sloped.get(i)), gradients.get(i), inner::add);
        }
        for (int i = 0; i < given.size(); i++) {
            known.merge(results.get(given.get(i)), elements.get(inputs.size() + i), inner::add);
        }
        List<Value> by = new ArrayList<>();
        sloped.forEach(i -> by.add(inputs.get(i)));
        by.addAll(captured);
        wanted.forEach(i -> by.add(inputs.get(states + i)));
        List<Value> found = new ArrayList<>(Gradient.back(inner, known, by));
        for (int i = sloped.size(); i < gradients.size(); i++) {
            found.set(i, inner.add(gradients.get(i), found.get(i)));
        }
        return found;
    }

    private Read statesBefore() {
        List<Integer> lost =
                places(states).filter(i -> shownAs(i).isEmpty()).boxed().toList();
        List<Value> kept = lost.isEmpty() ? List.of() : keep(lost);
        Read before = new Read();
        for (int i = 0; i < states; i++) {
            OptionalInt result = shownAs(i);
            if (result.isEmpty()) {
                before.add(kept.get(lost.indexOf(i)), 0);
            } else {
                int axis = resultAxis(result.getAsInt());
                before.add(shifted(node.in(i), node.out(result.getAsInt()), axis), axis);
            }
        }
        return before;
    }

    /** The result of all steps that is a state after each, if there is one. */
    private OptionalInt shownAs(int state) {
        return IntStream.range(states, bodyResults.size())
                .filter(i -> bodyResults.get(i).equals(bodyResults.get(state)))
                .findFirst();
    }

    /** What was before each step, given what was after each. */
    private Value shifted(Value first, Value after, int axis) {
        Value one = ops.unsqueeze(first, axis);
        return backwards
                ? ops.slice(ops.concat(List.of(after, one), axis), axis, 1, Long.MAX_VALUE)
                : ops.slice(ops.concat(List.of(one, after), axis), axis, 0, -1);
    }

    /** Goes through all steps once more, and gives some states before each. */
    private List<Value> keep(List<Integer> lost) {
        List<Value> operands = places(states + sequences).mapToObj(node::in).toList();
        ScanPath path = new ScanPath(axes, i -> 0, backwards);
        List<Value> results = ops.scan(
                operands.subList(0, states), operands.subList(states, operands.size()), path, (inner, before, read) -> {
                    List<Value> inputs = new ArrayList<>(before);
                    inputs.addAll(read);
                    List<Value> all =
                            new ArrayList<>(BodyCopy.into(inner, body, inputs).subList(0, states));
                    lost.forEach(i -> all.add(inner.identity(before.get(i))));
                    return all;
                });
        return results.subList(states, results.size());
    }
}
