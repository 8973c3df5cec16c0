package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Operators that go through sequences, and sums of products, which attention over sequences is made of. */
final class SequenceCase {
    /** Those without corners, in any derivative. */
    private static final List<RecurrentFunction> FUNCTIONS = List.of(
            RecurrentFunction.of("Sigmoid"), RecurrentFunction.of("Tanh"), RecurrentFunction.of("Affine", 0.6, 0.1));

    private static final List<String> EQUATIONS = List.of(
            "abc,cad->bda",
            "...x,xy->...y",
            "...x,...x->...",
            "abc,cde->abde",
            "aecd,abcd->acbe",
            "acbe,aecd->abcd",
            "abc,acd->ad",
            "b...a,a->a...",
            "ab,b,cb->ca");

    private SequenceCase() {}

    static List<OperatorCase> all() {
        List<OperatorCase> cases = new ArrayList<>();
        cases.add(recurrent("rnn", 1, 1, 1, ops -> ops::rnn));
        cases.add(recurrent("gru", 3, 1, 2, ops -> ops::gru));
        cases.add(recurrent("lstm", 4, 2, 3, ops -> ops::lstm));
        cases.add(OperatorCase.several("scan", SequenceCase::sums));
        cases.add(OperatorCase.several("scan", SequenceCase::products));
        cases.add(OperatorCase.several("scan", SequenceCase::nested));
        EQUATIONS.forEach(equation -> cases.add(OperatorCase.of("einsum", t -> einsum(t, equation))));
        return cases;
    }

    private static OperatorCase recurrent(
            String method,
            int gates,
            int states,
            int functions,
            Function<Ops, BiFunction<Value, Recurrent, List<Value>>> op) {
        return OperatorCase.several(method, t -> {
                    long[] s = t.lengths(4, 4);
                    long units = s[3];
                    Value x = t.input(t::smooth, s[0], s[1], s[2]);
                    List<RecurrentFunction> chosen = new ArrayList<>();
                    for (int i = 0; i < functions; i++) {
                        chosen.add(FUNCTIONS.get(t.random().nextInt(FUNCTIONS.size())));
                    }
                    Recurrent recurrent = Recurrent.of(
                            t.known(() -> 0.3 * t.smooth(), 1, gates * units, s[2]),
                            t.known(() -> 0.3 * t.smooth(), 1, gates * units, units),
                            chosen);
                    if (t.random().nextBoolean()) {
                        recurrent = recurrent.withBias(t.known(t::smooth, 1, 2L * gates * units));
                    }
                    if (t.random().nextBoolean()) {
                        recurrent = recurrent.withLengths(t.feed(DataType.INT32, () -> t.whole(1, s[0]), s[1]));
                    }
                    if (t.random().nextBoolean()) {
                        List<Value> initial = new ArrayList<>();
                        for (int i = 0; i < states; i++) {
                            initial.add(t.input(t::smooth, 1, s[1], units));
                        }
                        recurrent = recurrent.withStates(initial);
                    }
                    List<Value> results = op.apply(t.ops())
                            .apply(x, recurrent.withLinearBeforeReset(method.equals("gru") && t.truth() == 0));
                    // A layer may use the outputs, the last states, or both.
                    int from = t.random().nextInt(results.size());
                    return results.subList(from, results.size());
                })
                .single();
    }

    /** A running sum, to which a value from outside the body is added, and the square of each element. */
    private static List<Value> sums(Trial t) {
        long[] lengths = t.lengths(2, 4);
        int axis = t.random().nextInt(lengths.length);
        Value x = t.input(t::smooth, lengths);
        Value more = t.input(t::smooth);
        Value start = t.ops().reduceSum(x, false, axis);
        return t.ops()
                .scan(
                        List.of(start),
                        List.of(x),
                        axis,
                        (ops, states, elements) -> List.of(
                                ops.add(ops.add(states.get(0), more), elements.get(0)),
                                ops.unsqueeze(ops.mul(elements.get(0), elements.get(0)), 0)));
    }

    /** Two states that need each other, of which one is given at each step; some steps are left out. */
    private static List<Value> products(Trial t) {
        long[] s = t.lengths(3, 3);
        Value x = t.input(t::smooth, s[0], s[1], s[2]);
        Value counts = t.feed(DataType.BOOL, t::truth, s[1]);
        Value weight = t.known(() -> 0.5 * t.smooth(), s[2], s[2]);
        Value one = t.input(t::smooth, s[0], s[2]);
        Value other = t.input(t::smooth, s[0], s[2]);
        Value along = t.ops().transpose(x, 1, 0, 2);
        List<Value> results = t.ops().scan(List.of(one, other), List.of(along, counts), 0, (ops, states, elements) -> {
            Value next = ops.tanh(ops.add(ops.matMul(states.get(0), weight), elements.get(0)));
            Value kept = ops.where(elements.get(1), next, states.get(0));
            return List.of(kept, ops.mul(states.get(1), ops.sin(next)), kept);
        });
        return results.subList(t.random().nextInt(3), 3);
    }

    /** A loop in a loop. */
    private static List<Value> nested(Trial t) {
        long[] s = t.lengths(2, 2);
        Value x = t.input(t::smooth, s);
        Value scale = t.input(t::smooth);
        Value start = t.input(t::smooth);
        return t.ops()
                .scan(
                        List.of(start),
                        List.of(x),
                        0,
                        (outer, states, rows) ->
                                outer.scan(List.of(states.get(0)), List.of(rows.get(0)), 0, (inner, sums, elements) -> {
                                    Value next = inner.sin(inner.mul(inner.add(sums.get(0), elements.get(0)), scale));
                                    return List.of(next, inner.mul(next, rows.get(0)));
                                }));
    }

    /** Each letter has one length; the dots are one or two axes, of which an operand may lack some. */
    private static Value einsum(Trial t, String equation) {
        long[] lengths = t.random().longs(26, 1, 4).toArray();
        long[] spread = t.lengths(1, 2);
        List<Value> operands = new ArrayList<>();
        for (String term : equation.split("->", -1)[0].split(",", -1)) {
            List<Long> shape = new ArrayList<>();
            int dots = term.indexOf("...");
            String letters = term.replace("...", "");
            for (int i = 0; i < letters.length(); i++) {
                if (i == dots) {
                    addAll(shape, t.narrowed(spread));
                }
                shape.add(lengths[letters.charAt(i) - 'a']);
            }
            if (dots == letters.length()) {
                addAll(shape, t.narrowed(spread));
            }
            operands.add(
                    t.input(t::smooth, shape.stream().mapToLong(Long::longValue).toArray()));
        }
        return t.ops().einsum(equation, operands.toArray(new Value[0]));
    }

    private static void addAll(List<Long> shape, long[] lengths) {
        for (long length : lengths) {
            shape.add(length);
        }
    }
}
