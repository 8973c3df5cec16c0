package dev.slipway.keras.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ExtentsTest {
    private final Graph graph = new Graph("extents");
    private final Ops ops = new Ops(graph);

    private double number(Value value) {
        return Extents.of(graph, value).get(0).number();
    }

    private Value lengths(long... lengths) {
        return ops.shape(graph.input("x", DataType.FLOAT, Shape.of(lengths)));
    }

    /** Each doubling uses the one before it twice: followed step by step these were 2 to the power of 50. */
    @Test
    @Timeout(20)
    void followsAValueThatIsUsedManyTimesOnce() {
        Value number = ops.slice(lengths(3), 0, 0, 1);
        for (int i = 0; i < 50; i++) {
            number = ops.add(number, number);
        }
        assertThat(number(number)).isEqualTo(3 * Math.pow(2, 50));
    }

    @Test
    void computesInTheTypeOfTheGraph() {
        Value part =
                ops.mul(ops.cast(ops.slice(lengths(10), 0, 0, 1), DataType.FLOAT), ops.constant(DataType.FLOAT, 0.7));
        assertThat(number(ops.cast(part, DataType.INT64))).isEqualTo(7);
    }

    @Test
    void takesTheRightPartOfASplitInUnequalParts() {
        assertThat(number(ops.split(lengths(2, 4, 6), 0, 2, 1).get(1))).isEqualTo(6);
    }

    @Test
    void knowsThatATruthValueIsNoNumber() {
        Value isAny = ops.cast(ops.slice(lengths(10), 0, 0, 1), DataType.BOOL);
        assertThat(number(ops.not(isAny))).isZero();
    }
}
