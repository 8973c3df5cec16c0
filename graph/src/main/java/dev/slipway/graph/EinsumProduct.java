package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An Einsum of two operands as one matrix product between transpositions and reshapes, which the engine runs faster than it
 * reads equations: it can turn the weights beforehand, and join what becomes of the operands with what is around.
 *
 * <p>A letter is shared (in both operands and the result), summed (in both, not in the result), or free (in one and the
 * result). Operands become {@code [shared…, free, summed]} and {@code [shared…, summed, free]}.
 */
final class EinsumProduct {
    private final Ops ops;
    private final Side left;
    private final Side right;
    private final String result;
    private final String shared;
    private final String summed;

    /**
     * An operand.
     *
     * @param value its tensor
     * @param letters one for each axis
     * @param free those that only this operand and the result have, in the result's order
     */
    private record Side(Value value, String letters, String free) {
        Dimension length(char letter) {
            return value.shape().dimension(letters.indexOf(letter));
        }
    }

    private EinsumProduct(Ops ops, Side left, Side right, String result) {
        this.ops = ops;
        this.left = left;
        this.right = right;
        this.result = result;
        this.shared = keep(result, letter -> left.letters.indexOf(letter) >= 0 && right.letters.indexOf(letter) >= 0);
        this.summed = keep(left.letters, letter -> right.letters.indexOf(letter) >= 0 && result.indexOf(letter) < 0);
    }

    private static String keep(String letters, IntPredicate which) {
        return letters.chars().filter(which).mapToObj(Character::toString).collect(Collectors.joining());
    }

    /**
     * The product, if the equation is one.
     *
     * @param ops where nodes are added
     * @param equation a letter for each axis, without dots
     * @param operands its operands
     * @return the result, or empty if a matrix product cannot say it
     */
    static Optional<Value> of(Ops ops, String equation, List<Value> operands) {
        String[] sides = equation.split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (terms.length != 2) {
            return Optional.empty();
        }
        Side one = side(operands.get(0), terms[0], terms[1], sides[1]);
        Side other = side(operands.get(1), terms[1], terms[0], sides[1]);
        // What comes first in the result is on the left, which saves a transposition.
        boolean turned = !one.free.isEmpty()
                && !other.free.isEmpty()
                && sides[1].indexOf(other.free.charAt(0)) < sides[1].indexOf(one.free.charAt(0));
        EinsumProduct product =
                turned ? new EinsumProduct(ops, other, one, sides[1]) : new EinsumProduct(ops, one, other, sides[1]);
        return product.isPossible() ? Optional.of(product.append()) : Optional.empty();
    }

    private static Side side(Value value, String letters, String others, String result) {
        return new Side(value, letters, keep(result, l -> letters.indexOf(l) >= 0 && others.indexOf(l) < 0));
    }

    /** Every letter has a part, and letters that share an axis have known lengths. */
    private boolean isPossible() {
        boolean complete = isComplete(left) && isComplete(right);
        boolean parts = !summed.isEmpty() && !left.free.isEmpty() && !right.free.isEmpty();
        return complete
                && parts
                && canJoin(left, summed)
                && canJoin(right, summed)
                && canJoin(right, right.free)
                && (shared.isEmpty() || canJoin(left, left.free));
    }

    private boolean isComplete(Side side) {
        boolean once = side.letters.chars().distinct().count() == side.letters.length();
        return once && side.letters.length() == shared.length() + summed.length() + side.free.length();
    }

    private static boolean canJoin(Side side, String letters) {
        return letters.length() == 1
                || letters.chars().allMatch(letter -> side.length((char) letter).isKnown());
    }

    private Value append() {
        List<String> sharedAxes = axes(shared);
        // Without shared letters, free axes on the left stay apart: they may have any length, and need no reshape.
        List<String> leftAxes = shared.isEmpty() ? axes(left.free) : List.of(left.free);
        Value a = arranged(left, joined(sharedAxes, leftAxes, List.of(summed)));
        Value b = arranged(right, joined(sharedAxes, List.of(summed), List.of(right.free)));
        Value product = ops.matMul(a, b);
        List<String> groups = joined(sharedAxes, leftAxes, List.of(right.free));
        return transposed(apart(product, groups), String.join("", groups), result);
    }

    private static List<String> axes(String letters) {
        return letters.chars().mapToObj(Character::toString).toList();
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    /** An operand with one axis for each group of letters. */
    private Value arranged(Side side, List<String> groups) {
        Value turned = transposed(side.value, side.letters, String.join("", groups));
        List<Dimension> lengths = new ArrayList<>();
        for (String group : groups) {
            lengths.add(group.length() == 1 ? side.length(group.charAt(0)) : Dimension.of(size(side, group)));
        }
        return ops.reshape(turned, Shape.of(lengths));
    }

    private static long size(Side side, String group) {
        return group.chars().mapToLong(l -> side.length((char) l).size()).reduce(1, Math::multiplyExact);
    }

    /** The product with one axis for each letter. */
    private Value apart(Value product, List<String> groups) {
        List<Dimension> lengths = new ArrayList<>();
        for (int axis = 0; axis < groups.size(); axis++) {
            String group = groups.get(axis);
            if (group.length() == 1) {
                lengths.add(product.shape().dimension(axis));
            } else {
                Side side = right.free.equals(group) ? right : left;
                group.chars().forEach(letter -> lengths.add(side.length((char) letter)));
            }
        }
        return ops.reshape(product, Shape.of(lengths));
    }

    private Value transposed(Value value, String from, String to) {
        int[] order = to.chars().map(from::indexOf).toArray();
        boolean same = IntStream.range(0, order.length).allMatch(i -> order[i] == i);
        return same ? value : ops.transpose(value, order);
    }
}
