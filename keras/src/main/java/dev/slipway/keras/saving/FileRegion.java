package dev.slipway.keras.saving;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * Part of a file, read at places of its own from 0. Whoever opened it closes it, and the file with it.
 *
 * <p>Numbers go from the file to where they are wanted: the whole is in memory at no time.
 */
final class FileRegion implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;

    private final FileChannel channel;
    private final long start;
    private final long length;

    /**
     * Part of an open file.
     *
     * @param channel the file, closed with this region
     * @param start where the part begins, in bytes
     * @param length how long it is, in bytes
     * @throws IndexOutOfBoundsException if it ends behind the end of the file
     */
    FileRegion(FileChannel channel, long start, long length) throws IOException {
        this.channel = channel;
        this.start = Objects.checkFromIndexSize(start, /* size= */ length, /* length= */ channel.size());
        this.length = length;
    }

    /** A whole file. */
    static FileRegion whole(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path);
        return new FileRegion(channel, 0, channel.size());
    }

    /** Some of this region; closing either closes the file. */
    FileRegion part(long from, long size) throws IOException {
        return new FileRegion(channel, start + from, size);
    }

    long length() {
        return length;
    }

    /** The region as memory; at most 2 GiB. */
    ByteBuffer map() throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, start, length);
    }

    /** The region as a channel that can be read at any place, for readers of files. */
    FileChannel asChannel() {
        return new RegionChannel(this);
    }

    /** Reads some bytes, at most as many as there is room for; -1 behind the end. */
    int readSome(long place, ByteBuffer into) throws IOException {
        if (place >= length) {
            return -1;
        }
        int room = into.remaining();
        into.limit(into.position() + (int) Math.min(room, length - place));
        int count = channel.read(into, start + place);
        into.limit(into.position() + room - Math.max(count, 0));
        return count;
    }

    /** Fills a buffer. */
    void read(long place, ByteBuffer into) throws IOException {
        long from = place;
        while (into.hasRemaining()) {
            int count = readSome(from, into);
            if (count < 0) {
                throw new EOFException("ends at byte " + length + " (expected: " + into.remaining() + " bytes more)");
            }
            from += count;
        }
    }

    /** The checksum that zip files use. */
    long crc32() throws IOException {
        CRC32 checksum = new CRC32();
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(length, CHUNK_BYTES));
        for (long place = 0; place < length; place += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), length - place));
            read(place, chunk);
            checksum.update(chunk.flip());
        }
        return checksum.getValue();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
