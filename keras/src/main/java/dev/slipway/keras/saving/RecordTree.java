package dev.slipway.keras.saving;

import io.jhdf.ObjectHeader;
import io.jhdf.Utils;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.DataLayoutMessage.ChunkedDataLayoutMessageV4;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.storage.HdfBackingStorage;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * A B-tree of version 2, by which newer files find members, attributes and chunks where there are many. jHDF makes room for as
 * many records as the tree says it has, and follows every pointer in it: a tree that has more than the file has room for, or two
 * pointers to one node, is refused before jHDF sees it. Other broken bytes jHDF names better.
 *
 * <p>Source: III.A.2 "Disk Format: Level 1A2 - Version 2 B-trees" of the HDF5 File Format Specification, version 3.0; how long
 * the numbers beside a pointer are, is taken from {@code io.jhdf.btree.BTreeV2} of jHDF 0.13, which is what follows them.
 */
final class RecordTree {
    private static final String HEADER = "BTHD";
    private static final String INNER = "BTIN";
    private static final int HEAD_BYTES = 6;

    /** Each level has twice as many nodes as the one above, or more. */
    private static final int MAX_DEPTH = 32;

    /** Signature, version, type and checksum. */
    private static final int NODE_OVERHEAD = 10;

    /** What a fractal heap's header has before the address of the tree of what is too large for it, but for one length. */
    private static final int HEAP_BYTES = 14;

    private final HdfBackingStorage storage;
    private final Set<Long> seen = new HashSet<>();
    private int nodeBytes;
    private int recordBytes;

    private RecordTree(HdfBackingStorage storage) {
        this.storage = storage;
    }

    /**
     * Looks at the trees of an object.
     *
     * @param storage the file
     * @param header the object's header
     * @throws IllegalArgumentException if a tree has more records than the file has room for, or two pointers to one node
     */
    static void require(HdfBackingStorage storage, ObjectHeader header) {
        for (LinkInfoMessage links : header.getMessagesOfType(LinkInfoMessage.class)) {
            new RecordTree(storage).require(links.getBTreeNameIndexAddress());
            requireHeap(storage, links.getFractalHeapAddress());
        }
        for (AttributeInfoMessage attributes : header.getMessagesOfType(AttributeInfoMessage.class)) {
            new RecordTree(storage).require(attributes.getAttributeNameBTreeAddress());
            requireHeap(storage, attributes.getFractalHeapAddress());
        }
        for (ChunkedDataLayoutMessageV4 chunks : header.getMessagesOfType(ChunkedDataLayoutMessageV4.class)) {
            if (chunks.getIndexingType() == ChunkedDataLayoutMessageV4.B_TREE_V2_INDEX) {
                new RecordTree(storage).require(chunks.getAddress());
            }
        }
    }

    private static void requireHeap(HdfBackingStorage storage, long address) {
        int before = HEAP_BYTES + storage.getSizeOfLengths();
        if (isInside(storage, address, before + storage.getSizeOfOffsets())) {
            ByteBuffer place = storage.readBufferFromAddress(address + before, storage.getSizeOfOffsets());
            new RecordTree(storage).require(Utils.readBytesAsUnsignedLong(place, storage.getSizeOfOffsets()));
        }
    }

    private static boolean isInside(HdfBackingStorage storage, long address, long bytes) {
        return address >= 0 && address <= storage.size() - bytes;
    }

    private static String signature(ByteBuffer bytes) {
        byte[] signature = new byte[HEADER.length()];
        bytes.get(signature);
        return new String(signature, StandardCharsets.ISO_8859_1);
    }

    private void require(long address) {
        int bytes = 18 + storage.getSizeOfOffsets() + storage.getSizeOfLengths();
        if (!isInside(storage, address, bytes)) {
            return;
        }
        ByteBuffer header = storage.readBufferFromAddress(address, bytes);
        if (!signature(header).equals(HEADER)) {
            return;
        }
        header.position(HEAD_BYTES);
        nodeBytes = header.getInt();
        recordBytes = header.getShort() & 0xFFFF;
        int depth = header.getShort() & 0xFFFF;
        header.position(header.position() + 2);
        long root = Utils.readBytesAsUnsignedLong(header, storage.getSizeOfOffsets());
        int records = header.getShort() & 0xFFFF;
        long total = Utils.readBytesAsUnsignedLong(header, storage.getSizeOfLengths());
        long most = storage.size() / Math.max(1, recordBytes);
        if (total < 0 || total > most) {
            throw new IllegalArgumentException("B-tree: " + Long.toUnsignedString(total) + " records of " + recordBytes
                    + " bytes (expected: at most " + most + ", as the file has room for), at " + address);
        }
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "B-tree: " + depth + " levels (expected: at most " + MAX_DEPTH + "), at " + address);
        }
        if (nodeBytes > NODE_OVERHEAD && recordBytes > 0) {
            follow(root, depth, records, total);
        }
    }

    /** An honest tree has one pointer to each node, so there are no more of them than the file has room for. */
    private void follow(long address, int depth, int records, long total) {
        if (!seen.add(address)) {
            throw new IllegalArgumentException(
                    "B-tree: two pointers to what is at " + address + " (expected: one to each)");
        }
        if (!isInside(storage, address, nodeBytes)) {
            return;
        }
        ByteBuffer node = storage.readBufferFromAddress(address, nodeBytes);
        int counted = bytesFor(inNode(depth, total));
        int totals = depth > 1 ? totalBytes(depth) : 0;
        long pointers = (long) (records + 1) * (storage.getSizeOfOffsets() + counted + totals);
        if (!signature(node).equals(INNER) || HEAD_BYTES + (long) records * recordBytes + pointers > nodeBytes) {
            return;
        }
        node.position(HEAD_BYTES + records * recordBytes);
        for (int i = 0; i <= records; i++) {
            long child = Utils.readBytesAsUnsignedLong(node, storage.getSizeOfOffsets());
            int inChild = Utils.readBytesAsUnsignedInt(node, counted);
            long below = totals == 0 ? -1 : Utils.readBytesAsUnsignedInt(node, totals);
            follow(child, depth - 1, inChild, below);
        }
    }

    /** How many records a child may have at most. */
    private int inNode(int depth, long total) {
        int room = nodeBytes - NODE_OVERHEAD;
        int pointer = depth > 1 ? 2 * bytesFor((int) total) + storage.getSizeOfOffsets() : 0;
        return (room - pointer) / recordBytes;
    }

    private static int bytesFor(int number) {
        return (Integer.numberOfTrailingZeros(Integer.highestOneBit(number)) + Byte.SIZE) / Byte.SIZE;
    }

    private int totalBytes(int depth) {
        return (BigInteger.valueOf(nodeBytes / recordBytes).pow(depth).bitLength() + Byte.SIZE) / Byte.SIZE;
    }
}
