package dev.slipway.server.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written in a burst goes out at its end, whatever happens in it. */
final class BurstTest {
    private static EmbeddedChannel connection() {
        return new EmbeddedChannel(new IdleClock(Duration.ofMinutes(1)));
    }

    private static void answer(EmbeddedChannel connection) {
        assertThat(connection.writeAndFlush(Unpooled.copyInt(1)).isCancelled()).isFalse();
    }

    private static int sent(EmbeddedChannel connection) {
        return connection.outboundMessages().size();
    }

    @Test
    void sendsWhenAllIsWritten() {
        EmbeddedChannel first = connection();
        EmbeddedChannel second = connection();

        Burst.of(List.of(
                () -> answer(first),
                () -> answer(second),
                () -> assertThat(sent(first) + sent(second)).isZero(),
                () -> answer(first)));

        assertThat(sent(first)).isEqualTo(2);
        assertThat(sent(second)).isEqualTo(1);
    }

    @Test
    void sendsWhatWasWrittenBeforeAFault() {
        EmbeddedChannel connection = connection();
        Runnable fault = () -> {
            throw new IllegalStateException("a fault");
        };

        assertThatThrownBy(() -> Burst.of(List.of(() -> answer(connection), fault)))
                .isInstanceOf(IllegalStateException.class);

        assertThat(sent(connection)).isEqualTo(1);
    }

    @Test
    void leavesOtherAnswersAlone() {
        EmbeddedChannel connection = connection();
        Burst.of(List.of());

        answer(connection);

        assertThat(sent(connection)).isEqualTo(1);
    }
}
