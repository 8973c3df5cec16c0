package dev.slipway.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AnswerWindowTest {
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;

    private final AnswerWindow window = new AnswerWindow(Duration.ofSeconds(10), 0);

    @Test
    void isEmptyAtFirst() {
        assertThat(window.at(0)).isEqualTo(Answers.NONE);
    }

    @Test
    void measuresAnswersThatAreNoErrors() {
        for (int i = 0; i < 99; i++) {
            window.add(SECOND, false, 10 * MILLI);
        }
        window.add(SECOND, false, 1_000 * MILLI);
        window.add(SECOND, true, 60_000 * MILLI);

        Answers answers = window.at(SECOND);
        assertThat(answers.count()).isEqualTo(101);
        assertThat(answers.failed()).isEqualTo(1);
        assertThat(answers.meanMillis()).isCloseTo(19.9, within(1e-9));
        assertThat(answers.p99Millis()).as("one of a hundred may be slower").isBetween(9.4, 10.0);

        window.add(SECOND, false, 1_000 * MILLI);
        assertThat(window.at(SECOND).p99Millis()).isBetween(940.0, 1_000.0);
    }

    @Test
    void forgetsWhatIsOlderThanItself() {
        window.add(SECOND / 2, true, 0);
        window.add(5 * SECOND, false, 20 * MILLI);

        assertThat(window.at(10 * SECOND).count()).isEqualTo(2);
        assertThat(window.at(11 * SECOND))
                .extracting(Answers::count, Answers::failed)
                .containsExactly(1L, 0L);
        assertThat(window.at(16 * SECOND)).isEqualTo(Answers.NONE);
        assertThat(window.at(10_000 * SECOND)).isEqualTo(Answers.NONE);
    }

    @Test
    void takesTimesOfEverySize() {
        for (long took = 1; took > 0; took *= 2) {
            window.add(0, false, took);
        }
        assertThat(window.at(0).count()).isEqualTo(63);
        assertThat(window.at(0).p99Millis()).isGreaterThan(3_600_000);
    }

    @Test
    void countsWhatComesLateAsNew() {
        window.add(30 * SECOND, false, MILLI);
        window.add(SECOND, false, MILLI);

        assertThat(window.at(30 * SECOND).count()).isEqualTo(2);
    }
}
