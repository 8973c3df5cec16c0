package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The gradient of Einsum: by each operand an Einsum of the result's gradient with the other operands. A letter that only
 * that operand has was summed over, so the gradient is the same all along it.
 */
final class EinsumGradient {
    private final Backward node;
    private final Ops ops;
    private final String[] terms;
    private final String result;

    EinsumGradient(Backward node) {
        this.node = node;
        this.ops = node.ops();
        String equation = node.node().attributes().get("equation") instanceof Attribute.Text text ? text.value() : "";
        String[] sides = equation.split("->", -1);
        this.terms = sides[0].split(",", -1);
        this.result = sides[1];
        for (String term : terms) {
            if (term.chars().distinct().count() < term.length()) {
                throw new IllegalArgumentException("gradient: '" + node.node().name() + "' Einsum '" + equation
                        + "' (expected: in training different letters in each operand)");
            }
        }
    }

    /** Leaves the gradients of all operands, given that of the result. */
    void give(Value g) {
        for (int i = 0; i < terms.length; i++) {
            int operand = i;
            node.give(i, () -> gradient(g, operand));
        }
    }

    private Value gradient(Value g, int by) {
        List<String> sources = new ArrayList<>(List.of(result));
        List<Value> values = new ArrayList<>(List.of(g));
        for (int i = 0; i < terms.length; i++) {
            if (i != by) {
                sources.add(terms[i]);
                values.add(node.in(i));
            }
        }
        String target = terms[by];
        String known = String.join("", sources);
        String kept = target.chars()
                .filter(letter -> known.indexOf(letter) >= 0)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        Value sum = ops.einsum(String.join(",", sources) + "->" + kept, values.toArray(new Value[0]));
        int[] summed = IntStream.range(0, target.length())
                .filter(axis -> kept.indexOf(target.charAt(axis)) < 0)
                .toArray();
        return summed.length == 0 ? sum : ops.unsqueeze(sum, summed);
    }
}
