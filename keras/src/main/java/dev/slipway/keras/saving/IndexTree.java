package dev.slipway.keras.saving;

import io.jhdf.ObjectHeader;
import io.jhdf.Utils;
import io.jhdf.object.message.DataLayoutMessage.ChunkedDataLayoutMessage;
import io.jhdf.object.message.SymbolTableMessage;
import io.jhdf.storage.HdfBackingStorage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * A B-tree of version 1 (of version 2: {@link RecordTree}), by which HDF5 finds the members of a group or the chunks of a
 * dataset. jHDF follows every pointer in it; where many lead to the same node, and many from there to the next, that takes
 * exponential time. An honest tree has one pointer to each node, so one with two is refused before jHDF sees it.
 *
 * <p>Source: III.A.1 "Disk Format: Level 1A1 - Version 1 B-trees" of the HDF5 File Format Specification, version 3.0.
 */
final class IndexTree {
    private static final byte[] SIGNATURE = {'T', 'R', 'E', 'E'};

    /** Size and filters of a chunk. */
    private static final int CHUNK_BYTES = 8;

    private static final int CHUNK_PLACE_BYTES = 8;

    private final HdfBackingStorage storage;
    private final int keyBytes;
    private final Set<Long> seen = new HashSet<>();

    private IndexTree(HdfBackingStorage storage, int keyBytes) {
        this.storage = storage;
        this.keyBytes = keyBytes;
    }

    /**
     * Looks at the trees of an object.
     *
     * @param storage the file
     * @param address where the object's header is
     * @throws IllegalArgumentException if two pointers lead to one node, or a tree of version 2 is too large for the file
     */
    static void require(HdfBackingStorage storage, long address) {
        ObjectHeader header = ObjectHeader.readObjectHeader(storage, address);
        RecordTree.require(storage, header);
        for (SymbolTableMessage group : header.getMessagesOfType(SymbolTableMessage.class)) {
            new IndexTree(storage, storage.getSizeOfLengths()).require(group.getBTreeAddress());
        }
        for (ChunkedDataLayoutMessage chunked : header.getMessagesOfType(ChunkedDataLayoutMessage.class)) {
            // The chunk's place has a number for each direction and one for the element.
            int directions = chunked.getChunkDimensions().length + 1;
            new IndexTree(storage, CHUNK_BYTES + CHUNK_PLACE_BYTES * directions).require(chunked.getBTreeAddress());
        }
    }

    private void require(long root) {
        Deque<Long> nodes = new ArrayDeque<>();
        see(root);
        nodes.push(root);
        while (!nodes.isEmpty()) {
            follow(nodes.pop(), nodes);
        }
    }

    private void see(long address) {
        if (!seen.add(address)) {
            throw new IllegalArgumentException(
                    "B-tree: two pointers to what is at " + address + " (expected: one to each)");
        }
    }

    /** Nodes on the lowest level point at what is no node. What is broken here jHDF says better. */
    private void follow(long address, Deque<Long> nodes) {
        int addressBytes = storage.getSizeOfOffsets();
        int headBytes = 8 + 2 * addressBytes;
        if (address < 0 || address > storage.size() - headBytes) {
            return;
        }
        ByteBuffer head = storage.readBufferFromAddress(address, headBytes);
        byte[] signature = new byte[SIGNATURE.length];
        head.get(signature);
        head.get();
        int level = head.get() & 0xFF;
        int entries = head.getShort() & 0xFFFF;
        int bytes = entries * (keyBytes + addressBytes);
        if (!Arrays.equals(signature, SIGNATURE) || address > storage.size() - headBytes - bytes) {
            return;
        }
        ByteBuffer body = storage.readBufferFromAddress(address + headBytes, bytes);
        for (int i = 0; i < entries; i++) {
            body.position(i * (keyBytes + addressBytes) + keyBytes);
            long child = Utils.readBytesAsUnsignedLong(body, addressBytes);
            see(child);
            if (level > 0) {
                nodes.push(child);
            }
        }
    }
}
