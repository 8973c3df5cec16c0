package dev.slipway.server.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class HistogramTest {
    @Test
    void percentilesAreThoseOfTheSortedTimes() {
        Random random = new Random(7);
        long[] times = random.doubles(20_001)
                .mapToLong(part -> (long) Math.exp(6 + 18 * part))
                .toArray();
        Histogram histogram = new Histogram();
        Arrays.stream(times).forEach(histogram::add);
        Arrays.sort(times);

        Histogram.Snapshot now = histogram.snapshot();

        assertThat(now.count()).isEqualTo(times.length);
        assertThat(now.meanNanos()).isCloseTo(Arrays.stream(times).average().orElseThrow(), within(1e-3));
        for (double part : new double[] {0.01, 0.5, 0.95, 0.99, 1}) {
            double expected = times[(int) Math.ceil(part * times.length) - 1];
            assertThat(now.percentileNanos(part)).isCloseTo(expected, Percentage.withPercentage(3.2));
        }
    }

    @Test
    void timesBeyondItsEndsCountAsItsEnds() {
        Histogram histogram = new Histogram();
        histogram.add(0);
        histogram.add(Long.MAX_VALUE / 2);

        Histogram.Snapshot now = histogram.snapshot();

        assertThat(now.percentileNanos(0.5)).isCloseTo(Histogram.SHORTEST_NANOS, Percentage.withPercentage(3.2));
        assertThat(now.percentileNanos(1)).isCloseTo(Histogram.LONGEST_NANOS, Percentage.withPercentage(3.2));
    }

    @Test
    void nothingHasNoPercentiles() {
        Histogram.Snapshot now = new Histogram().snapshot();

        assertThat(now.percentileNanos(0.5)).isNaN();
        assertThat(now.meanNanos()).isNaN();
    }
}
