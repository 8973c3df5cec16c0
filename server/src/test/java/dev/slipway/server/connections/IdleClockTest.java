package dev.slipway.server.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A still connection is closed, by a clock that the test moves on. */
final class IdleClockTest {
    private static final long LIMIT_MILLIS = 4000;

    /** What is written to it stays until somebody takes it. */
    private static final class Connection extends EmbeddedChannel {
        Connection() {
            freezeTime();
            pipeline().addLast(new IdleClock(Duration.ofMillis(LIMIT_MILLIS)));
            pipeline().fireChannelActive();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer unsent) {
            // A client that takes nothing.
        }

        /** One by one, since each look of the clock plans the next one. */
        void letSecondsPass(int seconds) {
            for (int i = 0; i < seconds; i++) {
                advanceTimeBy(1, TimeUnit.SECONDS);
                runPendingTasks();
            }
        }
    }

    @Test
    void closesAConnectionThatHasNeverMoved() {
        Connection connection = new Connection();

        connection.letSecondsPass(3);
        assertThat(connection.isOpen()).isTrue();

        connection.letSecondsPass(1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void waitsAnewAfterEachMove() {
        Connection connection = new Connection();

        for (int i = 0; i < 5; i++) {
            connection.letSecondsPass(3);
            connection.writeInbound(Unpooled.copyInt(i));
        }
        connection.letSecondsPass(4);
        assertThat(connection.isOpen()).isTrue();

        connection.letSecondsPass(1);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void lastsAsLongAsAClientTakesSomethingOfALongAnswer() {
        Connection connection = new Connection();
        assertThat(connection.writeAndFlush(Unpooled.buffer().writeZero(1000)).isDone())
                .isFalse();

        for (int i = 0; i < 20; i++) {
            connection.letSecondsPass(3);
            connection.unsafe().outboundBuffer().removeBytes(10);
        }
        assertThat(connection.isOpen()).isTrue();

        connection.letSecondsPass(5);
        assertThat(connection.isOpen()).isFalse();
    }

    /** Such as TLS, which has something to say before, and HTTP/2, which may wait for long. */
    @Test
    void letsOtherHandlersSeeToTheEndButNotForEver() {
        Connection connection = new Connection();
        List<String> asked = new ArrayList<>();
        connection.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void close(ChannelHandlerContext context, ChannelPromise closed) {
                asked.add("close");
            }
        });

        connection.letSecondsPass(4);
        assertThat(asked).containsExactly("close");
        assertThat(connection.isOpen()).isTrue();

        connection.letSecondsPass(1);
        assertThat(asked).containsExactly("close");
        assertThat(connection.isOpen()).isFalse();
    }
}
