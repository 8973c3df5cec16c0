package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One way to use a method of {@link Ops}, in a random trial.
 *
 * @param method the method's name
 * @param type the floating-point type to test in
 * @param build makes the inputs and returns the results
 */
record OperatorCase(String method, DataType type, Function<Trial, List<Value>> build) {
    static OperatorCase of(String method, Function<Trial, Value> build) {
        return new OperatorCase(method, DataType.DOUBLE, t -> List.of(build.apply(t)));
    }

    static OperatorCase several(String method, Function<Trial, List<Value>> build) {
        return new OperatorCase(method, DataType.DOUBLE, build);
    }

    /** The same in single precision, where the engine has no kernel for double precision. */
    OperatorCase single() {
        return new OperatorCase(method, DataType.FLOAT, build);
    }

    private static OperatorCase unary(
            String method, Function<Trial, DoubleSupplier> numbers, Function<Ops, UnaryOperator<Value>> op) {
        return of(method, t -> op.apply(t.ops()).apply(t.input(numbers.apply(t), t.lengths(0, 4))));
    }

    private static OperatorCase binary(
            String method, Function<Trial, DoubleSupplier> numbers, Function<Ops, BinaryOperator<Value>> op) {
        return of(method, t -> {
            long[] lengths = t.lengths(0, 4);
            DoubleSupplier supplier = numbers.apply(t);
            Value a = t.input(supplier, t.narrowed(lengths));
            Value b = t.input(supplier, t.narrowed(lengths));
            return op.apply(t.ops()).apply(a, b);
        });
    }

    /** Every differentiable operator. */
    static List<OperatorCase> differentiable() {
        List<OperatorCase> cases = new ArrayList<>();
        addArithmetic(cases);
        addFunctions(cases);
        addProducts(cases);
        addReductions(cases);
        addShape(cases);
        addPicking(cases);
        cases.addAll(WindowCase.all());
        cases.addAll(SequenceCase.all());
        return cases;
    }

    private static void addArithmetic(List<OperatorCase> cases) {
        cases.add(binary("add", t -> t::smooth, ops -> ops::add));
        cases.add(binary("sub", t -> t::smooth, ops -> ops::sub));
        cases.add(binary("mul", t -> t::smooth, ops -> ops::mul));
        cases.add(unary("mul", t -> t::smooth, ops -> x -> ops.mul(x, x)));
        cases.add(binary("div", t -> t::smooth, ops -> ops::div));
        cases.add(unary("div", t -> t::smooth, ops -> x -> ops.div(x, ops.like(x, 3))));
        cases.add(unary("div", t -> t::smooth, ops -> x -> ops.div(ops.like(x, 3), x)));
        cases.add(binary("pow", t -> t::positive, ops -> ops::pow));
        for (double exponent : new double[] {0, 1, 2, 3, -1}) {
            cases.add(unary("pow", t -> t::smooth, ops -> x -> ops.pow(x, ops.like(x, exponent))));
        }
        cases.add(unary("pow", t -> t::positive, ops -> x -> ops.pow(x, ops.like(x, 0.5))));
        cases.add(unary("pow", t -> t::positive, ops -> x -> ops.pow(ops.like(x, 0.5), x)));
        cases.add(binary("min", Trial::distinct, ops -> ops::min));
        cases.add(binary("max", Trial::distinct, ops -> ops::max));
        cases.add(of("mod", t -> {
            long[] lengths = t.lengths(0, 4);
            // The quotient stays away from whole numbers, where the remainder jumps.
            Value divisor = t.input(() -> t.truth() == 0 ? 1 : -1, t.narrowed(lengths));
            Value dividend = t.input(
                    () -> t.random().nextInt(7) - 3 + 0.2 + 0.6 * t.random().nextDouble(), t.narrowed(lengths));
            return t.ops().mod(dividend, divisor);
        }));
        cases.add(unary("neg", t -> t::smooth, ops -> ops::neg));
        cases.add(unary("abs", t -> t::smooth, ops -> ops::abs));
        cases.add(unary("identity", t -> t::smooth, ops -> ops::identity));
        cases.add(unary("cast", t -> t::smooth, ops -> x -> ops.cast(ops.cast(x, DataType.DOUBLE), x.type()))
                .single());
        cases.add(of("where", t -> {
            long[] lengths = t.lengths(0, 4);
            return t.ops()
                    .where(
                            t.feed(DataType.BOOL, t::truth, t.narrowed(lengths)),
                            t.input(t::smooth, t.narrowed(lengths)),
                            t.input(t::smooth, t.narrowed(lengths)));
        }));
    }

    private static void addFunctions(List<OperatorCase> cases) {
        cases.add(unary("reciprocal", t -> t::smooth, ops -> ops::reciprocal));
        cases.add(unary("sqrt", t -> t::positive, ops -> ops::sqrt));
        cases.add(unary("exp", t -> t::smooth, ops -> ops::exp));
        cases.add(unary("log", t -> t::positive, ops -> ops::log));
        cases.add(unary("sin", t -> t::smooth, ops -> ops::sin));
        cases.add(unary("cos", t -> t::smooth, ops -> ops::cos));
        cases.add(unary("atan", t -> t::smooth, ops -> ops::atan).single());
        cases.add(binary("atan2", t -> t::positive, ops -> ops::atan2).single());
        cases.add(unary("erf", t -> t::smooth, ops -> ops::erf).single());
        cases.add(unary("relu", t -> t::smooth, ops -> ops::relu));
        cases.add(unary("sigmoid", t -> t::smooth, ops -> ops::sigmoid));
        cases.add(unary("tanh", t -> t::smooth, ops -> ops::tanh));
        cases.add(unary("softplus", t -> t::smooth, ops -> ops::softplus));
        cases.add(unary("clip", t -> t::smooth, ops -> x -> ops.clip(x, -1, 1)));
        cases.add(of("softmax", t -> {
            long[] lengths = t.lengths(1, 4);
            return t.ops().softmax(t.input(t::smooth, lengths), t.axis(lengths.length));
        }));
        cases.add(of("logSoftmax", t -> {
            long[] lengths = t.lengths(1, 4);
            return t.ops().logSoftmax(t.input(t::smooth, lengths), t.axis(lengths.length));
        }));
    }

    private static void addProducts(List<OperatorCase> cases) {
        cases.add(of("matMul", t -> {
            long[] leading = t.lengths(0, 2);
            long k = t.whole(1, 4);
            long[] left = t.random().nextInt(4) == 0 ? new long[] {k} : join(t.narrowed(leading), t.whole(1, 4), k);
            long[] right = t.random().nextInt(4) == 0 ? new long[] {k} : join(t.narrowed(leading), k, t.whole(1, 4));
            return t.ops().matMul(t.input(t::smooth, left), t.input(t::smooth, right));
        }));
        cases.add(of("matMul", t -> {
            long[] left = t.lengths(2, 4);
            long[] right = {left[left.length - 1], t.whole(1, 4)};
            return t.ops().matMul(t.input(t::smooth, left), t.input(t::smooth, right));
        }));
        cases.add(of("gemm", t -> {
            long[] s = t.lengths(3, 3);
            boolean transposeA = t.random().nextBoolean();
            boolean transposeB = t.random().nextBoolean();
            Value a = t.input(t::smooth, transposeA ? new long[] {s[1], s[0]} : new long[] {s[0], s[1]});
            Value b = t.input(t::smooth, transposeB ? new long[] {s[2], s[1]} : new long[] {s[1], s[2]});
            return t.ops().gemm(a, transposeA, b, transposeB);
        }));
    }

    private static long[] join(long[] leading, long... last) {
        long[] all = Arrays.copyOf(leading, leading.length + last.length);
        System.arraycopy(last, 0, all, leading.length, last.length);
        return all;
    }

    /** A reduction of a tensor by some axes. */
    private interface Reduction {
        Value reduce(Ops ops, Value x, boolean keepDims, int... axes);
    }

    private static OperatorCase reduction(String method, Reduction reduction) {
        return of(method, t -> {
            long[] lengths = t.lengths(0, 4);
            int[] axes = t.random()
                    .ints(0, Math.max(1, lengths.length))
                    .distinct()
                    .limit(lengths.length == 0 ? 0 : t.random().nextInt(lengths.length) + 1)
                    .toArray();
            boolean all = lengths.length == 0 || t.random().nextInt(3) == 0;
            Value x = t.input(t.distinct(), lengths);
            return reduction.reduce(t.ops(), x, t.random().nextBoolean(), all ? new int[0] : axes);
        });
    }

    private static void addReductions(List<OperatorCase> cases) {
        cases.add(reduction("reduceSum", Ops::reduceSum));
        cases.add(reduction("reduceMean", Ops::reduceMean));
        cases.add(reduction("reduceMax", Ops::reduceMax));
        cases.add(reduction("reduceMin", Ops::reduceMin));
        cases.add(reduction("reduceProd", Ops::reduceProd));
        cases.add(of("cumSum", t -> {
            long[] lengths = t.lengths(1, 4);
            return t.ops()
                    .cumSum(
                            t.input(t::smooth, lengths),
                            t.axis(lengths.length),
                            t.random().nextBoolean());
        }));
        cases.add(several("topK", t -> {
            long[] lengths = t.lengths(1, 4);
            int axis = t.axis(lengths.length);
            Value x = t.input(t.distinct(), lengths);
            long length = lengths[x.shape().axis(axis)];
            Dimension k = t.random().nextBoolean() ? x.shape().dimension(axis) : Dimension.of(t.whole(1, length));
            return t.ops().topK(x, k, axis);
        }));
    }

    private static void addShape(List<OperatorCase> cases) {
        cases.add(of("reshape", t -> {
            long[] s = t.lengths(3, 3);
            Value x = t.known(t::smooth, s);
            return t.ops().reshape(x, Shape.of(s[2], s[0] * s[1]));
        }));
        cases.add(of("reshape", t -> {
            long[] s = t.lengths(3, 3);
            Value x = t.input(t::smooth, s);
            return t.ops().reshape(x, t.declared(s[1], s[0], 1, s[2]));
        }));
        cases.add(of("reshape", t -> {
            long[] s = t.lengths(3, 3);
            Value x = t.input(t::smooth, s);
            return t.ops().reshape(x, t.ops().constant(s[0], s[1] * s[2]), Shape.of(s[0], s[1] * s[2]));
        }));
        cases.add(of(
                "after",
                t -> t.ops()
                        .after(t.input(t::smooth), List.of(t.input(t::smooth, t.lengths(0, 4)), t.input(t::smooth)))));
        cases.add(of("expandLike", t -> {
            long[] lengths = t.lengths(0, 4);
            return t.ops()
                    .expandLike(t.input(t::smooth, t.narrowed(lengths)), t.feed(DataType.INT64, () -> 0, lengths));
        }));
        cases.add(of("expand", t -> {
            long[] lengths = t.lengths(0, 4);
            long[] stretched = t.narrowed(lengths);
            return t.ops().expand(t.input(t::smooth, t.narrowed(lengths)), Shape.of(stretched));
        }));
        cases.add(of("transpose", t -> {
            long[] lengths = t.lengths(0, 4);
            List<Integer> axes = new ArrayList<>();
            for (int i = 0; i < lengths.length; i++) {
                axes.add(t.random().nextBoolean() ? i : i - lengths.length);
            }
            Collections.shuffle(axes, t.random());
            return t.ops()
                    .transpose(
                            t.input(t::smooth, lengths),
                            axes.stream().mapToInt(a -> a).toArray());
        }));
        cases.add(of("transposeLast", t -> t.ops().transposeLast(t.input(t::smooth, t.lengths(2, 4)))));
        cases.add(of("unsqueeze", t -> {
            Value x = t.input(t::smooth, t.lengths(0, 3));
            return t.random().nextBoolean()
                    ? t.ops().unsqueeze(x, -1)
                    : t.ops().unsqueeze(x, x.shape().rank() + 1, 0);
        }));
        cases.add(of("squeeze", t -> {
            long[] lengths = t.lengths(2, 4);
            lengths[0] = 1;
            lengths[lengths.length - 1] = 1;
            Value x = t.input(t::smooth, lengths);
            return t.random().nextBoolean() ? t.ops().squeeze(x, -1) : t.ops().squeeze(x, -1, 0);
        }));
        cases.add(of("concat", t -> {
            long[] lengths = t.lengths(1, 4);
            int axis = t.random().nextInt(lengths.length);
            List<Value> parts = new ArrayList<>();
            for (int i = t.random().nextInt(3); i >= 0; i--) {
                long[] part = lengths.clone();
                part[axis] = t.whole(1, 4);
                parts.add(t.input(t::smooth, part));
            }
            parts.add(parts.get(0));
            return t.ops().concat(parts, t.random().nextBoolean() ? axis : axis - lengths.length);
        }));
        cases.add(several("split", t -> {
            long[] lengths = t.lengths(1, 4);
            int axis = t.axis(lengths.length);
            long[] parts = {1, t.random().nextInt(3), 1};
            lengths[axis < 0 ? axis + lengths.length : axis] = parts[1] + 2;
            return t.ops().split(t.input(t::smooth, lengths), axis, parts);
        }));
        cases.add(of("pad", t -> {
            long[] lengths = t.lengths(0, 4);
            return t.ops()
                    .pad(
                            t.input(t::smooth, lengths),
                            t.random().longs(lengths.length, 0, 3).toArray(),
                            t.random().longs(lengths.length, 0, 3).toArray(),
                            t.truth());
        }));
    }

    private static void addPicking(List<OperatorCase> cases) {
        cases.add(of("slice", t -> {
            long[] lengths = t.lengths(1, 4);
            return t.ops().slice(t.input(t::smooth, lengths), t.axis(lengths.length), t.whole(-4, 4), t.whole(-4, 4));
        }));
        cases.add(of("slice", t -> {
            long[] lengths = t.lengths(1, 4);
            long step = t.random().nextBoolean() ? t.whole(1, 3) : t.whole(-3, -1);
            long start = t.whole(-6, 6);
            long end = t.whole(-6, 6);
            return t.ops().slice(t.input(t::smooth, lengths), t.axis(lengths.length), start, end, step);
        }));
        cases.add(of("slice", t -> {
            long[] lengths = t.lengths(1, 4);
            return t.ops().slice(t.input(t::smooth, lengths), t.axis(lengths.length), -1, Long.MIN_VALUE, -1);
        }));
        cases.add(of("flip", t -> {
            long[] lengths = t.lengths(1, 4);
            return t.ops().flip(t.input(t::smooth, lengths), t.axis(lengths.length));
        }));
        cases.add(of("gather", t -> {
            long[] lengths = t.lengths(1, 3);
            int axis = t.axis(lengths.length);
            Value x = t.input(t::smooth, lengths);
            DoubleSupplier place = t.place(lengths[x.shape().axis(axis)]);
            return t.ops()
                    .gather(x, t.feed(t.truth() == 0 ? DataType.INT64 : DataType.INT32, place, t.lengths(0, 2)), axis);
        }));
        cases.add(of("gather", t -> {
            long[] lengths = t.lengths(1, 3);
            int axis = t.axis(lengths.length);
            Value x = t.input(t::smooth, lengths);
            long place = (long) t.place(lengths[x.shape().axis(axis)]).getAsDouble();
            return t.ops().gather(x, t.ops().constant(DataType.INT64, (double) place), axis);
        }));
        cases.add(of("gatherElements", t -> {
            long[] lengths = t.lengths(1, 4);
            int axis = t.random().nextInt(lengths.length);
            long[] picked = lengths.clone();
            picked[axis] = t.whole(1, 4);
            return t.ops()
                    .gatherElements(
                            t.input(t::smooth, lengths), t.feed(DataType.INT64, t.place(lengths[axis]), picked), axis);
        }));
        cases.add(of("scatterElements", t -> {
            long[] lengths = t.lengths(1, 4);
            int axis = t.random().nextInt(lengths.length);
            long[] updated = lengths.clone();
            updated[axis] = t.whole(1, 4);
            Value indices = t.feed(DataType.INT64, t.place(lengths[axis]), updated);
            return t.ops()
                    .scatterElements(t.input(t::smooth, lengths), indices, t.input(t::smooth, updated), axis, true);
        }));
        cases.add(of("scatterElements", t -> {
            long[] lengths = t.lengths(1, 4);
            int axis = t.random().nextInt(lengths.length);
            long[] updated = lengths.clone();
            updated[axis] = 1;
            Value indices = t.feed(DataType.INT64, t.place(lengths[axis]), updated);
            return t.ops()
                    .scatterElements(t.input(t::smooth, lengths), indices, t.input(t::smooth, updated), axis, false);
        }));
    }

    /** The methods without a gradient, and why; each has a case in {@link #others}. */
    static Map<String, String> withoutGradient() {
        Map<String, String> reasons = new TreeMap<>();
        for (String method : List.of("sign", "floor", "ceil", "round")) {
            reasons.put(method, "flat: the gradient is zero");
        }
        reasons.put("stopGradient", "lets none through");
        for (String method : List.of(
                "equal", "greater", "greaterOrEqual", "less", "lessOrEqual", "and", "or", "xor", "not", "isNaN")) {
            reasons.put(method, "gives truth values");
        }
        for (String method : List.of("bitwiseAnd", "bitwiseXor", "argMax", "shape", "size", "range")) {
            reasons.put(method, "gives integers");
        }
        reasons.put("oneHot", "takes integers");
        reasons.put("labelDecoder", "gives text");
        reasons.put("labelEncoder", "takes text");
        reasons.put("stringSplit", "takes text");
        reasons.put("stringConcat", "takes text");
        reasons.put("constant", "takes nothing");
        reasons.put("like", "takes a type only");
        return reasons;
    }

    /** Numbers to text and back; tests feed and read no text. */
    private static Value labels(Trial t) {
        Value x = t.ops().cast(t.input(t::smooth, t.lengths(1, 3)), DataType.INT64);
        Value texts = t.ops().labelDecoder(x, List.of(0L, 1L), List.of("zero", "one"), "many");
        return t.ops().labelEncoder(texts, List.of("one", "many"), List.of(1L, 7L), -1);
    }

    /** Numbers to text, joined and cut again: how many parts there are. */
    private static Value parts(Trial t) {
        Value x = t.ops().cast(t.input(t::smooth, t.lengths(1, 3)), DataType.INT64);
        Value texts = t.ops().labelDecoder(x, List.of(0L, 1L), List.of("a,", "b"), "c,d,");
        return t.ops().stringSplit(t.ops().stringConcat(texts, texts), ",").get(1);
    }

    /** The operators that have no gradient. */
    static List<OperatorCase> others() {
        List<OperatorCase> cases = new ArrayList<>();
        cases.add(unary("sign", t -> t::smooth, ops -> ops::sign));
        cases.add(unary("floor", t -> t::smooth, ops -> ops::floor));
        cases.add(unary("ceil", t -> t::smooth, ops -> ops::ceil));
        cases.add(unary("round", t -> t::smooth, ops -> ops::round));
        cases.add(unary("stopGradient", t -> t::smooth, ops -> ops::stopGradient));
        cases.add(unary("isNaN", t -> t::smooth, ops -> ops::isNaN));
        cases.add(binary("equal", t -> t::smooth, ops -> ops::equal));
        cases.add(binary("greater", t -> t::smooth, ops -> ops::greater));
        cases.add(binary("greaterOrEqual", t -> t::smooth, ops -> ops::greaterOrEqual));
        cases.add(binary("less", t -> t::smooth, ops -> ops::less));
        cases.add(binary("lessOrEqual", t -> t::smooth, ops -> ops::lessOrEqual));
        cases.add(feeding("and", DataType.BOOL, ops -> ops::and));
        cases.add(feeding("or", DataType.BOOL, ops -> ops::or));
        cases.add(feeding("xor", DataType.BOOL, ops -> ops::xor));
        cases.add(feeding("not", DataType.BOOL, ops -> (a, b) -> ops.not(a)));
        cases.add(feeding("bitwiseAnd", DataType.INT32, ops -> ops::bitwiseAnd));
        cases.add(feeding("bitwiseXor", DataType.INT64, ops -> ops::bitwiseXor));
        cases.add(feeding("mod", DataType.INT64, ops -> (a, b) -> ops.mod(a, ops.add(b, ops.like(b, 1)))));
        cases.add(of("argMax", t -> {
            long[] lengths = t.lengths(1, 4);
            return t.ops().argMax(t.input(t.distinct(), lengths), t.axis(lengths.length));
        }));
        cases.add(of("labelDecoder", OperatorCase::labels));
        cases.add(of("labelEncoder", OperatorCase::labels));
        cases.add(of("stringConcat", OperatorCase::parts));
        cases.add(of("stringSplit", OperatorCase::parts));
        cases.add(unary("shape", t -> t::smooth, ops -> ops::shape));
        cases.add(unary("size", t -> t::smooth, ops -> ops::size));
        cases.add(of("range", t -> {
            Value x = t.input(t::smooth, t.lengths(1, 1));
            Value zero = t.ops().constant(DataType.INT64, 0.0);
            return t.ops().range(zero, t.ops().size(x), x.shape().dimension(0));
        }));
        cases.add(of(
                "oneHot", t -> t.ops().oneHot(t.feed(DataType.INT64, t.place(5), t.lengths(0, 3)), 5, DataType.FLOAT)));
        cases.add(of("expand", t -> {
            long[] lengths = t.lengths(0, 4);
            Value like = t.feed(DataType.INT64, () -> 0, lengths);
            return t.ops()
                    .expand(t.input(t::smooth, t.narrowed(lengths)), t.ops().shape(like), like.shape());
        }));
        cases.add(of("constant", t -> t.ops().constant(1, 2, 3)));
        cases.add(unary("like", t -> t::smooth, ops -> x -> ops.like(x, 7)));
        return cases;
    }

    /** An operator of two tensors of another type, whose elements are 0 and 1. */
    private static OperatorCase feeding(String method, DataType type, Function<Ops, BinaryOperator<Value>> op) {
        return of(method, t -> {
            long[] lengths = t.lengths(0, 4);
            Value a = t.feed(type, t::truth, t.narrowed(lengths));
            Value b = t.feed(type, t::truth, t.narrowed(lengths));
            return op.apply(t.ops()).apply(a, b);
        });
    }

    /** Every operator. */
    static List<OperatorCase> all() {
        List<OperatorCase> cases = differentiable();
        cases.addAll(others());
        return cases;
    }

    @Override
    public String toString() {
        return method;
    }
}
