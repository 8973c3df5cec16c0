package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One node on the way back from the loss: what a {@link GradientRule} reads, and where it leaves the gradients of the
 * operands.
 *
 * <p>A gradient is kept as small as it can be: its shape need only broadcast to the shape of the value it belongs to,
 * so the gradient of a mean is one number until something makes it differ from place to place.
 */
final class Backward {
    private final Ops ops;
    private final FoldingOps folding;
    private final Node node;
    private final Map<Value, Value> gradients;
    private final Set<Value> wanted;

    /**
     * A node on the way back.
     *
     * @param ops where the nodes of the gradient are added
     * @param node the node
     * @param gradients what is known so far, by value; those of the operands are added
     * @param wanted the values whose gradient is needed
     */
    Backward(Ops ops, Node node, Map<Value, Value> gradients, Set<Value> wanted) {
        this.ops = ops;
        this.folding = new FoldingOps(ops);
        this.node = node;
        this.gradients = gradients;
        this.wanted = wanted;
    }

    Ops ops() {
        return ops;
    }

    /** The arithmetic to prefer for gradients. */
    FoldingOps arithmetic() {
        return folding;
    }

    Node node() {
        return node;
    }

    Value in(int index) {
        return node.input(index);
    }

    Value out(int index) {
        return node.outputs().get(index);
    }

    /** The gradient of the first result, as small as it came. */
    Value gradient() {
        Value found = gradients.get(out(0));
        return found == null ? ops.like(out(0), 0) : found;
    }

    /** The gradient of a result in its whole shape; zeros if the loss does not depend on it. */
    Value gradientOf(Value result) {
        Value found = gradients.get(result);
        return found == null ? zeros(result) : stretch(found, result);
    }

    /** The gradient of a result in its whole shape, if the loss depends on it. */
    Optional<Value> findGradientOf(Value result) {
        return Optional.ofNullable(gradients.get(result)).map(found -> stretch(found, result));
    }

    boolean wants(Value value) {
        return wanted.contains(value);
    }

    boolean wants(int index) {
        return index < node.inputs().size()
                && node.inputs().get(index).filter(wanted::contains).isPresent();
    }

    /** Leaves the gradient of an operand, whose shape broadcasts to the operand's; not computed if nobody wants it. */
    void give(int index, Supplier<Value> gradient) {
        if (wants(index)) {
            add(in(index), gradient.get());
        }
    }

    /** Leaves a gradient of a value that the node uses. */
    void add(Value value, Value gradient) {
        gradients.merge(value, gradient, folding::add);
    }

    /** Leaves the gradient of an operand that was broadcast to the result: the places that shared an element add up. */
    void giveFolded(int index, Supplier<Value> gradient) {
        give(index, () -> sumTo(gradient.get(), in(index).shape(), out(0)));
    }

    Value zeros(Value like) {
        return ops.expandLike(ops.like(like, 0), like);
    }

    /** A gradient in the whole shape of the value it belongs to. */
    Value stretch(Value gradient, Value of) {
        return stretch(ops, gradient, of);
    }

    static Value stretch(Ops ops, Value gradient, Value of) {
        return isStretched(gradient.shape(), of.shape()) ? gradient : ops.expandLike(gradient, of);
    }

    private static boolean isStretched(Shape gradient, Shape whole) {
        boolean stretched = gradient.rank() == whole.rank();
        for (int axis = 0; stretched && axis < whole.rank(); axis++) {
            stretched = isWhole(gradient, whole, axis);
        }
        return stretched;
    }

    /** Whether an axis of the whole shape is there, in its whole length, in a shape that broadcasts to it. */
    private static boolean isWhole(Shape small, Shape whole, int axis) {
        int at = axis - whole.rank() + small.rank();
        return at >= 0 && (!small.dimension(at).is(1) || whole.dimension(axis).is(1));
    }

    /**
     * Sums a tensor over the axes along which broadcasting stretched an operand. A length that is a symbol is taken not
     * to be 1.
     *
     * @param x a tensor whose shape broadcasts to that of {@code stretched}
     * @param target the operand's shape, which broadcasts to that of {@code stretched} too
     * @param stretched a value of the common shape
     * @return a tensor whose shape broadcasts to {@code target}
     */
    Value sumTo(Value x, Shape target, Value stretched) {
        Shape whole = stretched.shape();
        int added = whole.rank() - target.rank();
        int[] shared = IntStream.range(0, whole.rank())
                .filter(axis -> !whole.dimension(axis).is(1))
                .filter(axis -> axis < added || target.dimension(axis - added).is(1))
                .toArray();
        if (x.shape().rank() == 0
                && IntStream.of(shared).allMatch(a -> whole.dimension(a).isKnown())) {
            return folding.scale(
                    x, IntStream.of(shared).mapToDouble(whole::size).reduce(1, (a, b) -> a * b));
        }
        boolean isFull = IntStream.of(shared).allMatch(axis -> isWhole(x.shape(), whole, axis));
        Value full = isFull ? x : ops.expandLike(x, stretched);
        int missing = whole.rank() - full.shape().rank();
        int[] inner = IntStream.of(shared).filter(axis -> axis >= added).toArray();
        if (missing >= added) {
            return inner.length == 0 ? full : ops.reduceSum(full, true, minus(inner, missing));
        }
        int[] leading = IntStream.range(missing, added).toArray();
        int[] gone =
                IntStream.concat(IntStream.of(leading), IntStream.of(inner)).toArray();
        Value sum = ops.reduceSum(full, false, minus(gone, missing));
        return inner.length == 0 ? sum : ops.unsqueeze(sum, minus(inner, added));
    }

    private static int[] minus(int[] axes, int offset) {
        return IntStream.of(axes).map(axis -> axis - offset).toArray();
    }

    /** The elements of an operand that is a constant vector or scalar of integers, such as axes. */
    long[] longs(int index) {
        Constant constant = in(index)
                .constant()
                .orElseThrow(() -> new IllegalStateException(
                        "node '" + node.name() + "' input " + index + ": computed (expected: a constant)"));
        long[] values = new long[Math.toIntExact(constant.shape().elementCount())];
        constant.bytes().asLongBuffer().get(values);
        return values;
    }

    /** The axes of the first operand that a reduction took away or made 1. */
    int[] reducedAxes() {
        boolean all = node.inputs().size() < 2 || node.inputs().get(1).isEmpty();
        int[] axes = all
                ? new int[in(0).shape().rank()]
                : Arrays.stream(longs(1)).mapToInt(Math::toIntExact).toArray();
        if (all) {
            Arrays.setAll(axes, i -> i);
        }
        return axes;
    }

    /** Puts back the axes that a reduction took away, with length 1; a single number needs none. */
    Value unreduce(Value x) {
        boolean kept = node.intAttribute("keepdims", 1) == 1;
        if (kept || x.shape().rank() == 0) {
            return x;
        }
        int rank = in(0).shape().rank();
        List<Integer> reduced = Arrays.stream(reducedAxes()).boxed().toList();
        List<Integer> missing = new ArrayList<>(reduced);
        for (int axis = 0; missing.size() < rank - x.shape().rank(); axis++) {
            if (!missing.contains(axis)) {
                missing.add(axis);
            }
        }
        return missing.isEmpty()
                ? x
                : ops.unsqueeze(x, missing.stream().mapToInt(a -> a).toArray());
    }
}
