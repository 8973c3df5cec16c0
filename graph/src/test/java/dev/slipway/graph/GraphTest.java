package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
    private final Graph graph = new Graph("test");
    private final Ops ops = new Ops(graph);
    private final Value x = graph.input("x", DataType.FLOAT, Shape.of(2));

    @Test
    void namesAreUnique() {
        Value first = ops.scoped("dense").exp(x);
        Value second = ops.scoped("dense").exp(x);
        assertThat(first.name()).isEqualTo("dense/Exp:0");
        assertThat(second.name()).isEqualTo("dense/Exp_1:0");
        assertThat(graph.freshSymbol("rows")).isNotEqualTo(graph.freshSymbol("rows"));
    }

    @Test
    void refusesNamesThatAreTaken() {
        assertThatThrownBy(() -> graph.input("x", DataType.FLOAT, Shape.scalar()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value 'x' (expected: a name not used before)");
        graph.output("y", x);
        assertThatThrownBy(() -> graph.output("y", x)).hasMessage("output 'y' (expected: a name not used before)");
    }

    @Test
    void refusesParametersOfUnknownShape() {
        Shape shape = Shape.of(3).prepend(Dimension.symbol("batch"));
        assertThatThrownBy(() -> graph.parameter("kernel", DataType.FLOAT, shape))
                .hasMessage("parameter 'kernel': shape [batch, 3] (expected: known lengths)");
    }

    @Test
    void countsTheOperatorsThatOutputsNeed() {
        Value y = ops.exp(ops.exp(ops.neg(x)));
        ops.log(y);
        graph.output(
                "y",
                ops.scan(
                                List.of(ops.constant(DataType.FLOAT, 0)),
                                List.of(y),
                                0,
                                (body, states, elements) -> List.of(body.neg(body.add(states.get(0), elements.get(0)))))
                        .get(0));
        assertThat(graph.operators())
                .containsExactlyInAnyOrderEntriesOf(Map.of("Exp", 2, "Neg", 2, "Scan", 1, "Add", 1));
    }

    @Test
    void whatIsToBeKnownBeforeIsNeeded() {
        Value number = ops.constant(DataType.FLOAT, 2);
        assertThat(ops.after(number, List.of())).isEqualTo(number);
        graph.output("y", ops.after(number, List.of(ops.exp(x))));
        assertThat(graph.operators()).containsEntry("Exp", 1);
    }

    @Test
    void knowsWhoProducesAValue() {
        Value y = ops.neg(x);
        assertThat(graph.producer(y)).contains(graph.nodes().get(0));
        assertThat(graph.producer(x)).isEmpty();
    }

    @Test
    void textHasOneLineForEachNode() {
        graph.output("y", ops.softmax(x, -1));
        assertThat(graph).hasToString("""
                        graph test
                          input x: FLOAT [2]
                          [Softmax:0: FLOAT [2]] = Softmax(x) {axis=Int[value=0]}
                          output y = Softmax:0
                        """);
    }

    @Test
    void nothingToDoAddsNoNode() {
        assertThat(ops.cast(x, DataType.FLOAT)).isSameAs(x);
        assertThat(ops.reshape(x, Shape.of(2))).isSameAs(x);
        assertThat(ops.pad(x, new long[] {0}, new long[] {0})).isSameAs(x);
        assertThat(graph.nodes()).isEmpty();
    }

    @Test
    void constantHoldsTheBytesOfItsType() {
        assertThat(Constant.scalar(DataType.INT16, -2).bytes().getShort()).isEqualTo((short) -2);
        assertThat(Constant.scalar(DataType.UINT32, 4e9).bytes().getInt()).isEqualTo((int) 4_000_000_000L);
        assertThat(Constant.scalar(DataType.BOOL, 0.5).bytes().get()).isEqualTo((byte) 1);
        assertThat(Constant.of(Shape.of(2), 1.5f, 2).bytes().getFloat(4)).isEqualTo(2);
    }

    @Test
    void refusesConstantsOfAnotherSize() {
        assertThatThrownBy(() -> new Constant(DataType.FLOAT, Shape.of(2), ByteBuffer.allocate(7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("constant of FLOAT [2]: 7 bytes (expected: 8)");
        assertThatThrownBy(() -> Constant.scalar(DataType.STRING, 1))
                .hasMessage("element of type STRING (expected: a number type)");
    }

    @Test
    void everyTypeIsFoundByItsCode() {
        for (DataType type : DataType.values()) {
            assertThat(DataType.ofOnnxCode(type.onnxCode())).isEqualTo(type);
        }
        assertThatThrownBy(() -> DataType.ofOnnxCode(99))
                .hasMessage("ONNX element type: 99 (expected: a number of DataType)");
    }
}
