package dev.slipway.keras.layers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The equation of a product with a kernel: {@code input,kernel->output}, one letter an axis; the first letters of input
 * and output, or the last, may be {@code ...}: any axes.
 *
 * @param text the equation as written
 * @param input the input's letters
 * @param kernel the kernel's letters
 * @param output the output's letters
 * @param isOpenLeft whether {@code ...} comes first
 * @param isOpenRight whether {@code ...} comes last
 */
record EinsumEquation(
        String text, String input, String kernel, String output, boolean isOpenLeft, boolean isOpenRight) {
    private static final Pattern FORM =
            Pattern.compile("(\\.{3})?([a-zA-Z]+)(\\.{3})?,([a-zA-Z]+)->(\\.{3})?([a-zA-Z]+)(\\.{3})?");

    static EinsumEquation parse(String text) {
        Matcher matcher = FORM.matcher(text);
        boolean isEven = matcher.matches()
                && (matcher.group(1) == null) == (matcher.group(5) == null)
                && (matcher.group(3) == null) == (matcher.group(7) == null)
                && (matcher.group(1) == null || matcher.group(3) == null);
        if (!isEven) {
            throw new IllegalArgumentException(
                    "equation '" + text + "' (expected: such as 'ab,bc->ac', '...ab,bc->...ac' or 'ab...,bc->ac...')");
        }
        return new EinsumEquation(
                text,
                matcher.group(2),
                matcher.group(4),
                matcher.group(6),
                matcher.group(1) != null,
                matcher.group(3) != null);
    }

    /** How many axes {@code ...} stands for. */
    private int open(Shape shape) {
        int open = shape.rank() - input.length();
        boolean isOpen = isOpenLeft || isOpenRight;
        if (open < 0 || (open > 0 && !isOpen)) {
            throw new IllegalArgumentException(
                    "input of shape " + shape + " (expected: axes as in the equation '" + text + "')");
        }
        return open;
    }

    private Optional<Dimension> inInput(char letter, Shape shape) {
        int place = input.indexOf(letter);
        return place < 0 ? Optional.empty() : Optional.of(shape.dimension(place + (isOpenLeft ? open(shape) : 0)));
    }

    /** The length of a letter of the output; the batch, and what {@code ...} stands for, are not among the given ones. */
    private Optional<Long> inOutput(char letter, List<Optional<Long>> given) {
        int count = output.length() - (isOpenLeft ? 0 : 1);
        // Lengths of axes that "..." stands for may be there; nobody reads them.
        int more = given.size() - count;
        if (more < 0 || (more > 0 && !isOpenLeft && !isOpenRight)) {
            throw new IllegalArgumentException("output_shape of " + given.size() + " lengths (expected: " + count
                    + " for the equation '" + text + "')");
        }
        int place = output.indexOf(letter) + (isOpenLeft ? more : -1);
        return place < 0 ? Optional.empty() : given.get(place);
    }

    /** The length that a letter must have: the input's, or else the one given for the output. */
    private long length(char letter, Shape shape, List<Optional<Long>> given) {
        Optional<Dimension> fromInput = inInput(letter, shape).filter(Dimension::isKnown);
        return fromInput
                .map(Dimension::size)
                .or(() -> inOutput(letter, given))
                .orElseThrow(() -> new IllegalArgumentException("equation '" + text + "' with input of shape " + shape
                        + " (expected: a known length for '" + letter + "')"));
    }

    Shape kernelShape(Shape shape, List<Optional<Long>> given) {
        open(shape);
        return lengths(kernel, shape, given);
    }

    /** From the first letter of the bias to the end of the output, 1 for letters that the bias does not have. */
    Shape biasShape(String axes, Shape shape, List<Optional<Long>> given) {
        int first = output.length();
        for (int i = 0; i < axes.length(); i++) {
            int place = output.indexOf(axes.charAt(i));
            if (place < 0) {
                throw new IllegalArgumentException(
                        "bias_axes '" + axes + "' (expected: letters of the output '" + output + "')");
            }
            first = Math.min(first, place);
        }
        List<Dimension> lengths = new ArrayList<>();
        for (int i = first; i < output.length(); i++) {
            char letter = output.charAt(i);
            lengths.add(Dimension.of(axes.indexOf(letter) < 0 ? 1 : length(letter, shape, given)));
        }
        for (int i = 0; isOpenRight && i < open(shape); i++) {
            lengths.add(Dimension.of(1));
        }
        return Shape.of(lengths);
    }

    private Shape lengths(String letters, Shape shape, List<Optional<Long>> given) {
        List<Dimension> lengths = new ArrayList<>();
        for (int i = 0; i < letters.length(); i++) {
            lengths.add(Dimension.of(length(letters.charAt(i), shape, given)));
        }
        return Shape.of(lengths);
    }
}
