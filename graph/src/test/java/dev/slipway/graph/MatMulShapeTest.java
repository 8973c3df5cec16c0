package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MatMulShapeTest {
    @Test
    void matricesMultiply() {
        assertThat(MatMulShape.of(Shape.of(2, 3), Shape.of(3, 4))).isEqualTo(Shape.of(2, 4));
    }

    @Test
    void vectorsLoseTheirAxis() {
        assertThat(MatMulShape.of(Shape.of(3), Shape.of(3, 4))).isEqualTo(Shape.of(4));
        assertThat(MatMulShape.of(Shape.of(2, 3), Shape.of(3))).isEqualTo(Shape.of(2));
        assertThat(MatMulShape.of(Shape.of(3), Shape.of(3))).isEqualTo(Shape.scalar());
        assertThat(MatMulShape.of(Shape.of(3), Shape.of(7, 3, 4))).isEqualTo(Shape.of(7, 4));
    }

    @Test
    void leadingAxesBroadcast() {
        assertThat(MatMulShape.of(Shape.of(5, 1, 2, 3), Shape.of(6, 3, 4))).isEqualTo(Shape.of(5, 6, 2, 4));
        assertThat(MatMulShape.of(Shape.of(2, 3).prepend(Dimension.symbol("batch")), Shape.of(3, 4)))
                .isEqualTo(Shape.of(2, 4).prepend(Dimension.symbol("batch")));
    }

    @Test
    void refusesInnerLengthsThatDiffer() {
        assertThatThrownBy(() -> MatMulShape.of(Shape.of(2, 3), Shape.of(4, 3)))
                .hasMessage("MatMul: [2, 3] and [4, 3]"
                        + " (expected: the last axis of the left as long as the last but one of the right)");
    }

    @Test
    void refusesScalars() {
        assertThatThrownBy(() -> MatMulShape.of(Shape.scalar(), Shape.of(3)))
                .hasMessage("MatMul: [] and [3] (expected: operands of rank 1 or more)");
    }

    @Test
    void refusesLeadingAxesThatDoNotBroadcast() {
        assertThatThrownBy(() -> MatMulShape.of(Shape.of(5, 2, 3), Shape.of(6, 3, 4)))
                .hasMessage("MatMul: [5] and [6] (expected: equal lengths, or 1, in every place from the last)");
    }
}
