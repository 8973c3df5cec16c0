package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class OpsRefusalTest {
    private final Graph graph = new Graph("test");
    private final Ops ops = new Ops(graph);
    private final Value matrix = graph.input("matrix", DataType.FLOAT, Shape.of(2, 3));
    private final Value vector = graph.input("vector", DataType.FLOAT, Shape.of(5));
    private final Value doubles = graph.input("doubles", DataType.DOUBLE, Shape.of(2, 3));
    private final Value integers = graph.input("integers", DataType.INT64, Shape.of(2, 3));
    private final Value truths = graph.input("truths", DataType.BOOL, Shape.of(2, 3));
    private final Value batched =
            graph.input("batched", DataType.FLOAT, Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(3))));

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void operandsThatDoNotBroadcast() {
        assertRefused(
                () -> ops.add(matrix, vector),
                "Add: [2, 3] and [5] (expected: equal lengths, or 1, in every place from the last)");
    }

    @Test
    void summationsThatDoNotFit() {
        assertRefused(
                () -> ops.einsum("ab,bc->ac", matrix, matrix),
                "Einsum: 'ab,bc->ac' of [[2, 3], [2, 3]] (expected: one length for 'b')");
        assertRefused(
                () -> ops.einsum("ab->ac", matrix),
                "Einsum: 'ab->ac' of [[2, 3]] (expected: a result of different letters that the operands have)");
        assertRefused(
                () -> ops.einsum("a->a", matrix), "Einsum: 'a->a' of [[2, 3]] (expected: one letter for each axis)");
        assertRefused(
                () -> ops.einsum("ab,bc", matrix, matrix),
                "Einsum: 'ab,bc' of [[2, 3], [2, 3]] (expected: an equation with one '->')");
        assertRefused(
                () -> ops.einsum("ab->ab", matrix, matrix),
                "Einsum: 'ab->ab' of [[2, 3], [2, 3]] (expected: letters and at most one '...' for each operand)");
        assertRefused(
                () -> ops.einsum("ab,ab->ab", matrix, doubles),
                "Einsum: matrix: FLOAT [2, 3] and doubles: DOUBLE [2, 3] (expected: the same type)");
        assertRefused(
                () -> ops.expand(vector, Shape.of(2, 3)),
                "Expand: [5] and [2, 3] (expected: equal lengths, or 1, in every place from the last)");
    }

    @Test
    void operandsOfDifferentTypes() {
        assertRefused(
                () -> ops.mul(matrix, doubles),
                "Mul: matrix: FLOAT [2, 3] and doubles: DOUBLE [2, 3] (expected: the same type)");
        assertRefused(
                () -> ops.where(truths, matrix, doubles),
                "Where: matrix: FLOAT [2, 3] and doubles: DOUBLE [2, 3] (expected: the same type)");
        assertRefused(
                () -> ops.matMul(matrix, doubles),
                "MatMul: matrix: FLOAT [2, 3] and doubles: DOUBLE [2, 3] (expected: the same type)");
        assertRefused(
                () -> ops.concat(List.of(matrix, doubles), 0),
                "Concat: matrix: FLOAT [2, 3] and doubles: DOUBLE [2, 3] (expected: the same type)");
        assertRefused(
                () -> ops.mod(matrix, doubles),
                "Mod: matrix: FLOAT [2, 3] and doubles: DOUBLE [2, 3] (expected: the same type)");
    }

    @Test
    void operandsOfTheWrongKind() {
        assertRefused(() -> ops.add(truths, truths), "Add: truths: BOOL [2, 3] (expected: a number type)");
        assertRefused(() -> ops.exp(integers), "Exp: integers: INT64 [2, 3] (expected: a floating-point type)");
        assertRefused(() -> ops.not(matrix), "Not: matrix: FLOAT [2, 3] (expected: BOOL)");
        assertRefused(() -> ops.where(matrix, matrix, matrix), "Where: matrix: FLOAT [2, 3] (expected: BOOL)");
        assertRefused(
                () -> ops.bitwiseAnd(matrix, matrix), "BitwiseAnd: matrix: FLOAT [2, 3] (expected: an integer type)");
        assertRefused(() -> ops.gather(matrix, vector, 0), "Gather: vector: FLOAT [5] (expected: INT32 or INT64)");
        assertRefused(
                () -> ops.oneHot(vector, 3, DataType.FLOAT), "OneHot: vector: FLOAT [5] (expected: INT32 or INT64)");
        assertRefused(
                () -> ops.softmax(integers, 0), "Softmax: integers: INT64 [2, 3] (expected: a floating-point type)");
        assertRefused(() -> ops.reduceSum(truths, false), "ReduceSum: truths: BOOL [2, 3] (expected: a number type)");
    }

    @Test
    void axesThatAreNotThere() {
        assertRefused(() -> ops.softmax(matrix, 2), "axis: 2 of shape [2, 3] (expected: -2 to 1)");
        assertRefused(() -> ops.reduceMax(matrix, true, -3), "axis: -3 of shape [2, 3] (expected: -2 to 1)");
        assertRefused(() -> ops.argMax(vector, 1), "axis: 1 of shape [5] (expected: -1 to 0)");
        assertRefused(() -> ops.slice(matrix, 4, 0, 1), "axis: 4 of shape [2, 3] (expected: -2 to 1)");
    }

    @Test
    void matricesThatDoNotMultiply() {
        assertRefused(
                () -> ops.matMul(matrix, vector),
                "MatMul: [2, 3] and [5] (expected: the last axis of the left as long as the last but one of the right)");
        assertRefused(
                () -> ops.matMul(matrix, ops.constant(DataType.FLOAT, 1)),
                "MatMul: [2, 3] and [] (expected: operands of rank 1 or more)");
        assertRefused(() -> ops.gemm(matrix, false, vector, false), "Gemm: [2, 3] and [5] (expected: matrices)");
        assertRefused(
                () -> ops.gemm(matrix, true, matrix, true),
                "Gemm: [2, 3] transposed and [2, 3] transposed"
                        + " (expected: as many columns on the left as rows on the right)");
    }

    @Test
    void shapesOfOtherSizes() {
        assertRefused(
                () -> ops.reshape(matrix, Shape.of(4, 2)), "Reshape: [2, 3] to [4, 2] (expected: as many elements, 6)");
    }

    @Test
    void symbolsThatTheOperandDoesNotHave() {
        Shape target = Shape.of(List.of(Dimension.symbol("time"), Dimension.symbol("width")));
        assertRefused(
                () -> ops.reshape(batched, target),
                "Reshape: [batch, 3] to [time, width] (expected: 'time' to be a length of the operand)");
    }

    @Test
    void permutationsThatAreNone() {
        String message = " of shape [2, 3] (expected: each axis once)";
        assertRefused(() -> ops.transpose(matrix, 0), "Transpose: permutation [0]" + message);
        assertRefused(() -> ops.transpose(matrix, 1, -1), "Transpose: permutation [1, -1]" + message);
    }

    @Test
    void axesThatCannotBeAddedOrTaken() {
        assertRefused(
                () -> ops.unsqueeze(matrix, 1, -3),
                "Unsqueeze: axes [1, -3] of shape [2, 3] (expected: different axes from -4 to 3)");
        assertRefused(
                () -> ops.unsqueeze(matrix, 3),
                "Unsqueeze: axes [3] of shape [2, 3] (expected: different axes from -3 to 2)");
        assertRefused(
                () -> ops.squeeze(matrix, -1), "Squeeze: axis -1 of shape [2, 3] (expected: an axis of length 1)");
    }

    @Test
    void partsThatDoNotJoin() {
        assertRefused(
                () -> ops.concat(List.of(matrix, ops.reshape(matrix, Shape.of(3, 2))), 1),
                "Concat: [2, 3] and [3, 2] (expected: equal but along axis 1)");
        assertRefused(
                () -> ops.concat(List.of(matrix, vector), 0),
                "Concat: [2, 3] and [5] (expected: equal but along axis 0)");
        assertRefused(() -> ops.concat(List.of(), 0), "Concat: no parts (expected: one or more)");
    }

    @Test
    void partsThatDoNotAddUp() {
        assertRefused(
                () -> ops.split(matrix, -1, 1, 1),
                "Split: axis -1 of shape [2, 3] into parts of [1, 1] (expected: parts that add up to 3)");
        assertRefused(
                () -> ops.split(matrix, 0),
                "Split: axis 0 of shape [2, 3] into parts of [] (expected: parts that add up to 2)");
    }

    @Test
    void stepsOfNothing() {
        assertRefused(() -> ops.slice(matrix, 0, 0, 1, 0), "Slice: step 0 (expected: any other step)");
        assertRefused(() -> ops.slice(batched, 0, 0, 1, 0), "Slice: step 0 (expected: any other step)");
    }

    @Test
    void rangesUpsideDown() {
        assertRefused(() -> ops.clip(matrix, 1, 0), "Clip: range 1.0 to 0.0 (expected: low <= high)");
        assertRefused(() -> ops.clip(matrix, Double.NaN, 0), "Clip: range NaN to 0.0 (expected: low <= high)");
    }

    @Test
    void paddingThatDoesNotFit() {
        assertRefused(
                () -> ops.pad(matrix, new long[] {1}, new long[] {0, 0}),
                "Pad: [2, 3] by [1] and [0, 0] (expected: for each axis a number >= 0)");
        assertRefused(
                () -> ops.pad(matrix, new long[] {0, -1}, new long[] {0, 0}),
                "Pad: [2, 3] by [0, -1] and [0, 0] (expected: for each axis a number >= 0)");
    }

    @Test
    void placesOfAnotherRank() {
        Value places = graph.input("places", DataType.INT64, Shape.of(2));
        assertRefused(
                () -> ops.gatherElements(matrix, places, 0),
                "GatherElements: [2, 3] and indices [2] (expected: one rank, 1 or more)");
        assertRefused(
                () -> ops.scatterElements(vector, places, matrix, 0, true),
                "ScatterElements: indices [2] and updates [2, 3] (expected: equal shapes)");
        assertRefused(
                () -> ops.scatterElements(vector, places, vector, 0, true),
                "ScatterElements: indices [2] and updates [5] (expected: equal shapes)");
        assertRefused(
                () -> ops.gatherElements(matrix, matrix, 0),
                "GatherElements: matrix: FLOAT [2, 3] (expected: INT32 or INT64)");
    }

    @Test
    void moreLargestElementsThanThereAre() {
        assertRefused(() -> ops.topK(matrix, Dimension.of(4), 1), "TopK: 4 of axis 1 of shape [2, 3] (expected: <= 3)");
        assertRefused(
                () -> ops.topK(matrix, Dimension.symbol("k"), 1),
                "TopK: k of axis 1 of shape [2, 3] (expected: a number, or the symbol of that axis)");
    }

    @Test
    void shapesThatCannotBeStretched() {
        assertRefused(
                () -> ops.expandLike(vector, matrix),
                "Expand: [5] and [2, 3] (expected: equal lengths, or 1, in every place from the last)");
    }

    @Test
    void lengthsThatAreStretchedTooFar() {
        assertRefused(
                () -> ops.expand(matrix, ops.constant(1, 3), Shape.of(1, 3)),
                "Expand: [2, 3] to [1, 3] (expected: no axis of the operand longer than that of the target)");
    }

    @Test
    void recurrentWeightsThatDoNotFit() {
        Value x = graph.input("x", DataType.FLOAT, Shape.of(7, 2, 3));
        Value w = graph.input("w", DataType.FLOAT, Shape.of(1, 20, 3));
        Value r = graph.input("r", DataType.FLOAT, Shape.of(1, 20, 5));
        List<RecurrentFunction> functions =
                List.of(RecurrentFunction.of("Sigmoid"), RecurrentFunction.of("Tanh"), RecurrentFunction.of("Tanh"));
        Recurrent lstm = Recurrent.of(w, r, functions);
        assertRefused(() -> ops.lstm(matrix, lstm), "LSTM: [2, 3], [1, 20, 3] and [1, 20, 5] (expected: rank 3)");
        assertRefused(() -> ops.gru(x, lstm), "GRU: w [1, 20, 3] (expected: [1, 15, 3])");
        assertRefused(() -> ops.lstm(x, lstm.withBias(vector)), "LSTM: bias [5] (expected: [1, 40])");
        assertRefused(() -> ops.lstm(x, lstm.withLengths(vector)), "LSTM: lengths [5] (expected: [2])");
        assertRefused(
                () -> ops.lstm(x, lstm.withStates(List.of(ops.slice(w, 1, 0, 2)))),
                "LSTM: state [1, 2, 3] (expected: [1, 2, 5])");
        assertRefused(
                () -> ops.lstm(x, Recurrent.of(w, r, functions.subList(0, 1))),
                "LSTM: 1 functions and 0 states (expected: 3 and 2)");
    }

    @Test
    void statesThatChangeTheirShape() {
        assertRefused(
                () -> ops.scan(List.of(vector), List.of(matrix), 0, (inner, states, elements) -> elements),
                "Scan: state vector: FLOAT [5] becomes Scan/body/element: FLOAT [3] (expected: its own type and shape)");
        assertRefused(
                () -> ops.scan(List.of(vector), List.of(), 0, (inner, states, elements) -> states),
                "Scan: no sequences (expected: one or more)");
    }
}
