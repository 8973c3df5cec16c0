package dev.slipway.cli.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryLimitsTest {
    private static final long MIB = 1 << 20;

    @Test
    void areTheSameInEveryLargeHeap() {
        assertThat(MemoryLimits.ofHeap(1024 * MIB))
                .isEqualTo(new MemoryLimits(256 * MIB, 64 * MIB))
                .isEqualTo(MemoryLimits.ofHeap(64 * 1024 * MIB));
    }

    @Test
    void leaveRoomInASmallHeap() {
        assertThat(MemoryLimits.ofHeap(64 * MIB)).isEqualTo(new MemoryLimits(16 * MIB, 8 * MIB));
    }
}
