package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The shape of an Einstein summation: {@code ab,bc->ac}. One letter is one axis, {@code ...} any axes, which are broadcast;
 * letters that the result does not have are summed over.
 */
final class EinsumShape {
    private static final String ELLIPSIS = "...";
    private static final Pattern TERM = Pattern.compile("[A-Za-z]*(\\.\\.\\.)?[A-Za-z]*");

    private final String equation;
    private final Map<Character, Dimension> lengths = new TreeMap<>();
    private Shape broadcast = Shape.scalar();

    private EinsumShape(String equation) {
        this.equation = equation;
    }

    static Shape of(String equation, List<Shape> operands) {
        return new EinsumShape(equation).result(operands);
    }

    private Shape result(List<Shape> operands) {
        String[] sides = equation.split("->", -1);
        if (sides.length != 2) {
            throw refused(operands, "an equation with one '->'");
        }
        String[] terms = sides[0].split(",", -1);
        boolean valid = TERM.matcher(sides[1]).matches()
                && Arrays.stream(terms).allMatch(t -> TERM.matcher(t).matches());
        if (!valid || terms.length != operands.size()) {
            throw refused(operands, "letters and at most one '...' for each operand");
        }
        for (int i = 0; i < terms.length; i++) {
            bind(terms[i], operands.get(i), operands);
        }
        List<Dimension> dimensions = new ArrayList<>();
        String letters = sides[1].replace(ELLIPSIS, ".");
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            if (letter == '.') {
                dimensions.addAll(broadcast.dimensions());
            } else if (lengths.containsKey(letter) && letters.indexOf(letter) == letters.lastIndexOf(letter)) {
                dimensions.add(lengths.get(letter));
            } else {
                throw refused(operands, "a result of different letters that the operands have");
            }
        }
        return Shape.of(dimensions);
    }

    private void bind(String term, Shape shape, List<Shape> operands) {
        String letters = term.replace(ELLIPSIS, "");
        boolean open = letters.length() < term.length();
        int free = shape.rank() - letters.length();
        if (free < 0 || (free > 0 && !open)) {
            throw refused(operands, "one letter for each axis");
        }
        int before = open ? term.indexOf('.') : letters.length();
        if (open) {
            broadcast = Broadcast.of("Einsum", broadcast, shape.slice(before, before + free));
        }
        for (int i = 0; i < letters.length(); i++) {
            Dimension length = shape.dimension(i < before ? i : i + free);
            Dimension known = lengths.putIfAbsent(letters.charAt(i), length);
            if (known == null || known.equals(length)) {
                continue;
            }
            if (known.isKnown() && length.isKnown()) {
                throw refused(operands, "one length for '" + letters.charAt(i) + "'");
            }
            lengths.put(letters.charAt(i), known.isKnown() ? known : length);
        }
    }

    private IllegalArgumentException refused(List<Shape> operands, String expected) {
        return new IllegalArgumentException(
                "Einsum: '" + equation + "' of " + operands + " (expected: " + expected + ")");
    }
}
