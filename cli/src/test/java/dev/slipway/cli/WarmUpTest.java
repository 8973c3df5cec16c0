package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a warm-up hears of the server that it starts. */
final class WarmUpTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void saysWhyTheServerEnded() {
        Path none = directory.resolve("none.keras");

        assertThatThrownBy(() -> WarmUpCommand.serve(none))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("slipway serve ended: ")
                .hasMessageContaining(none + ": no such file");
    }

    @Test
    void findsTheAddressAndLetsGoWhatComesBehind() {
        ServerOutput said = new ServerOutput();
        PrintWriter writer = new PrintWriter(said, true);

        writer.println("serving 'model'");
        writer.println("documentation: http://127.0.0.1:4711/docs");
        for (int i = 0; i < 1000; i++) {
            writer.println("a line of the log that nobody reads");
        }

        assertThat(writer.checkError()).isFalse();
        assertThat(said.address()).isEqualTo("http://127.0.0.1:4711");
    }
}
