package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BroadcastTest {
    private static final Dimension BATCH = Dimension.symbol("batch");
    private static final Dimension TIME = Dimension.symbol("time");

    private static Shape of(Dimension... dimensions) {
        return Shape.of(List.of(dimensions));
    }

    @Test
    void onesStretch() {
        assertThat(Broadcast.of("Add", Shape.of(4, 1), Shape.of(1, 3))).isEqualTo(Shape.of(4, 3));
    }

    @Test
    void lastAxesAlign() {
        assertThat(Broadcast.of("Add", Shape.of(2, 4, 3), Shape.of(3))).isEqualTo(Shape.of(2, 4, 3));
        assertThat(Broadcast.of("Add", Shape.scalar(), Shape.of(2, 3))).isEqualTo(Shape.of(2, 3));
        assertThat(Broadcast.of("Add", Shape.scalar(), Shape.scalar())).isEqualTo(Shape.scalar());
    }

    @Test
    void emptyAxesStayEmpty() {
        assertThat(Broadcast.of("Add", Shape.of(0, 3), Shape.of(1, 3))).isEqualTo(Shape.of(0, 3));
        assertThatThrownBy(() -> Broadcast.of("Add", Shape.of(0), Shape.of(2)))
                .hasMessage("Add: [0] and [2] (expected: equal lengths, or 1, in every place from the last)");
    }

    @Test
    void symbolsStay() {
        assertThat(Broadcast.of("Add", of(BATCH, Dimension.of(3)), Shape.of(3))).isEqualTo(of(BATCH, Dimension.of(3)));
        assertThat(Broadcast.of("Add", of(BATCH), Shape.of(1))).isEqualTo(of(BATCH));
        assertThat(Broadcast.of("Add", Shape.of(1), of(BATCH))).isEqualTo(of(BATCH));
    }

    @Test
    void symbolTakesTheKnownLengthBesideIt() {
        assertThat(Broadcast.of("Add", of(BATCH), Shape.of(5))).isEqualTo(Shape.of(5));
        assertThat(Broadcast.of("Add", Shape.of(5), of(BATCH))).isEqualTo(Shape.of(5));
    }

    @Test
    void firstOfTwoSymbolsIsTaken() {
        assertThat(Broadcast.of("Add", of(BATCH), of(TIME))).isEqualTo(of(BATCH));
    }

    @Test
    void refusesOtherLengths() {
        assertThatThrownBy(() -> Broadcast.of("Mul", Shape.of(4, 2), Shape.of(4, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Mul: [4, 2] and [4, 3] (expected: equal lengths, or 1, in every place from the last)");
    }
}
