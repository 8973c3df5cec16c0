package dev.slipway.server.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceParentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final TraceParent EXPECTED = new TraceParent(TRACE, SPAN);

    @Test
    void readsTheStandardsExample() {
        assertThat(TraceParent.parse("00-" + TRACE + "-" + SPAN + "-01")).contains(EXPECTED);
    }

    @Test
    void readsWhatALaterVersionHasInCommon() {
        assertThat(TraceParent.parse("cc-" + TRACE + "-" + SPAN + "-01-what-the-future-holds"))
                .contains(EXPECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "-01-more",
                "cc-" + TRACE + "-" + SPAN + "-01.more",
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-" + TRACE + "-" + SPAN + "\n01",
            })
    void ignoresWhatIsNotWellFormed(String header) {
        assertThat(TraceParent.parse(header)).isEmpty();
    }

    @Test
    void ignoresWhatIsNotThere() {
        assertThat(TraceParent.parse(null)).isEmpty();
    }
}
