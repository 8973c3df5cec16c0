package dev.slipway.keras.layers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Inputs and a kernel in an Einstein summation whose axes all have letters, as Keras quantizes no other.
 *
 * @param layer whose kernel it is
 * @param equation the summation
 * @param kernel the kernel's shape, known
 */
record EinsumGeometry(Layer layer, EinsumEquation equation, Shape kernel) implements KernelGeometry {
    @Override
    public long rows() {
        requireLetters();
        long rows = 1;
        for (int i = 0; i < equation.kernel().length(); i++) {
            if (isSummed(equation.kernel().charAt(i))) {
                rows *= kernel.size(i);
            }
        }
        return rows;
    }

    private void requireLetters() {
        if (equation.isOpenLeft() || equation.isOpenRight()) {
            throw new IllegalArgumentException(layer + ": equation '" + equation.text()
                    + "' with a kernel of integers (expected: a letter for each axis, as Keras quantizes no other)");
        }
    }

    private boolean isSummed(char letter) {
        return equation.output().indexOf(letter) < 0;
    }

    /** Of three axes, the longest says whether heads are made or joined. */
    @Override
    public long calibratedRows() {
        requireLetters();
        long[] lengths = kernel.toArray();
        if (lengths.length < 2 || lengths.length > 3) {
            throw new IllegalArgumentException(
                    layer + ": kernel of shape " + kernel + " (expected: two or three axes)");
        }
        boolean isJoining =
                lengths.length == 3 && lengths[0] < Arrays.stream(lengths).max().getAsLong();
        return isJoining ? lengths[0] * lengths[1] : lengths[0];
    }

    @Override
    public Shape scale() {
        requireLetters();
        List<Dimension> lengths = new ArrayList<>();
        for (char letter : equation.output().toCharArray()) {
            int place = equation.kernel().indexOf(letter);
            lengths.add(Dimension.of(place < 0 ? 1 : kernel.size(place)));
        }
        return Shape.of(lengths);
    }

    @Override
    public int[] summed() {
        return IntStream.range(0, equation.input().length())
                .filter(i -> isSummed(equation.input().charAt(i)))
                .toArray();
    }

    @Override
    public Value multiply(Ops ops, Value x, Value weights) {
        return ops.einsum(equation.text(), x, weights);
    }

    @Override
    public Value alongResults(Ops ops, Value scales) {
        String letters = equation.input();
        Value kept = ops.squeeze(scales, summed());
        StringBuilder left = new StringBuilder();
        letters.chars().filter(letter -> !isSummed((char) letter)).forEach(letter -> left.append((char) letter));
        String result = equation.output();
        int[] order = result.chars()
                .map(letter -> left.indexOf(String.valueOf((char) letter)))
                .filter(place -> place >= 0)
                .toArray();
        int[] missing = IntStream.range(0, result.length())
                .filter(i -> left.indexOf(String.valueOf(result.charAt(i))) < 0)
                .toArray();
        Value turned = ops.transpose(kept, order);
        return missing.length == 0 ? turned : ops.unsqueeze(turned, missing);
    }
}
