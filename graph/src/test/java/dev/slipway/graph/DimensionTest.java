package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DimensionTest {
    @Test
    void numberIsKnown() {
        Dimension three = Dimension.of(3);
        assertThat(three.isKnown()).isTrue();
        assertThat(three.size()).isEqualTo(3);
        assertThat(three.is(3)).isTrue();
        assertThat(three.is(4)).isFalse();
        assertThat(three.symbol()).isEmpty();
        assertThat(three).hasToString("3").isEqualTo(Dimension.of(3)).hasSameHashCodeAs(Dimension.of(3));
    }

    @Test
    void symbolIsNotKnown() {
        Dimension batch = Dimension.symbol("batch");
        assertThat(batch.isKnown()).isFalse();
        assertThat(batch.is(-1)).isFalse();
        assertThat(batch.symbol()).contains("batch");
        assertThat(batch).hasToString("batch").isEqualTo(Dimension.symbol("batch"));
        assertThat(batch).isNotEqualTo(Dimension.symbol("time")).isNotEqualTo(Dimension.of(1));
    }

    @Test
    void symbolHasNoSize() {
        assertThatThrownBy(() -> Dimension.symbol("batch").size())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("dimension 'batch' (expected: a known length)");
    }

    @Test
    void refusesNegativeNumbers() {
        assertThatThrownBy(() -> Dimension.of(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dimension: -1 (expected: >= 0)");
    }

    @Test
    void refusesSymbolsWithoutName() {
        assertThatThrownBy(() -> Dimension.symbol(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dimension symbol: '' (expected: a name such as 'batch')");
    }
}
