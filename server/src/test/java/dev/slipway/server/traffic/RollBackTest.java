package dev.slipway.server.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a canary is over a limit, and what is said of it. */
final class RollBackTest {
    private static final int MIN_REQUESTS = 50;

    private static final Answers CANARY = new Answers(100, 20, 12, 30);
    private static final Answers CHAMPION = new Answers(100, 0, 4, 20);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            MAX_ERROR_PERCENT | 5   | errors: 20.00% in 100 answers (expected: at most 5.0%)
            MAX_MEAN_MILLIS   | 10  | mean latency: 12.00 ms in 100 answers (expected: at most 10.0 ms)
            MAX_P99_MILLIS    | 25  | p99 latency: 30.00 ms in 100 answers (expected: at most 25.0 ms)
            MAX_MEAN_RATIO    | 2.5 | mean latency: 3.000 times the champion's in 100 answers (expected: at most 2.5 times the champion's)
            MAX_P99_RATIO     | 1   | p99 latency: 1.500 times the champion's in 100 answers (expected: at most 1.0 times the champion's)
            """)
    void saysWhatIsExceededAndByHowMuch(Limit limit, double most, String reason) {
        assertThat(limit.exceededBy(CANARY, CHAMPION, MIN_REQUESTS, most)).hasValue(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "MAX_ERROR_PERCENT, 20",
        "MAX_MEAN_MILLIS, 12",
        "MAX_P99_MILLIS, 30",
        "MAX_MEAN_RATIO, 3",
        "MAX_P99_RATIO, 1.5"
    })
    void allowsTheLimitItself(Limit limit, double most) {
        assertThat(limit.exceededBy(CANARY, CHAMPION, MIN_REQUESTS, most)).isEmpty();
    }

    @Test
    void waitsForEnoughAnswers() {
        Answers few = new Answers(MIN_REQUESTS - 1, 1, 99, 99);

        for (Limit limit : Limit.values()) {
            assertThat(limit.exceededBy(few, CHAMPION, MIN_REQUESTS, 0)).isEmpty();
        }
        assertThat(Limit.MAX_MEAN_RATIO.exceededBy(CANARY, few, MIN_REQUESTS, 0))
                .isEmpty();
        assertThat(Limit.MAX_MEAN_MILLIS.exceededBy(CANARY, few, MIN_REQUESTS, 0))
                .isPresent();
    }
}
