package dev.slipway.server.inference;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Call;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.connections.Burst;
import dev.slipway.server.metrics.Stage;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The single rows that one event loop decodes for one model in one turn: they go through the engine together.
 *
 * <p>An event loop first reads from every connection that has something, then does what was put off. So rows that wait for
 * the end of the turn wait for no timer, and a call of many rows costs hardly more than a call of one. For one event loop.
 */
final class Turn {
    /** More rows than this in one call would keep the first of them waiting. */
    private static final int MAX_ROWS = 64;

    private static final int MAX_ROW_BYTES = 4096;

    private final ServedModel model;
    private final List<ByteBuffer> inputs = new ArrayList<>();
    private List<Waiting<?>> waiting = new ArrayList<>();

    /** The shapes of the inputs for each number of rows, made when first needed. */
    private final List<List<Shape>> shapes = new ArrayList<>();

    private final int mostRows;

    private Turn(ServedModel model, int mostRows) {
        this.model = model;
        this.mostRows = mostRows;
        model.inputs()
                .forEach(input -> inputs.add(
                        ByteBuffer.allocate(rowBytes(input.shape(), input.type().byteSize()) * mostRows)
                                .order(ByteOrder.nativeOrder())));
        for (int rows = 0; rows <= mostRows; rows++) {
            Dimension batch = Dimension.of(rows);
            shapes.add(model.inputs().stream()
                    .map(input -> input.shape().with(0, batch))
                    .toList());
        }
    }

    /** Empty unless the rows of a model are numbers, may be put together, and are so small that copying them costs nothing. */
    static Optional<Turn> of(ServedModel model, int mostRows) {
        boolean suits = model.rowsAreIndependent()
                && model.inputs().stream().noneMatch(input -> input.type() == DataType.STRING)
                && model.inputs().stream()
                                .mapToLong(input ->
                                        rowBytes(input.shape(), input.type().byteSize()))
                                .sum()
                        <= MAX_ROW_BYTES;
        return suits ? Optional.of(new Turn(model, Math.min(mostRows, MAX_ROWS))) : Optional.empty();
    }

    private static int rowBytes(Shape shape, int elementBytes) {
        return Math.toIntExact(shape.slice(1, shape.rank()).elementCount() * elementBytes);
    }

    /** Turns one row of a call's results into what is sent. */
    @FunctionalInterface
    interface RowEncoder<T> {
        T encode(Call call, int row);
    }

    /** Somebody who waits for the results of a row. */
    private record Waiting<T>(Lease lease, RowEncoder<T> encoder, Promise<T> answer, long sinceNanos) {
        void ran(long fromNanos, long toNanos, int rows) {
            lease.stages().add(Stage.QUEUE, sinceNanos, fromNanos);
            lease.stages().ran(fromNanos, toNanos, rows);
        }

        /** What is left to do when the results are gone. */
        Runnable encode(Call call, int row) {
            T encoded = encoder.encode(call, row);
            return () -> answer.tryComplete(encoded);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    boolean isFull() {
        return waiting.size() == mostRows;
    }

    /** Where the next row of an input is written, just before {@link #add}. */
    ByteBuffer row(int input) {
        return inputs.get(input);
    }

    /** Lets somebody wait, for whom the row was written at a time. */
    <T> void add(Lease lease, RowEncoder<T> encoder, Promise<T> answer, long nanos) {
        waiting.add(new Waiting<>(lease, encoder, answer, nanos));
    }

    /**
     * Predicts for all rows and answers everybody, in the order they came. Nobody is answered before the next turn can begin: a
     * client that has sent its next request already adds a row to it while it is answered.
     */
    void end() {
        List<Waiting<?>> all = waiting;
        waiting = new ArrayList<>(all.size());
        List<Runnable> answers = new ArrayList<>(all.size());
        inputs.forEach(ByteBuffer::flip);
        try {
            run(all, 0, all.size(), answers);
        } catch (RuntimeException | Error e) {
            answers.clear();
            runAlone(all, e, answers);
        } finally {
            all.forEach(each -> each.lease().close());
            inputs.forEach(ByteBuffer::clear);
        }
        Burst.of(answers);
    }

    /** One row may hold what the model refuses: those that came with it must not suffer for it, and nobody may be left waiting. */
    private void runAlone(List<Waiting<?>> all, Throwable together, List<Runnable> answers) {
        if (all.size() == 1) {
            answers.add(() -> all.get(0).answer().tryFail(together));
            return;
        }
        for (int row = 0; row < all.size(); row++) {
            try {
                run(all, row, row + 1, answers);
            } catch (RuntimeException | Error e) {
                Promise<?> answer = all.get(row).answer();
                answers.add(() -> answer.tryFail(e));
            }
        }
    }

    private void run(List<Waiting<?>> all, int from, int to, List<Runnable> answers) {
        try (Call call = model.call(shapes.get(to - from))) {
            for (int i = 0; i < inputs.size(); i++) {
                int rowBytes = inputs.get(i).limit() / all.size();
                call.input(i).bytes().put(inputs.get(i).slice(from * rowBytes, (to - from) * rowBytes));
            }
            long start = System.nanoTime();
            call.run();
            long ran = System.nanoTime();
            model.statistics().ran(to - from, ran - start);
            long before = ran;
            for (int row = from; row < to; row++) {
                Waiting<?> each = all.get(row);
                each.ran(start, ran, to - from);
                answers.add(each.encode(call, row - from));
                long encoded = System.nanoTime();
                each.lease().stages().add(Stage.ENCODE, before, encoded);
                before = encoded;
            }
            model.statistics().encoded(before - ran);
        }
    }

    /** Encodes a row as the encoder of a whole batch does. */
    <T> RowEncoder<T> asRows(Encoder<T> encoder) {
        return (call, row) -> {
            List<Tensor> results = new ArrayList<>(model.outputs().size());
            for (int i = 0; i < model.outputs().size(); i++) {
                results.add(call.output(i).rows(row, row + 1));
            }
            return encoder.encode(results);
        };
    }
}
