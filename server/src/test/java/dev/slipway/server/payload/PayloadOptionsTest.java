package dev.slipway.server.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.server.config.ByteSize;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadOptionsTest {
    private static final ByteSize SIZE = new ByteSize(2048);

    private static PayloadOptions options(
            String target, double share, long maxBytes, List<String> redact, long rotate, int keep, int queue) {
        return new PayloadOptions(target, share, new ByteSize(maxBytes), redact, new ByteSize(rotate), keep, queue);
    }

    @Test
    void nothingIsWrittenByDefault() {
        assertThat(PayloadOptions.defaults().isOn()).isFalse();
        assertThat(new PayloadOptions("f", 0, SIZE, List.of(), SIZE, 0, 1).isOn())
                .isFalse();
        assertThat(new PayloadOptions("f", 0.1, SIZE, List.of(), SIZE, 0, 1).isOn())
                .isTrue();
    }

    /** The message does not show the password that may be in it. */
    @ParameterizedTest
    @ValueSource(strings = {"http://", "https://user:s3cret@host/", "http://a b"})
    void refusesAddressesThatCannotBeUsed(String target) {
        assertThatThrownBy(() -> options(target, 1, 1, List.of(), 1024, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "target: an address (expected: one with a host and without a user, which would not be sent)");
    }

    @Test
    void refusesWhatIsOutOfItsRange() {
        assertThatThrownBy(() -> options("", 1.5, 1, List.of(), 1024, 0, 1))
                .hasMessage("share: 1.5 (expected: 0 to 1)");
        assertThatThrownBy(() -> options("", 1, 0, List.of(), 1024, 0, 1))
                .hasMessage("max-bytes: 0B (expected: 1B to 16MiB)");
        assertThatThrownBy(() -> options("", 1, 1, List.of(" "), 1024, 0, 1))
                .hasMessage("redact: [ ] (expected: names, or pointers that begin with /)");
        assertThatThrownBy(() -> options("", 1, 1, List.of(), 1023, 0, 1))
                .hasMessage("rotate: 1023B (expected: at least 1KiB)");
        assertThatThrownBy(() -> options("", 1, 1, List.of(), 1024, -1, 1))
                .hasMessage("keep: -1 (expected: 0 to 1000)");
        assertThatThrownBy(() -> options("", 1, 1, List.of(), 1024, 0, 0))
                .hasMessage("queue: 0 (expected: 1 to 65536)");
    }
}
