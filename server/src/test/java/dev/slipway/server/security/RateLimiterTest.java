package dev.slipway.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RateLimiterTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RateLimiter limiter = new RateLimiter(2, 3, nanos::get);

    private boolean take(String client) {
        return limiter.take(client).isZero();
    }

    private boolean takeAll(int count) {
        return IntStream.range(0, count).allMatch(i -> take("a"));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void allowsTheBurstThenTheRate() {
        assertThat(takeAll(3)).isTrue();
        assertThat(limiter.take("a")).isEqualTo(Duration.ofMillis(500));
        pass(Duration.ofMillis(200));
        assertThat(limiter.take("a")).isEqualTo(Duration.ofMillis(300));
        pass(Duration.ofMillis(300));
        assertThat(take("a")).isTrue();
        assertThat(take("a")).isFalse();

        pass(Duration.ofDays(1));
        assertThat(takeAll(3)).isTrue();
        assertThat(take("a")).isFalse();
    }

    @Test
    void countsClientsApart() {
        assertThat(takeAll(3)).isTrue();
        assertThat(take("a")).isFalse();
        assertThat(take("b")).isTrue();
    }

    @Test
    void isNotMovedByAClockThatStands() {
        nanos.addAndGet(-Duration.ofHours(1).toNanos());
        assertThat(take("a")).isTrue();
        nanos.addAndGet(-Duration.ofHours(1).toNanos());
        assertThat(takeAll(2)).isTrue();
        assertThat(take("a")).isFalse();
    }

    @Test
    void remembersSoManyClientsAtMost() {
        for (int i = 0; i < 3 * RateLimiter.MAX_CLIENTS; i++) {
            take("client" + i);
        }

        assertThat(limiter.clients()).isLessThanOrEqualTo(RateLimiter.MAX_CLIENTS);
    }
}
