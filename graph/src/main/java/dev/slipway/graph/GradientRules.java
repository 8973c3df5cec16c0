package dev.slipway.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The gradient of each operator: one rule by ONNX name. {@link MatMulRules} and {@link ConvRules} hold those of the
 * products, {@link PoolRules} and {@link ResizeRules} those of images, and {@link ShapeRules} those of the operators that
 * move elements; {@link EinsumGradient}, {@link GruGradient}, {@link LstmGradient}, {@link RnnGradient} and
 * {@link ScanGradient} are those of one operator each.
 *
 * <p>What they take at a corner of a function is said at {@link Gradient}.
 */
final class GradientRules {
    private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

    /** Operators whose result is flat, so that its gradient is zero wherever there is one, or is to count as such. */
    private static final Set<String> FLAT = Set.of("Sign", "Floor", "Ceil", "Round", "Sum");

    private static final Map<String, GradientRule> RULES = rules();

    private GradientRules() {}

    static boolean isFlat(String operator) {
        return FLAT.contains(operator);
    }

    static boolean has(String operator) {
        return RULES.containsKey(operator);
    }

    static GradientRule of(String operator) {
        GradientRule found = RULES.get(operator);
        if (found == null) {
            throw new IllegalStateException("gradient: " + operator + " (expected: an operator with a rule)");
        }
        return found;
    }

    private static Map<String, GradientRule> rules() {
        Map<String, GradientRule> rules = new HashMap<>();
        addArithmetic(rules);
        addFunctions(rules);
        addChoices(rules);
        addReductions(rules);
        rules.putAll(ConvRules.rules());
        rules.put("Einsum", (n, g) -> new EinsumGradient(n).give(n.stretch(g, n.out(0))));
        rules.put("GRU", (n, g) -> new GruGradient(n).give());
        rules.put("LSTM", (n, g) -> new LstmGradient(n).give());
        rules.put("RNN", (n, g) -> new RnnGradient(n).give());
        rules.put("Scan", (n, g) -> new ScanGradient(n).give());
        rules.putAll(MatMulRules.rules());
        rules.putAll(PoolRules.rules());
        rules.putAll(ResizeRules.rules());
        rules.putAll(ShapeRules.rules());
        return Map.copyOf(rules);
    }

    private static void addArithmetic(Map<String, GradientRule> rules) {
        rules.put("Add", (n, g) -> {
            n.giveFolded(0, () -> g);
            n.giveFolded(1, () -> g);
        });
        rules.put("Sub", (n, g) -> {
            n.giveFolded(0, () -> g);
            n.giveFolded(1, () -> n.arithmetic().neg(g));
        });
        rules.put("Mul", GradientRules::mul);
        rules.put("Div", (n, g) -> {
            n.giveFolded(0, () -> n.arithmetic().div(g, n.in(1)));
            n.giveFolded(1, () -> n.ops().neg(n.ops().mul(n.arithmetic().div(g, n.in(1)), n.out(0))));
        });
        rules.put("Pow", GradientRules::pow);
        rules.put("Mod", (n, g) -> {
            n.giveFolded(0, () -> g);
            n.giveFolded(1, () -> n.arithmetic().neg(n.arithmetic().mul(g, wholeQuotient(n))));
        });
        rules.put("Neg", (n, g) -> n.give(0, () -> n.arithmetic().neg(g)));
        rules.put("Identity", (n, g) -> n.give(0, () -> g));
        rules.put("Cast", (n, g) -> n.give(0, () -> n.ops().cast(g, n.in(0).type())));
    }

    private static void mul(Backward n, Value g) {
        if (n.in(0).equals(n.in(1))) {
            n.give(0, () -> n.arithmetic().mul(n.arithmetic().scale(g, 2), n.in(0)));
            return;
        }
        n.giveFolded(0, () -> n.arithmetic().mul(g, n.in(1)));
        n.giveFolded(1, () -> n.arithmetic().mul(g, n.in(0)));
    }

    private static void pow(Backward n, Value g) {
        Ops ops = n.ops();
        OptionalDouble exponent = FoldingOps.number(n.in(1));
        if (exponent.isPresent()) {
            powKnown(n, g, exponent.getAsDouble());
            return;
        }
        Value zero = ops.like(g, 0);
        n.giveFolded(0, () -> {
            Value slope = ops.mul(n.in(1), ops.pow(n.in(0), ops.sub(n.in(1), ops.like(g, 1))));
            return ops.where(ops.equal(n.in(1), zero), zero, ops.mul(g, slope));
        });
        n.giveFolded(1, () -> {
            Value flat = ops.and(ops.equal(n.in(0), zero), ops.greaterOrEqual(n.in(1), zero));
            return ops.where(flat, zero, ops.mul(g, ops.mul(n.out(0), ops.log(n.in(0)))));
        });
    }

    private static void powKnown(Backward n, Value g, double exponent) {
        FoldingOps arithmetic = n.arithmetic();
        n.give(0, () -> {
            Value scaled = arithmetic.scale(g, exponent);
            if (exponent == 0) {
                return n.ops().like(g, 0);
            }
            if (exponent == 1) {
                return g;
            }
            Value x = n.in(0);
            return arithmetic.mul(
                    scaled, exponent == 2 ? x : n.ops().pow(x, n.ops().like(x, exponent - 1)));
        });
    }

    /** {@code trunc(a / b)}, from {@code a = trunc(a / b) * b + remainder}. */
    private static Value wholeQuotient(Backward n) {
        return n.ops().round(n.ops().div(n.ops().sub(n.in(0), n.out(0)), n.in(1)));
    }

    private static void addFunctions(Map<String, GradientRule> rules) {
        rules.put("Abs", slope((n, g) -> n.ops().sign(n.in(0))));
        rules.put("Reciprocal", slope((n, g) -> n.ops().neg(n.ops().mul(n.out(0), n.out(0)))));
        rules.put("Sqrt", (n, g) -> n.give(0, () -> n.ops().div(n.arithmetic().scale(g, 0.5), n.out(0))));
        rules.put("Exp", slope((n, g) -> n.out(0)));
        rules.put("Log", (n, g) -> n.give(0, () -> n.ops().div(g, n.in(0))));
        rules.put("Sin", slope((n, g) -> n.ops().cos(n.in(0))));
        rules.put("Cos", slope((n, g) -> n.ops().neg(n.ops().sin(n.in(0)))));
        rules.put(
                "Atan",
                (n, g) -> n.give(0, () -> {
                    Value square = n.ops().mul(n.in(0), n.in(0));
                    return n.ops().div(g, n.ops().add(square, n.ops().like(square, 1)));
                }));
        rules.put(
                "Erf",
                (n, g) -> n.give(0, () -> {
                    Value bell = n.ops().exp(n.ops().neg(n.ops().mul(n.in(0), n.in(0))));
                    return n.arithmetic().mul(n.arithmetic().scale(g, TWO_OVER_ROOT_PI), bell);
                }));
        rules.put(
                "Sigmoid",
                slope((n, g) -> n.ops().mul(n.out(0), n.ops().sub(n.ops().like(g, 1), n.out(0)))));
        rules.put(
                "Tanh", slope((n, g) -> n.ops().sub(n.ops().like(g, 1), n.ops().mul(n.out(0), n.out(0)))));
        rules.put("Softplus", slope((n, g) -> n.ops().sigmoid(n.in(0))));
        rules.put(
                "Softmax",
                (n, g) -> n.give(0, () -> {
                    Value mean = n.ops().reduceSum(n.arithmetic().mul(g, n.out(0)), true, axis(n));
                    return n.ops().mul(n.ops().sub(g, mean), n.out(0));
                }));
        rules.put(
                "LogSoftmax",
                whole((n, g) -> n.give(0, () -> {
                    Value sum = n.ops().reduceSum(g, true, axis(n));
                    return n.ops().sub(g, n.ops().mul(n.ops().exp(n.out(0)), sum));
                })));
    }

    /** The rule of a function of one operand, given its derivative. */
    private static GradientRule slope(BiFunction<Backward, Value, Value> derivative) {
        return (n, g) -> n.give(0, () -> n.arithmetic().mul(g, derivative.apply(n, g)));
    }

    private static GradientRule whole(GradientRule rule) {
        return rule.whole();
    }

    private static int axis(Backward n) {
        return (int) n.node().intAttribute("axis", -1);
    }

    private static void addChoices(Map<String, GradientRule> rules) {
        rules.put(
                "Relu",
                (n, g) -> n.give(0, () -> {
                    Value zero = n.ops().like(g, 0);
                    return n.ops().where(n.ops().lessOrEqual(n.out(0), zero), zero, g);
                }));
        rules.put(
                "Clip",
                (n, g) -> n.give(0, () -> n.ops().where(isInside(n), g, n.ops().like(g, 0))));
        rules.put("Where", (n, g) -> {
            Value zero = n.ops().like(g, 0);
            n.giveFolded(1, () -> n.ops().where(n.in(0), g, zero));
            n.giveFolded(2, () -> n.ops().where(n.in(0), zero, g));
        });
        rules.put("Max", (n, g) -> {
            n.giveFolded(0, () -> winner(n, g, n.ops().less(n.in(0), n.in(1))));
            n.giveFolded(1, () -> winner(n, g, n.ops().greater(n.in(0), n.in(1))));
        });
        rules.put("Min", (n, g) -> {
            n.giveFolded(0, () -> winner(n, g, n.ops().greater(n.in(0), n.in(1))));
            n.giveFolded(1, () -> winner(n, g, n.ops().less(n.in(0), n.in(1))));
        });
    }

    /**
     * Which elements a Clip left as they were. The engine computes in half precision between casts of its own, and leaves
     * those out that it can: so the result may be rounded where the operand is not, and only the bounds tell.
     */
    private static Value isInside(Backward n) {
        Ops ops = n.ops();
        Value x = n.in(0);
        return x.type() == DataType.FLOAT16
                ? ops.and(ops.greaterOrEqual(x, n.in(1)), ops.lessOrEqual(x, n.in(2)))
                : ops.equal(x, n.out(0));
    }

    /** The gradient of one operand of Min or Max: none where it loses, half where both are equal. */
    private static Value winner(Backward n, Value g, Value loses) {
        Value equal = n.ops().equal(n.in(0), n.in(1));
        Value shared = n.ops().where(equal, n.arithmetic().scale(g, 0.5), g);
        return n.ops().where(loses, n.ops().like(g, 0), shared);
    }

    private static void addReductions(Map<String, GradientRule> rules) {
        rules.put("ReduceSum", (n, g) -> n.give(0, () -> n.unreduce(g)));
        rules.put("ReduceMean", (n, g) -> n.give(0, () -> n.unreduce(overCount(n, g))));
        rules.put("ReduceMax", (n, g) -> n.give(0, () -> shareOfExtreme(n, g, Ops::reduceMax)));
        rules.put("ReduceMin", (n, g) -> n.give(0, () -> shareOfExtreme(n, g, Ops::reduceMin)));
        rules.put("ReduceProd", (n, g) -> n.give(0, () -> n.ops().mul(n.unreduce(g), productOfOthers(n))));
        rules.put(
                "CumSum",
                whole((n, g) -> n.give(0, () -> {
                    boolean reverse = n.node().intAttribute("reverse", 0) == 1;
                    return n.ops().cumSum(g, (int) n.longs(1)[0], !reverse);
                })));
    }

    /** {@code g / n} for the n elements that became one, as far as possible counted while the graph is built. */
    private static Value overCount(Backward n, Value g) {
        int[] axes = n.reducedAxes();
        if (axes.length == n.in(0).shape().rank() && !n.in(0).shape().isKnown()) {
            return n.arithmetic().div(g, n.ops().cast(n.ops().size(n.in(0)), g.type()));
        }
        double known = 1;
        Value quotient = g;
        for (int axis : axes) {
            Dimension length = n.in(0).shape().dimension(axis);
            if (length.isKnown()) {
                known *= length.size();
            } else {
                Value count = n.ops().cast(n.ops().length(n.in(0), axis), g.type());
                quotient = n.arithmetic().div(quotient, count);
            }
        }
        return n.arithmetic().scale(quotient, 1 / known);
    }

    /** ReduceMax or ReduceMin. */
    @FunctionalInterface
    private interface Extreme {
        Value of(Ops ops, Value x, boolean keepDims, int... axes);
    }

    /**
     * Equal shares of the gradient for the elements that are the extreme one, which is found anew in half precision: there it
     * may be rounded where the elements are not, as in {@link #isInside}, and none would be like it.
     */
    private static Value shareOfExtreme(Backward n, Value g, Extreme reduce) {
        Ops ops = n.ops();
        int[] axes = n.reducedAxes();
        boolean half = n.in(0).type() == DataType.FLOAT16;
        Value x = half ? ops.cast(n.in(0), DataType.FLOAT) : n.in(0);
        Value extreme = half ? reduce.of(ops, x, true, axes) : n.unreduce(n.out(0));
        Value hits = ops.cast(ops.equal(x, extreme), x.type());
        Value count = ops.reduceSum(hits, true, axes);
        Value shares = ops.mul(hits, ops.div(ops.cast(n.unreduce(g), x.type()), count));
        return ops.cast(shares, g.type());
    }

    /** For each element the product of those that it is multiplied with, some of which may be 0. */
    private static Value productOfOthers(Backward n) {
        Ops ops = n.ops();
        Value x = n.in(0);
        Value zero = ops.like(x, 0);
        Value one = ops.like(x, 1);
        Value isZero = ops.equal(x, zero);
        Value others = ops.where(isZero, one, x);
        Value product = ops.reduceProd(others, true, n.reducedAxes());
        Value zeros = ops.reduceSum(ops.cast(isZero, x.type()), true, n.reducedAxes());
        Value ifZero = ops.where(ops.equal(zeros, one), product, zero);
        return ops.where(isZero, ifZero, ops.where(ops.equal(zeros, zero), ops.div(product, others), zero));
    }
}
