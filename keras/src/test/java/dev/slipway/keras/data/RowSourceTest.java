package dev.slipway.keras.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that come one after the other: shuffled by a bounded buffer, read ahead by another thread. */
class RowSourceTest {
    /** Row i has the input [i, -i] and the target 10 i. */
    private static final class Counting implements RowSource {
        private final int count;
        private final int failsAt;
        private final AtomicInteger open = new AtomicInteger();
        private final AtomicInteger furthest = new AtomicInteger();

        Counting(int count, int failsAt) {
            this.count = count;
            this.failsAt = failsAt;
        }

        @Override
        public RowSpec spec() {
            Dimension batch = Dimension.symbol("batch");
            return new RowSpec(
                    List.of(new TensorSpec("x", DataType.FLOAT, Shape.of(1, 2).with(0, batch))),
                    List.of(new TensorSpec("y", DataType.INT64, Shape.of(1).with(0, batch))),
                    List.of());
        }

        @Override
        public OptionalLong count() {
            return OptionalLong.empty();
        }

        @Override
        public RowStream open(long pass) {
            open.incrementAndGet();
            return new RowStream() {
                private int next;

                @Override
                public int read(List<Tensor> into) {
                    int room = (int) into.get(0).shape().size(0);
                    int i = 0;
                    for (; i < room && next < count; i++, next++) {
                        if (next == failsAt) {
                            throw new DataFileException("rows.csv: 'x' (expected: a number), at line " + next);
                        }
                        into.get(0).floats().put(2 * i, next).put(2 * i + 1, -next);
                        into.get(1).longs().put(i, 10L * next);
                        furthest.set(next);
                    }
                    return i;
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }
    }

    /** The numbers of the rows of a pass, read in batches; every row is checked to have stayed together. */
    private static List<Integer> pass(RowSource source, long pass, int batch) {
        List<Integer> order = new ArrayList<>();
        RowBuffer buffer = RowBuffer.of(source.spec(), batch);
        try (RowStream stream = source.open(pass)) {
            for (int rows = stream.read(buffer.tensors()); rows > 0; rows = stream.read(buffer.tensors())) {
                for (int i = 0; i < rows; i++) {
                    int row = (int) buffer.tensors().get(0).floats().get(2 * i);
                    assertThat(buffer.tensors().get(0).floats().get(2 * i + 1)).isEqualTo(-row);
                    assertThat(buffer.tensors().get(1).longs().get(i)).isEqualTo(10L * row);
                    order.add(row);
                }
                if (rows < batch) {
                    assertThat(stream.read(buffer.tensors()))
                            .as("after the end")
                            .isZero();
                }
            }
        }
        return order;
    }

    private static Integer[] all(int count) {
        return IntStream.range(0, count).boxed().toArray(Integer[]::new);
    }

    @ParameterizedTest
    @CsvSource({"0, 4, 3", "1, 1, 1", "7, 3, 2", "1000, 64, 32", "1000, 300, 7", "1000, 5000, 32"})
    void everyRowComesOnceInAnOrderThatSeedAndPassDecide(int count, int capacity, int batch) {
        Counting source = new Counting(count, -1);
        RowSource shuffled = new ShuffledRows(source, capacity, 42);

        List<Integer> order = pass(shuffled, 3, batch);

        assertThat(order).containsExactlyInAnyOrder(all(count));
        assertThat(pass(shuffled, 3, batch + 1)).as("whatever the batches").isEqualTo(order);
        assertThat(pass(new PrefetchedRows(shuffled, 5, 2), 3, batch))
                .as("read ahead")
                .isEqualTo(order);
        if (count > 2) {
            assertThat(pass(shuffled, 4, batch)).as("another pass").isNotEqualTo(order);
            assertThat(pass(new ShuffledRows(source, capacity, 43), 3, batch))
                    .as("another seed")
                    .isNotEqualTo(order);
        }
        assertThat(source.open).as("streams left open").hasValue(0);
    }

    @Test
    void aBufferAsLongAsTheSourceMovesRowsAnywhere() {
        List<Integer> order = pass(new ShuffledRows(new Counting(1000, -1), 1000, 1), 0, 10);

        double mean = order.subList(0, 100).stream()
                .mapToInt(Integer::intValue)
                .average()
                .orElseThrow();
        assertThat(mean).as("of 100 of 1000 rows").isBetween(400.0, 600.0);
    }

    @Test
    void aShorterBufferMovesNoRowForwardByMoreThanItsLength() {
        List<Integer> order = pass(new ShuffledRows(new Counting(1000, -1), 50, 1), 0, 10);

        for (int place = 0; place < order.size(); place++) {
            assertThat(order.get(place) - place).isLessThan(50);
        }
    }

    @Test
    void whatIsReadAheadKeepsOrderAndIsBounded() {
        Counting source = new Counting(10_000, -1);
        RowBuffer one = RowBuffer.of(source.spec(), 1);
        try (RowStream stream = new PrefetchedRows(source, 8, 3).open(0)) {
            assertThat(stream.read(one.tensors())).isEqualTo(1);
            assertThat(source.furthest.get()).isLessThan(3 * 8);
        }
        assertThat(source.open).as("streams left open after closing early").hasValue(0);
        assertThat(pass(new PrefetchedRows(source, 8, 3), 0, 5)).containsExactly(all(10_000));
    }

    @Test
    void aBrokenRowIsReportedWhereItWouldHaveBeenRead() {
        Counting source = new Counting(100, 20);
        RowBuffer ten = RowBuffer.of(source.spec(), 10);
        try (RowStream stream = new PrefetchedRows(source, 10, 2).open(0)) {
            assertThat(stream.read(ten.tensors())).isEqualTo(10);
            assertThat(stream.read(ten.tensors())).isEqualTo(10);
            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(() -> stream.read(ten.tensors()))
                        .isInstanceOf(DataFileException.class)
                        .hasMessage("rows.csv: 'x' (expected: a number), at line 20");
            }
        }
        assertThat(source.open).hasValue(0);
    }

    @Test
    void refusesBuffersWithoutRoom() {
        RowSource source = new Counting(1, -1);

        assertThatThrownBy(() -> new ShuffledRows(source, 0, 1)).hasMessage("shuffle buffer: 0 rows (expected: >= 1)");
        assertThatThrownBy(() -> new PrefetchedRows(source, 1, 1))
                .hasMessage("prefetch: 1 blocks of 1 rows (expected: at least 2 blocks of at least 1 row)");
    }
}
