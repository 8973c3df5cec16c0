package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An equation of Einsum in which every axis has a letter of its own and nothing is stretched: the axes that {@code ...}
 * stands for get letters, and an operand's axis of length 1 that broadcasting would stretch goes, with its letter. The
 * engine (ONNX Runtime 1.29) gives wrong lengths where it stretches.
 */
final class EinsumLetters {
    private static final String ELLIPSIS = "...";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private final List<String> terms = new ArrayList<>();
    private final List<Value> operands = new ArrayList<>();
    private final String result;

    /** The letters of the axes that the dots of the result stand for, and their lengths. */
    private final String spread;

    private final Shape lengths;

    /**
     * Rewrites an equation that {@link EinsumShape} found to be right.
     *
     * @param ops where axes are taken away
     * @param equation the equation
     * @param values its operands
     * @param shape the shape of its result
     */
    EinsumLetters(Ops ops, String equation, List<Value> values, Shape shape) {
        String[] sides = equation.split("->", -1);
        int dots = sides[1].indexOf(ELLIPSIS);
        int width = dots < 0 ? 0 : shape.rank() - sides[1].length() + ELLIPSIS.length();
        this.lengths = dots < 0 ? Shape.scalar() : shape.slice(dots, dots + width);
        this.spread = LETTERS.chars()
                .filter(letter -> equation.indexOf(letter) < 0)
                .limit(width)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        this.result = sides[1].replace(ELLIPSIS, spread);
        String[] given = sides[0].split(",", -1);
        boolean lost = dots < 0 && sides[0].contains(ELLIPSIS);
        if (lost || spread.length() < width) {
            throw new IllegalArgumentException("Einsum: '" + equation + "' of "
                    + values.stream().map(Value::shape).toList()
                    + (lost ? " (expected: '...' in the result too)" : " (expected: fewer axes)"));
        }
        for (int i = 0; i < given.length; i++) {
            add(ops, given[i], values.get(i));
        }
    }

    private void add(Ops ops, String term, Value value) {
        int dots = term.indexOf(ELLIPSIS);
        int width = dots < 0 ? 0 : value.shape().rank() - term.length() + ELLIPSIS.length();
        int missing = spread.length() - width;
        int[] stretched = IntStream.range(0, width)
                .filter(i -> value.shape().dimension(dots + i).is(1))
                .filter(i -> !lengths.dimension(missing + i).is(1))
                .map(i -> dots + i)
                .toArray();
        StringBuilder letters = new StringBuilder(term.replace(ELLIPSIS, spread.substring(missing)));
        for (int i = stretched.length - 1; i >= 0; i--) {
            letters.deleteCharAt(stretched[i]);
        }
        terms.add(letters.toString());
        operands.add(stretched.length == 0 ? value : ops.squeeze(value, stretched));
    }

    String equation() {
        return String.join(",", terms) + "->" + result;
    }

    List<Value> operands() {
        return operands;
    }
}
