package dev.slipway.server.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LastMinuteTest {
    private static final long NOW = 1_800_000_000_000L;

    private final LastMinute minute = new LastMinute();

    @Test
    void forgetsWhatIsOlderThanAMinute() {
        minute.add(NOW);
        minute.add(NOW + 999);
        minute.add(NOW + 30_000);

        assertThat(minute.count(NOW + 30_000)).isEqualTo(3);
        assertThat(minute.count(NOW + 59_999)).isEqualTo(3);
        assertThat(minute.count(NOW + 60_000)).isEqualTo(1);
        assertThat(minute.count(NOW + 90_000)).isZero();
    }

    @Test
    void aSlotIsUsedAgain() {
        minute.add(NOW);
        minute.add(NOW + 64_000);

        assertThat(minute.count(NOW + 64_000)).isEqualTo(1);
    }
}
