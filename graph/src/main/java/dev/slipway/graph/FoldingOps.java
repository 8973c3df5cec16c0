package dev.slipway.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Arithmetic on gradients: as {@link Ops}, but what is known while the graph is built is computed then. A loss sends
 * back numbers such as 1 or 2 / n at first, and each node saved is a tenth of a small model's training step.
 */
final class FoldingOps {
    private final Ops ops;

    FoldingOps(Ops ops) {
        this.ops = ops;
    }

    Value add(Value a, Value b) {
        Optional<Value> negated = operandOf("Neg", b);
        return negated.isPresent() ? ops.sub(a, negated.get()) : ops.add(a, b);
    }

    Value mul(Value a, Value b) {
        OptionalDouble p = number(a);
        OptionalDouble q = number(b);
        if (p.isPresent()) {
            return scale(b, p.getAsDouble());
        }
        return q.isPresent() ? scale(a, q.getAsDouble()) : ops.mul(a, b);
    }

    Value div(Value a, Value b) {
        OptionalDouble p = number(a);
        OptionalDouble q = number(b);
        if (q.isPresent() && (p.isPresent() || q.getAsDouble() == 1)) {
            return scale(a, 1 / q.getAsDouble());
        }
        return ops.div(a, b);
    }

    Value neg(Value x) {
        return x.shape().rank() == 0 ? scale(x, -1) : ops.neg(x);
    }

    /** {@code factor * x}; where x is a number over a scalar, that number is multiplied. */
    Value scale(Value x, double factor) {
        OptionalDouble known = number(x);
        if (factor == 1) {
            return x;
        }
        if (known.isPresent()) {
            return ops.like(x, known.getAsDouble() * factor);
        }
        Optional<Node> quotient = ops.graph().producer(x).filter(node -> isNumberOverScalar(node));
        if (quotient.isPresent()) {
            Node node = quotient.get();
            return ops.div(scale(node.input(0), factor), node.input(1));
        }
        return factor == -1 ? ops.neg(x) : ops.mul(x, ops.like(x, factor));
    }

    /** A tensor with its axes in another order; of one that has just been transposed, that of its operand. */
    Value transpose(Value x, int... permutation) {
        Optional<Node> before =
                ops.graph().producer(x).filter(node -> node.operator().equals("Transpose"));
        if (before.isEmpty()) {
            return isInOrder(permutation) ? x : ops.transpose(x, permutation);
        }
        List<Long> first = before.get().intsAttribute("perm");
        int[] both = IntStream.of(permutation)
                .map(axis -> first.get(axis).intValue())
                .toArray();
        return isInOrder(both)
                ? before.get().input(0)
                : ops.transpose(before.get().input(0), both);
    }

    private static boolean isInOrder(int... permutation) {
        return IntStream.range(0, permutation.length).allMatch(i -> permutation[i] == i);
    }

    private static boolean isNumberOverScalar(Node node) {
        return node.operator().equals("Div")
                && node.output().shape().rank() == 0
                && number(node.input(0)).isPresent();
    }

    private Optional<Value> operandOf(String operator, Value result) {
        return ops.graph()
                .producer(result)
                .filter(node -> node.operator().equals(operator))
                .map(node -> node.input(0));
    }

    /** The number that a value is known to be; empty for tensors, for results, and for 16-bit floating point. */
    static OptionalDouble number(Value value) {
        Optional<Constant> constant = value.constant().filter(c -> c.shape().rank() == 0);
        if (constant.isEmpty()) {
            return OptionalDouble.empty();
        }
        return switch (value.type()) {
            case FLOAT -> OptionalDouble.of(constant.get().bytes().getFloat());
            case DOUBLE -> OptionalDouble.of(constant.get().bytes().getDouble());
            default -> OptionalDouble.empty();
        };
    }
}
