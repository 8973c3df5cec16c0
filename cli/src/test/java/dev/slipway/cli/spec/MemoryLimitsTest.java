package dev.slipway.cli.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.io.Format;
import dev.slipway.cli.io.Tables;
import dev.slipway.keras.data.RowSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryLimitsTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void areTheSameInEveryLargeHeap() {
        assertThat(MemoryLimits.ofHeap(1024 * MIB))
                .isEqualTo(new MemoryLimits(256 * MIB, 64 * MIB))
                .isEqualTo(MemoryLimits.ofHeap(64 * 1024 * MIB));
    }

    @Test
    void leaveRoomInASmallHeap() {
        assertThat(MemoryLimits.ofHeap(64 * MIB)).isEqualTo(new MemoryLimits(16 * MIB, 8 * MIB));
    }

    /** Two features, a target and a weight are numbers of four bytes each. */
    @Test
    void countTheBytesOfRowsAndNotOfTheirFile() throws IOException {
        Path file = Files.writeString(directory.resolve("rows.csv"), "a,b,y\n" + "1,2,3\n".repeat(10));
        RowSource rows = new NumberColumns(List.of(List.of("a", "b")), List.of(List.of("y")), Optional.of("a"))
                .rows(Tables.of(file, Format.CSV, Set.of()));
        MemoryLimits limits = new MemoryLimits(160, 50);

        assertThat(limits.hold(10, rows)).isTrue();
        assertThat(limits.hold(11, rows)).isFalse();
        assertThat(limits.bufferRows(rows)).isEqualTo(3);
        assertThat(new MemoryLimits(160, 1).bufferRows(rows)).isEqualTo(1);
    }
}
