package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Products of matrices and of tensors. */
final class Products {
    private static final int LETTERS = 26;

    private Products() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.binary("Matmul", Products::matMul);
        all.binary("Dot", Products::dot);
        all.binary("Inner", Products::inner);
        all.binary("Outer", Products::outer);
        all.binary(
                "Vdot",
                (ops, a, b) -> ops.reduceSum(
                        ops.mul(Ordering.AlongAxis.flat(ops, a), Ordering.AlongAxis.flat(ops, b)), false));
        all.add("Tensordot", Definition.configured(Definitions.PAIR, Products::tensorDot));
        all.add("Einsum", einsum());
    }

    /** The engine multiplies no truth values and no integers of fewer than 32 bits; those of 8 bits with a sign stay wide. */
    private static Value matMul(Ops ops, Value a, Value b) {
        DataType type = a.type();
        if (type.isFloating() || type.byteSize() >= DataType.INT32.byteSize()) {
            return ops.matMul(a, b);
        }
        Value wide = ops.matMul(ops.cast(a, DataType.INT32), ops.cast(b, DataType.INT32));
        return type == DataType.INT8 ? wide : ops.cast(wide, type);
    }

    /** Over the last axis of the left and the last but one of the right, as numpy has it. */
    private static Value dot(Ops ops, Value a, Value b) {
        if (a.shape().rank() == 0 || b.shape().rank() == 0) {
            return ops.mul(a, b);
        }
        if (b.shape().rank() <= 2) {
            return ops.matMul(a, b);
        }
        return contract(ops, a, b, new int[] {-1}, new int[] {-2});
    }

    /** Over the last axis of both. */
    private static Value inner(Ops ops, Value a, Value b) {
        if (a.shape().rank() == 0 || b.shape().rank() == 0) {
            return ops.mul(a, b);
        }
        return contract(ops, a, b, new int[] {-1}, new int[] {-1});
    }

    /** Each element of the left with each of the right, in rows and columns. */
    private static Value outer(Ops ops, Value a, Value b) {
        Value rows = ops.unsqueeze(Ordering.AlongAxis.flat(ops, a), 1);
        return ops.mul(rows, ops.unsqueeze(Ordering.AlongAxis.flat(ops, b), 0));
    }

    private static Definition.Function tensorDot(Config config) {
        int[] axes = Axes.find(config, "axes").orElse(new int[] {2});
        return call -> {
            List<Value> pair = call.pair("x1", "x2");
            Value a = pair.get(0);
            Value b = pair.get(1);
            boolean isCount = axes.length == 1;
            int count = isCount ? axes[0] : axes.length / 2;
            int rank = a.shape().rank();
            if ((axes.length > 1 && axes.length % 2 != 0)
                    || count < 0
                    || count > rank
                    || count > b.shape().rank()) {
                throw call.refused("axes", axes.length + " axes", "a number of axes, or as many of each tensor");
            }
            int[] left = new int[count];
            int[] right = new int[count];
            for (int i = 0; i < count; i++) {
                left[i] = isCount ? rank - count + i : axes[i];
                right[i] = isCount ? i : axes[count + i];
            }
            return contract(call.ops(), a, b, left, right);
        };
    }

    /** The sum over pairs of axes; the other axes of the left come before those of the right. */
    private static Value contract(Ops ops, Value a, Value b, int[] left, int[] right) {
        int total = a.shape().rank() + b.shape().rank();
        if (total > LETTERS) {
            throw new IllegalArgumentException(a.shape() + " and " + b.shape() + " (expected: fewer axes)");
        }
        char[] first = letters('a', a.shape().rank());
        char[] second = letters('a' + a.shape().rank(), b.shape().rank());
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < left.length; i++) {
            second[b.shape().axis(right[i])] = first[a.shape().axis(left[i])];
        }
        String summed = new String(second);
        String.valueOf(first).chars().filter(c -> summed.indexOf(c) < 0).forEach(c -> result.append((char) c));
        summed.chars().filter(c -> String.valueOf(first).indexOf(c) < 0).forEach(c -> result.append((char) c));
        return ops.einsum(String.valueOf(first) + "," + summed + "->" + result, a, b);
    }

    private static char[] letters(int from, int count) {
        char[] letters = new char[count];
        for (int i = 0; i < count; i++) {
            letters[i] = (char) (from + i);
        }
        return letters;
    }

    private static Definition einsum() {
        List<String> operands = new ArrayList<>();
        for (int i = 0; i < LETTERS; i++) {
            operands.add("operand_" + i);
        }
        return Definition.configured(operands, config -> {
            String subscripts = explicit(config.text("subscripts", "").replace(" ", ""));
            int count = subscripts.split("->", 2)[0].split(",", -1).length;
            if (count > LETTERS) {
                throw config.refused("subscripts", subscripts, "at most " + LETTERS + " operands");
            }
            return call -> {
                List<Value> values = new ArrayList<>();
                operands.subList(0, count).forEach(name -> values.add(call.tensor(name)));
                return call.ops().einsum(subscripts, call.unified(values).toArray(Value[]::new));
            };
        });
    }

    /** An equation without a result gets the letters that occur once, in alphabetical order. */
    private static String explicit(String subscripts) {
        if (subscripts.contains("->")) {
            return subscripts;
        }
        TreeMap<Character, Integer> counts = new TreeMap<>();
        subscripts.chars().forEach(c -> counts.merge((char) c, 1, Integer::sum));
        StringBuilder result = new StringBuilder(subscripts + "->" + (subscripts.contains("...") ? "..." : ""));
        counts.forEach((c, count) -> result.append(Character.isLetter(c) && count == 1 ? c.toString() : ""));
        return result.toString();
    }
}
