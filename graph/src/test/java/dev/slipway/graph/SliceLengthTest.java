package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SliceLengthTest {
    private static final long[] EDGES = {Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE};

    /** Python's rule as its reference manual words it, one place after another. */
    private static List<Long> places(long length, long start, long end, long step) {
        long from = start < 0 ? start + length : start;
        long to = end < 0 ? end + length : end;
        List<Long> places = new ArrayList<>();
        for (long at = step > 0 ? 0 : length - 1; at >= 0 && at < length; at += step > 0 ? 1 : -1) {
            boolean isBetween = step > 0 ? at >= from && at < to : at <= from && at > to;
            long distance = Math.abs(at - Math.max(Math.min(from, length - 1), 0));
            if (isBetween && distance % Math.abs(step) == 0) {
                places.add(at);
            }
        }
        return places;
    }

    @Test
    void keepsThePlacesThatPythonKeeps() {
        for (long length = 0; length <= 5; length++) {
            for (long start = -8; start <= 8; start++) {
                for (long end = -8; end <= 8; end++) {
                    for (long step : new long[] {-9, -3, -2, -1, 1, 2, 3, 9}) {
                        List<Long> expected = places(length, start, end, step);
                        String slice = "x[" + start + ":" + end + ":" + step + "] of " + length;
                        assertThat(SliceLength.of(length, start, end, step))
                                .as(slice)
                                .isEqualTo(expected.size());
                        assertThat(LongStream.of(SliceLength.places(length, start, end, step))
                                        .boxed())
                                .as(slice)
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @Test
    void farthestNumbersMeanTheEnds() {
        assertThat(SliceLength.places(3, 0, Long.MAX_VALUE, 1)).containsExactly(0, 1, 2);
        assertThat(SliceLength.places(3, Long.MIN_VALUE, Long.MAX_VALUE, 2)).containsExactly(0, 2);
        assertThat(SliceLength.places(3, Long.MAX_VALUE, Long.MIN_VALUE, -1)).containsExactly(2, 1, 0);
        assertThat(SliceLength.places(3, -1, Long.MIN_VALUE, -2)).containsExactly(2, 0);
        assertThat(SliceLength.places(3, 1, Long.MAX_VALUE, Long.MAX_VALUE)).containsExactly(1);
        assertThat(SliceLength.places(3, 1, Long.MIN_VALUE, Long.MIN_VALUE)).containsExactly(1);
    }

    @Test
    void neverKeepsMoreThanThereIs() {
        for (long start : EDGES) {
            for (long end : EDGES) {
                for (long step : EDGES) {
                    assertThat(SliceLength.of(4, start, end, step))
                            .as("x[%s:%s:%s] of 4", start, end, step)
                            .isBetween(0L, 1L);
                }
            }
        }
    }

    @Test
    void refusesStepZero() {
        assertThatThrownBy(() -> SliceLength.of(3, 0, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Slice: step 0 (expected: any other step)");
    }
}
