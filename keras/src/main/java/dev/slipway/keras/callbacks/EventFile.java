package dev.slipway.keras.callbacks;

import dev.slipway.keras.saving.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.zip.CRC32C;

/**
 * An event file of TensorBoard: records of {@code Event} messages.
 *
 * <table>
 * <caption>A record</caption>
 * <tr><td>8 bytes</td><td>length of the data, little-endian</td></tr>
 * <tr><td>4 bytes</td><td>masked CRC32C of the length</td></tr>
 * <tr><td>length</td><td>the data: an Event</td></tr>
 * <tr><td>4 bytes</td><td>masked CRC32C of the data</td></tr>
 * </table>
 *
 * <p>Masked: rotated right by 15 bits, plus {@code 0xa282ead8}. Source: {@code tensorflow/core/lib/io/record_writer},
 * {@code tensorflow/core/util/event.proto}, {@code tensorflow/core/framework/{summary,tensor}.proto}.
 */
final class EventFile {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int FLOAT = 1;
    private static final int DOUBLE = 2;
    private static final int STRING = 7;
    private static final int SCALAR_CLASS = 1;
    private static final int TENSOR_CLASS = 2;

    private final Path file;
    private final InstantSource clock;

    /** Creates a file of a name that TensorBoard looks for. */
    EventFile(Path directory, InstantSource clock) {
        this.clock = clock;
        long millis = clock.millis();
        String name = "events.out.tfevents." + millis / 1000 + ".slipway."
                + ProcessHandle.current().pid() + "." + millis % 1000 + ".v2";
        this.file = directory.resolve(name);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be created: " + e.getMessage(), e);
        }
        append(event().text(3, "brain.Event:2"));
    }

    /** A number at a step. */
    void scalar(String tag, double value, long step) {
        byte[] content = new byte[4];
        over(content).putFloat((float) value);
        summary(tag, step, metadata("scalars", "", SCALAR_CLASS), tensor(FLOAT, content));
    }

    /** The architecture of a model, from which TensorBoard draws a graph. */
    void model(String json) {
        ProtoBuffer tensor = new ProtoBuffer()
                .varint(1, STRING)
                .message(2, new ProtoBuffer())
                .text(8, json);
        summary("keras", 0, metadata("graph_keras_model", "1", 0), tensor);
    }

    /** How often numbers lie in each of some intervals: rows of left edge, right edge, count. */
    void histogram(String tag, double[] intervals, long step) {
        byte[] content = new byte[8 * intervals.length];
        ByteBuffer buffer = over(content);
        for (double number : intervals) {
            buffer.putDouble(number);
        }
        summary(tag, step, metadata("histograms", "", TENSOR_CLASS), tensor(DOUBLE, content, intervals.length / 3, 3));
    }

    private static ByteBuffer over(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ProtoBuffer tensor(int type, byte[] content, long... lengths) {
        ProtoBuffer shape = new ProtoBuffer();
        for (long length : lengths) {
            shape.message(2, new ProtoBuffer().varint(1, length));
        }
        return new ProtoBuffer().varint(1, type).message(2, shape).bytes(4, content);
    }

    private static ProtoBuffer metadata(String plugin, String content, int dataClass) {
        ProtoBuffer data = new ProtoBuffer().text(1, plugin);
        if (!content.isEmpty()) {
            data.text(2, content);
        }
        ProtoBuffer metadata = new ProtoBuffer().message(1, data);
        return dataClass == 0 ? metadata : metadata.varint(4, dataClass);
    }

    private void summary(String tag, long step, ProtoBuffer metadata, ProtoBuffer tensor) {
        ProtoBuffer value = new ProtoBuffer().text(1, tag).message(8, tensor).message(9, metadata);
        append(event().varint(2, step).message(5, new ProtoBuffer().message(1, value)));
    }

    private ProtoBuffer event() {
        return new ProtoBuffer().fixed64(1, clock.millis() / 1e3);
    }

    private void append(ProtoBuffer event) {
        byte[] data = event.toByteArray();
        byte[] length = new byte[8];
        over(length).putLong(data.length);
        byte[] record = new byte[16 + data.length];
        over(record).put(length).putInt(masked(length)).put(data).putInt(masked(data));
        AtomicFile.append(file, record);
    }

    private static int masked(byte[] data) {
        CRC32C checksum = new CRC32C();
        checksum.update(data);
        return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
    }
}
