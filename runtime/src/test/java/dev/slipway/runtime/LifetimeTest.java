package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LifetimeTest {
    private final AtomicInteger frees = new AtomicInteger();
    private final Lifetime lifetime = new Lifetime("thing", frees::incrementAndGet);

    @Test
    void closeFreesAtOnceWhenNobodyIsInside() {
        lifetime.enter();
        lifetime.leave();
        assertThat(frees).hasValue(0);
        lifetime.close();
        assertThat(frees).hasValue(1);
        assertThat(lifetime.isFreed()).isTrue();
    }

    @Test
    void theLastToLeaveFreesAfterClose() {
        lifetime.enter();
        lifetime.enter();
        lifetime.close();
        lifetime.leave();
        assertThat(lifetime.isFreed()).isFalse();
        lifetime.leave();
        assertThat(frees).hasValue(1);
    }

    @Test
    void refusesToBeEnteredAfterCloseWhetherFreedOrNot() {
        lifetime.enter();
        lifetime.close();
        assertThatThrownBy(lifetime::enter)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thing is closed");
        lifetime.leave();
        assertThatThrownBy(lifetime::enter)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("thing is closed");
        assertThat(frees).hasValue(1);
    }

    @Test
    void closingTwiceFreesOnce() {
        lifetime.enter();
        lifetime.close();
        lifetime.close();
        assertThat(lifetime.isFreed()).isFalse();
        lifetime.leave();
        assertThat(frees).hasValue(1);
    }
}
