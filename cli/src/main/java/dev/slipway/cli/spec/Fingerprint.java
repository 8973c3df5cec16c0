package dev.slipway.cli.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * What tells the content of a file, or of a folder of files, from another: not when it was written, as a copy is the same.
 *
 * <p>Of a large file, the length and blocks at even distances are looked at, of a folder the names and lengths of its files: a
 * change that leaves all of these alone is not seen.
 */
final class Fingerprint {
    private static final int BLOCKS = 64;
    private static final int BLOCK_BYTES = 1 << 16;

    private Fingerprint() {}

    static String of(Path path) {
        try {
            return Files.isDirectory(path) ? ofFolder(path) : ofFile(path);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String ofFile(Path file) throws IOException {
        CRC32C checksum = new CRC32C();
        long length;
        try (FileChannel channel = FileChannel.open(file)) {
            length = channel.size();
            long between = Math.max(BLOCK_BYTES, length / BLOCKS);
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            for (long at = 0; at < length; at += between) {
                update(checksum, channel, block, at);
            }
            update(checksum, channel, block, Math.max(0, length - BLOCK_BYTES));
        }
        return shown(length + " bytes", checksum);
    }

    private static void update(CRC32C checksum, FileChannel channel, ByteBuffer block, long at) throws IOException {
        block.clear();
        int read = 0;
        while (block.hasRemaining() && read >= 0) {
            read = channel.read(block, at + block.position());
        }
        checksum.update(block.flip());
    }

    private static String ofFolder(Path folder) throws IOException {
        CRC32C checksum = new CRC32C();
        List<Path> files;
        try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            files = paths.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            String line = folder.relativize(file) + " " + Files.size(file) + "\n";
            checksum.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return shown(files.size() + " files", checksum);
    }

    private static String shown(String size, CRC32C checksum) {
        return size + ", checksum " + Long.toHexString(checksum.getValue());
    }
}
