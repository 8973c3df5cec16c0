package dev.slipway.keras.saving;

import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the HDF5 that Keras's formats need, in the layout that every version of the HDF5 library reads: superblock 0,
 * symbol-table groups, object headers of version 1, contiguous datasets, text of variable length in global heaps (so that a
 * model configuration may be of any size).
 *
 * <p>Objects are written before those that refer to them, the superblock last. Numbers go from their tensors to the file
 * without a copy of the file in memory. The same content gives the same bytes.
 *
 * <p>Source: HDF5 File Format Specification, version 3.0; sections are named at each structure.
 */
final class Hdf5Writer {
    private static final long UNDEFINED = -1;
    private static final int SUPERBLOCK_BYTES = 96;

    /** A symbol table node holds twice this many entries; a B-tree node, at this rank, as many children as are needed. */
    private static final int LEAF_K = 4;

    private static final int ENTRY_BYTES = 40;
    private static final int MIN_HEAP_BYTES = 4096;
    private static final int MAX_MESSAGE_BYTES = 64_512;

    private final FileChannel channel;
    private final int internalK;
    private long end = SUPERBLOCK_BYTES;

    private Hdf5Writer(FileChannel channel, Hdf5Group root) {
        this.channel = channel;
        this.internalK = Math.max(16, (widest(root) / (2 * LEAF_K) + 2) / 2);
    }

    private static int widest(Hdf5Group group) {
        int most = group.groups().size() + group.datasets().size();
        for (Hdf5Group child : group.groups().values()) {
            most = Math.max(most, widest(child));
        }
        return most;
    }

    /** Writes a whole file into an empty channel. */
    static void write(FileChannel channel, Hdf5Group root) throws IOException {
        Hdf5Writer writer = new Hdf5Writer(channel, root);
        writer.superblock(writer.group(root));
    }

    /** II.A, superblock version 0. */
    private void superblock(long rootHeader) throws IOException {
        ByteBuffer block = allocate(SUPERBLOCK_BYTES);
        block.put(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
        block.put(new byte[] {0, 0, 0, 0, 0, 8, 8, 0});
        block.putShort((short) LEAF_K).putShort((short) internalK).putInt(0);
        block.putLong(0).putLong(UNDEFINED).putLong(end).putLong(UNDEFINED);
        block.putLong(0).putLong(rootHeader).putInt(0).putInt(0);
        put(0, block);
    }

    private long group(Hdf5Group group) throws IOException {
        Map<String, Long> entries = new TreeMap<>();
        for (Map.Entry<String, Tensor> dataset : group.datasets().entrySet()) {
            entries.put(dataset.getKey(), dataset(dataset.getValue()));
        }
        for (Map.Entry<String, Hdf5Group> child : group.groups().entrySet()) {
            entries.put(child.getKey(), group(child.getValue()));
        }
        Map<String, Integer> offsets = new TreeMap<>();
        long heap = localHeap(entries, offsets);
        long tree = tree(entries, offsets);
        List<byte[]> messages = new ArrayList<>();
        messages.add(message(0x11, allocate(16).putLong(tree).putLong(heap)));
        for (Map.Entry<String, String> text : group.texts().entrySet()) {
            messages.add(text(text.getKey(), text.getValue(), AttributeText.UTF_8));
        }
        for (Map.Entry<String, String> text : group.encodedTexts().entrySet()) {
            messages.add(text(text.getKey(), text.getValue(), AttributeText.ASCII));
        }
        for (Map.Entry<String, List<String>> list : group.lists().entrySet()) {
            addList(list.getKey(), list.getValue(), messages);
        }
        return objectHeader(messages);
    }

    /** Keras splits a list whose attribute would be over 64,512 bytes into several, numbered from 0. */
    private void addList(String name, List<String> values, List<byte[]> messages) throws IOException {
        int most = (MAX_MESSAGE_BYTES - 256) / 16;
        if (values.size() <= most) {
            messages.add(list(name, values));
            return;
        }
        for (int from = 0, part = 0; from < values.size(); from += most, part++) {
            List<String> some = values.subList(from, Math.min(from + most, values.size()));
            messages.add(list(name + part, some));
        }
    }

    /** As Keras does, an empty list is one of float64 numbers. */
    private byte[] list(String name, List<String> values) throws IOException {
        byte[] type = values.isEmpty() ? datatype(DataType.DOUBLE) : AttributeText.variable(AttributeText.ASCII);
        return attribute(name, values, type, dataspace(values.size()));
    }

    private byte[] text(String name, String value, byte characters) throws IOException {
        return attribute(name, List.of(value), AttributeText.variable(characters), dataspace());
    }

    /** III.D, local heap: the names of a group's entries. */
    private long localHeap(Map<String, Long> entries, Map<String, Integer> offsets) throws IOException {
        int size = 8;
        for (String name : entries.keySet()) {
            offsets.put(name, size);
            size += padded(utf8(name).length + 1);
        }
        ByteBuffer heap = allocate(32 + size);
        long address = take(heap.capacity());
        heap.put(new byte[] {'H', 'E', 'A', 'P', 0, 0, 0, 0})
                .putLong(size)
                .putLong(1)
                .putLong(address + 32);
        for (Map.Entry<String, Integer> name : offsets.entrySet()) {
            heap.position(32 + name.getValue()).put(utf8(name.getKey()));
        }
        put(address, heap);
        return address;
    }

    /** III.A.1, B-tree version 1 of one level, over III.B, symbol table nodes. */
    private long tree(Map<String, Long> entries, Map<String, Integer> offsets) throws IOException {
        List<String> names = List.copyOf(entries.keySet());
        ByteBuffer tree = allocate(24 + (4 * internalK + 1) * 8);
        int nodes = (names.size() + 2 * LEAF_K - 1) / (2 * LEAF_K);
        tree.put(new byte[] {'T', 'R', 'E', 'E', 0, 0}).putShort((short) nodes);
        tree.putLong(UNDEFINED).putLong(UNDEFINED).putLong(0);
        for (int from = 0; from < names.size(); from += 2 * LEAF_K) {
            List<String> some = names.subList(from, Math.min(from + 2 * LEAF_K, names.size()));
            tree.putLong(symbols(some, entries, offsets));
            tree.putLong(offsets.getOrDefault(some.get(some.size() - 1), 0));
        }
        long address = take(tree.capacity());
        put(address, tree);
        return address;
    }

    private long symbols(List<String> names, Map<String, Long> entries, Map<String, Integer> offsets)
            throws IOException {
        ByteBuffer node = allocate(8 + 2 * LEAF_K * ENTRY_BYTES);
        node.put(new byte[] {'S', 'N', 'O', 'D', 1, 0}).putShort((short) names.size());
        for (String name : names) {
            node.putLong(offsets.getOrDefault(name, 0)).putLong(entries.getOrDefault(name, UNDEFINED));
            node.position(node.position() + 24);
        }
        long address = take(node.capacity());
        put(address, node);
        return address;
    }

    private long dataset(Tensor tensor) throws IOException {
        ByteBuffer data = tensor.bytes();
        long bytes = data.remaining();
        long address = bytes == 0 ? UNDEFINED : take(bytes);
        if (bytes > 0) {
            put(address, data);
        }
        List<byte[]> messages = new ArrayList<>();
        messages.add(message(0x01, ByteBuffer.wrap(dataspace(tensor.shape().toArray()))));
        messages.add(message(0x03, ByteBuffer.wrap(datatype(tensor.type()))));
        messages.add(message(0x05, ByteBuffer.wrap(new byte[] {2, 2, 2, 1, 0, 0, 0, 0})));
        ByteBuffer layout =
                allocate(18).put((byte) 3).put((byte) 1).putLong(address).putLong(bytes);
        messages.add(message(0x08, layout));
        if (tensor.type() == DataType.BFLOAT16) {
            messages.add(text("dtype", "bfloat16", AttributeText.UTF_8));
        }
        return objectHeader(messages);
    }

    /** IV.A.1.a, object header version 1. */
    private long objectHeader(List<byte[]> messages) throws IOException {
        int size = messages.stream().mapToInt(m -> m.length).sum();
        ByteBuffer header = allocate(16 + size);
        header.put((byte) 1)
                .put((byte) 0)
                .putShort((short) messages.size())
                .putInt(1)
                .putInt(size)
                .putInt(0);
        messages.forEach(header::put);
        long address = take(header.capacity());
        put(address, header);
        return address;
    }

    private static byte[] message(int type, ByteBuffer body) {
        ByteBuffer message = allocate(8 + padded(body.capacity()));
        message.putShort((short) type).putShort((short) padded(body.capacity())).putInt(0);
        message.put(body.rewind());
        return content(message);
    }

    /** IV.A.2.m, attribute version 1. */
    private byte[] attribute(String name, List<String> values, byte[] type, byte[] space) throws IOException {
        byte[] label = utf8(name);
        int size = 8 + padded(label.length + 1) + padded(type.length) + padded(space.length) + 16 * values.size();
        ByteBuffer body = allocate(size);
        body.put((byte) 1).put((byte) 0);
        body.putShort((short) (label.length + 1)).putShort((short) type.length).putShort((short) space.length);
        body.put(label).position(8 + padded(label.length + 1));
        body.put(type).position(8 + padded(label.length + 1) + padded(type.length));
        body.put(space);
        if (!values.isEmpty()) {
            references(values, body);
        }
        return message(0x0c, body);
    }

    /** III.E, a global heap collection with the texts, and where each lies in it. */
    private void references(List<String> values, ByteBuffer body) throws IOException {
        List<byte[]> texts = values.stream().map(Hdf5Writer::utf8).toList();
        int used = 16 + texts.stream().mapToInt(t -> 16 + padded(t.length)).sum();
        int size = Math.max(MIN_HEAP_BYTES, used + 16);
        ByteBuffer heap = allocate(size);
        long address = take(size);
        heap.put(new byte[] {'G', 'C', 'O', 'L', 1, 0, 0, 0}).putLong(size);
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i);
            int start = heap.position();
            heap.putShort((short) (i + 1))
                    .putShort((short) 1)
                    .putInt(0)
                    .putLong(text.length)
                    .put(text);
            heap.position(start + 16 + padded(text.length));
            body.putInt(text.length).putLong(address).putInt(i + 1);
        }
        heap.putShort((short) 0).putShort((short) 0).putInt(0).putLong(size - used);
        put(address, heap);
    }

    /** IV.A.2.b, dataspace version 1. */
    private static byte[] dataspace(long... lengths) {
        ByteBuffer space = allocate(8 + 8 * lengths.length);
        space.put((byte) 1).put((byte) lengths.length).putShort((short) 0).putInt(0);
        for (long length : lengths) {
            space.putLong(length);
        }
        return content(space);
    }

    /**
     * IV.A.2.d, datatype version 1: little-endian IEEE 754 numbers and integers; for what HDF5 has no name, as Keras
     * stores it, bytes without a tag.
     */
    private static byte[] datatype(DataType type) {
        int bits = 8 * type.byteSize();
        return switch (type) {
            case FLOAT -> floating(bits, 23, 8, 127);
            case DOUBLE -> floating(bits, 52, 11, 1023);
            case FLOAT16 -> floating(bits, 10, 5, 15);
            case BFLOAT16 -> content(allocate(8).put((byte) 0x15).position(4).putInt(bits / 8));
            case INT8, INT16, INT32, INT64 -> integer(bits, 0x08);
            case UINT8, UINT16, UINT32, UINT64 -> integer(bits, 0);
            default -> throw new IllegalArgumentException("HDF5 dataset of " + type + " (expected: float or integer)");
        };
    }

    private static byte[] floating(int bits, int fraction, int exponent, int bias) {
        ByteBuffer type = allocate(20);
        type.put((byte) 0x11)
                .put((byte) 0x20)
                .put((byte) (bits - 1))
                .put((byte) 0)
                .putInt(bits / 8);
        type.putShort((short) 0).putShort((short) bits);
        type.put((byte) fraction)
                .put((byte) exponent)
                .put((byte) 0)
                .put((byte) fraction)
                .putInt(bias);
        return content(type);
    }

    private static byte[] integer(int bits, int sign) {
        ByteBuffer type = allocate(12);
        type.put((byte) 0x10).put((byte) sign).putShort((short) 0).putInt(bits / 8);
        type.putShort((short) 0).putShort((short) bits);
        return content(type);
    }

    private long take(long bytes) {
        long address = end;
        end += (bytes + 7) / 8 * 8;
        return address;
    }

    private void put(long address, ByteBuffer bytes) throws IOException {
        ByteBuffer from = bytes.rewind();
        long position = address;
        while (from.hasRemaining()) {
            position += channel.write(from, position);
        }
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] content(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.rewind().get(bytes);
        return bytes;
    }

    private static int padded(int bytes) {
        return (bytes + 7) / 8 * 8;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
