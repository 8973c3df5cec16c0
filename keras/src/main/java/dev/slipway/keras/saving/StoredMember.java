package dev.slipway.keras.saving;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Finds where a member that is stored without compression lies in a zip, which the JDK does not say: local headers and
 * members follow each other from the beginning of the file in the zips that Keras and the JDK write. In any other zip
 * nothing is found, and the member is to be unpacked. Whoever takes what is found compares the checksum.
 *
 * <p>Source: PKWARE's APPNOTE, section 4.3.7 "Local file header".
 */
final class StoredMember {
    private static final int HEADER_BYTES = 30;
    private static final int SIGNATURE = 0x04034b50;

    /** The sizes stand behind the member, so that the header does not say where the next one begins. */
    private static final int DATA_DESCRIPTOR = 1 << 3;

    private StoredMember() {}

    /** The member in its zip, in a channel of its own; empty if it is compressed or not found. */
    static Optional<FileRegion> find(Path path, ZipFile zip, ZipEntry wanted) throws IOException {
        if (wanted.getMethod() != ZipEntry.STORED) {
            return Optional.empty();
        }
        FileRegion file = FileRegion.whole(path);
        long start = start(file, sizes(zip), wanted.getName());
        if (start < 0 || wanted.getSize() < 0 || start > file.length() - wanted.getSize()) {
            file.close();
            return Optional.empty();
        }
        return Optional.of(file.part(start, wanted.getSize()));
    }

    private static Map<String, Long> sizes(ZipFile zip) {
        Map<String, Long> sizes = new HashMap<>();
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
            ZipEntry entry = entries.nextElement();
            sizes.put(entry.getName(), entry.getCompressedSize());
        }
        return sizes;
    }

    /** Goes from header to header; -1 where that is not possible. */
    private static long start(FileRegion file, Map<String, Long> sizes, String wanted) throws IOException {
        long place = 0;
        // Each member is passed once: hostile sizes cannot make this go on for ever.
        for (int passed = 0; passed < sizes.size() && place <= file.length() - HEADER_BYTES; passed++) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            file.read(place, header);
            int nameLength = Short.toUnsignedInt(header.getShort(26));
            int extraLength = Short.toUnsignedInt(header.getShort(28));
            long start = place + HEADER_BYTES + nameLength + extraLength;
            if (header.getInt(0) != SIGNATURE || start > file.length()) {
                return -1;
            }
            byte[] name = new byte[nameLength];
            file.read(place + HEADER_BYTES, ByteBuffer.wrap(name));
            String member = new String(name, StandardCharsets.UTF_8);
            if (member.equals(wanted)) {
                return start;
            }
            long size = sizes.getOrDefault(member, -1L);
            if (size < 0 || size > file.length() - start || (header.getShort(6) & DATA_DESCRIPTOR) != 0) {
                return -1;
            }
            place = start + size;
        }
        return -1;
    }
}
