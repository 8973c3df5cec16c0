package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapeTest {
    private static final Dimension BATCH = Dimension.symbol("batch");
    private static final Shape IMAGES = Shape.of(28, 28, 3).prepend(BATCH);

    @Test
    void axesCountFromEitherEnd() {
        assertThat(IMAGES.rank()).isEqualTo(4);
        assertThat(IMAGES.dimension(0)).isEqualTo(BATCH).isEqualTo(IMAGES.dimension(-4));
        assertThat(IMAGES.size(-1)).isEqualTo(3);
        assertThat(IMAGES.axis(-2)).isEqualTo(2);
    }

    @Test
    void refusesAxesThatAreNotThere() {
        assertThatThrownBy(() -> IMAGES.dimension(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("axis: 4 of shape [batch, 28, 28, 3] (expected: -4 to 3)");
        assertThatThrownBy(() -> Shape.scalar().axis(0)).hasMessage("axis: 0 of shape [] (expected: 0 to -1)");
    }

    @Test
    void symbolsHaveNoSize() {
        assertThat(IMAGES.isKnown()).isFalse();
        assertThat(IMAGES.symbolCount()).isOne();
        assertThatThrownBy(IMAGES::toArray)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("dimension 'batch' (expected: a known length)");
        assertThatThrownBy(IMAGES::elementCount).hasMessage("dimension 'batch' (expected: a known length)");
    }

    @Test
    void boundSymbolsAreNumbers() {
        assertThat(IMAGES.bind(Map.of("batch", 7L, "other", 1L))).isEqualTo(Shape.of(7, 28, 28, 3));
        assertThat(IMAGES.bind(Map.of())).isEqualTo(IMAGES);
    }

    @Test
    void changedCopiesLeaveTheOriginal() {
        assertThat(IMAGES.with(-1, Dimension.of(1)).size(3)).isOne();
        assertThat(IMAGES.slice(1, 3)).isEqualTo(Shape.of(28, 28));
        assertThat(IMAGES.toString()).isEqualTo("[batch, 28, 28, 3]");
    }

    @Test
    void scalarHasOneElement() {
        assertThat(Shape.scalar().elementCount()).isOne();
        assertThat(Shape.scalar())
                .isEqualTo(Shape.of())
                .hasSameHashCodeAs(Shape.of())
                .hasToString("[]");
    }

    @Test
    void emptyAxisHasNoElements() {
        assertThat(Shape.of(3, 0, 5).elementCount()).isZero();
    }

    @Test
    void refusesToCountMoreElementsThanALongHolds() {
        Shape huge = Shape.of(Long.MAX_VALUE, 2);
        assertThatThrownBy(huge::elementCount).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void listGivenIsCopied() {
        List<Dimension> dimensions = new ArrayList<>(List.of(BATCH));
        Shape shape = Shape.of(dimensions);
        dimensions.clear();
        assertThat(shape.rank()).isOne();
    }
}
