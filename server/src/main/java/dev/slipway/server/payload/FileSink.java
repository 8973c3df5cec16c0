package dev.slipway.server.payload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file with an event a line, which only its owner may read, and full ones beside it. */
final class FileSink implements Sink {
    private final Path file;
    private final long maxBytes;
    private final int keep;
    private @Nullable FileChannel channel;
    private long size;

    /** Opens the file, which goes on if it is there. */
    FileSink(Path file, long maxBytes, int keep) throws IOException {
        this.file = file;
        this.maxBytes = maxBytes;
        this.keep = keep;
        open();
    }

    private FileChannel open() throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        FileChannel opened = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND),
                attributes);
        channel = opened;
        size = opened.size();
        return opened;
    }

    @Override
    public void write(byte[] event) throws IOException {
        // A file that was closed by a failure is opened again: a disk that was full may have room now.
        FileChannel out = channel == null ? open() : channel;
        int bytes = event.length + 1;
        if (size > 0 && size + bytes > maxBytes) {
            close();
            rotate();
            out = open();
        }
        ByteBuffer line = ByteBuffer.allocate(bytes).put(event).put((byte) '\n').flip();
        try {
            while (line.hasRemaining()) {
                out.write(line);
            }
            size += bytes;
        } catch (IOException e) {
            cutBackTo(size, out);
            close();
            throw e;
        }
    }

    /** Half a line would spoil the next one. */
    private static void cutBackTo(long size, FileChannel out) {
        try {
            out.truncate(size);
        } catch (IOException e) {
            // What made the write fail is told; a line that cannot be read is all that comes of this.
        }
    }

    private void rotate() throws IOException {
        Files.deleteIfExists(full(keep));
        for (int i = keep - 1; i >= 0; i--) {
            if (Files.exists(full(i))) {
                Files.move(full(i), full(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** The file itself is the newest. */
    private Path full(int age) {
        return age == 0 ? file : file.resolveSibling(file.getFileName() + "." + age);
    }

    @Override
    public void close() {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // All that was written was written at once.
            }
        }
    }
}
