package dev.slipway.keras.saving;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A {@link FileRegion} where a file is asked for: it is read, and nothing else. Closing it leaves the region open. Memory
 * is not mapped, since a reader that cannot map reads.
 */
final class RegionChannel extends FileChannel {
    private final FileRegion region;
    private long position;

    RegionChannel(FileRegion region) {
        this.region = region;
    }

    @Override
    public int read(ByteBuffer into, long place) throws IOException {
        return region.readSome(place, into);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = region.readSome(position, into);
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        return read(into[offset]);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return region.length();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) throws IOException {
        throw new UnsupportedOperationException("map (expected: read)");
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
        throw new UnsupportedOperationException("transferTo (expected: read)");
    }

    @Override
    public int write(ByteBuffer from) {
        throw new NonWritableChannelException();
    }

    @Override
    public int write(ByteBuffer from, long place) {
        throw new NonWritableChannelException();
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) {
        throw new NonWritableChannelException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long place, long count) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public void force(boolean metaData) {}

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new NonWritableChannelException();
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        throw new NonWritableChannelException();
    }

    @Override
    protected void implCloseChannel() {}
}
