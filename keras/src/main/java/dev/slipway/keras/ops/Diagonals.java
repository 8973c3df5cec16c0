package dev.slipway.keras.ops;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Matrices with numbers on a diagonal, products of all with all, and what vectors have in common.
 *
 * <p>Source: {@code keras.ops.numpy}: {@code diag}, {@code diagflat}, {@code kron}, {@code correlate}, {@code corrcoef}; {@code
 * keras.ops.math.cdist}.
 */
final class Diagonals {
    private Diagonals() {}

    static void addTo(Definitions all) {
        all.from("numpy");
        all.configured("Diag", config -> {
            int k = config.integer("k", 0);
            Definitions.Unary diagonal =
                    Picking.diagonal(new Config(config.subject(), Config.json().put("offset", k)));
            return (ops, x) -> x.shape().rank() == 2 ? diagonal.apply(ops, x) : onDiagonal(config, ops, x, k);
        });
        all.configured("Diagflat", config -> {
            int k = config.integer("k", 0);
            return (ops, x) -> onDiagonal(config, ops, Ordering.AlongAxis.flat(ops, x), k);
        });
        all.binary("Kron", Diagonals::kron);
        all.add("Correlate", Definition.configured(Definitions.PAIR, Diagonals::correlate));
        all.wide("Corrcoef", Diagonals::correlation);
        all.from("math");
        all.add("CDist", Definition.of(List.of("x", "y"), call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("x", "y");
            Value x = Promotion.floating(ops, pair.get(0));
            Value y = Promotion.floating(ops, pair.get(1));
            Value apart = ops.sub(ops.unsqueeze(x, -2), ops.unsqueeze(y, -3));
            return ops.sqrt(ops.reduceSum(ops.mul(apart, apart), false, -1));
        }));
    }

    private static Value onDiagonal(Config config, Ops ops, Value x, int k) {
        if (x.shape().rank() != 1 || !x.shape().isKnown()) {
            throw config.refused("x", x.shape() + "", "a vector of known length, or a matrix");
        }
        long beside = Math.abs((long) k);
        long size = x.shape().size(0) + beside;
        Bounds.elements(config, "k", Math.multiplyExact(size, size));
        Value padded = ops.pad(x, new long[] {0}, new long[] {beside});
        // Above the diagonal a number goes by its row, below by its column.
        Value line = ops.unsqueeze(padded, k >= 0 ? 1 : 0);
        Value isOn = Matrices.where(ops, Shape.of(size, size), place -> place % size - place / size == k);
        return ops.where(isOn, line, ops.like(x, 0));
    }

    /** Blocks: the right tensor times each element of the left. */
    private static Value kron(Ops ops, Value a, Value b) {
        int rank = Math.max(a.shape().rank(), b.shape().rank());
        Value x = ofRank(ops, a, rank);
        Value y = ofRank(ops, b, rank);
        Value left =
                ops.unsqueeze(x, IntStream.range(0, rank).map(i -> 2 * i + 1).toArray());
        Value right = ops.unsqueeze(y, IntStream.range(0, rank).map(i -> 2 * i).toArray());
        List<Dimension> lengths = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            Dimension first = x.shape().dimension(axis);
            Dimension second = y.shape().dimension(axis);
            lengths.add(
                    first.isKnown() && second.isKnown()
                            ? Dimension.of(Math.multiplyExact(first.size(), second.size()))
                            : ops.graph().freshSymbol("kron"));
        }
        return ops.reshape(ops.mul(left, right), Shape.of(lengths));
    }

    private static Value ofRank(Ops ops, Value x, int rank) {
        int missing = rank - x.shape().rank();
        return missing == 0 ? x : ops.unsqueeze(x, IntStream.range(0, missing).toArray());
    }

    private static Definition.Function correlate(Config config) {
        String mode = config.text("mode", "valid");
        if (!List.of("valid", "same", "full").contains(mode)) {
            throw config.refused("mode", mode, "valid, same or full");
        }
        return call -> {
            Ops ops = call.ops();
            List<Value> pair = call.pair("x1", "x2");
            Value a = Promotion.wide(ops, pair.get(0));
            Value b = Promotion.wide(ops, pair.get(1));
            boolean areVectors = a.shape().rank() == 1 && b.shape().rank() == 1;
            if (!areVectors || !a.shape().isKnown() || !b.shape().isKnown()) {
                throw call.refused("x1", a.shape() + " and x2 of " + b.shape(), "two vectors of known lengths");
            }
            boolean isSwapped = a.shape().size(0) < b.shape().size(0);
            Value found = isSwapped ? sliding(config, ops, b, a, mode) : sliding(config, ops, a, b, mode);
            return isSwapped ? ops.flip(found, 0) : found;
        };
    }

    /** The products of the shorter vector with each stretch of the longer one, which has zeros beside it. */
    private static Value sliding(Config config, Ops ops, Value longer, Value shorter, String mode) {
        int width = Math.toIntExact(shorter.shape().size(0));
        long before = mode.equals("full") ? width - 1 : mode.equals("same") ? width / 2 : 0;
        long behind = mode.equals("full") ? width - 1 : mode.equals("same") ? width - 1 - width / 2 : 0;
        Value padded = ops.pad(longer, new long[] {before}, new long[] {behind});
        int count = Math.toIntExact(padded.shape().size(0)) - width + 1;
        Bounds.elements(config, "x1, x2", (long) count * width);
        long[] places = IntStream.range(0, count * width)
                .mapToLong(i -> i / width + i % width)
                .toArray();
        Value stretches = ops.gather(padded, ops.reshape(ops.constant(places), Shape.of(count, width)), 0);
        return ops.matMul(stretches, shorter);
    }

    private static Value correlation(Ops ops, Value x) {
        if (x.shape().rank() != 2) {
            throw new IllegalArgumentException("x: shape " + x.shape() + " (expected: a row for each variable)");
        }
        Value apart = ops.sub(x, ops.reduceMean(x, true, 1));
        Value products = ops.matMul(apart, ops.transposeLast(apart));
        Value deviation = ops.sqrt(ops.reduceSum(ops.mul(apart, apart), true, 1));
        Value scaled = ops.div(ops.div(products, deviation), ops.transposeLast(deviation));
        return ops.clip(scaled, -1, 1);
    }
}
