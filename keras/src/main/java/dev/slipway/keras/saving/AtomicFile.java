package dev.slipway.keras.saving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a file that appears whole or not at all: under another name beside its place, forced to the disk, renamed. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Fills an empty channel. */
    @FunctionalInterface
    public interface Content {
        /**
         * Fills the file.
         *
         * @param channel open for reading and writing, empty
         * @throws IOException if it cannot be written
         */
        void write(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file, or replaces it.
     *
     * @param target where it appears
     * @param content fills it
     * @throws UncheckedIOException if it cannot be written; what was there before is there still
     */
    public static void write(Path target, Content content) {
        Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
        try {
            fill(temporary, content);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(target + " cannot be written: " + e.getMessage(), e);
        } finally {
            temporary.toFile().delete();
        }
    }

    /**
     * Writes a file that is in memory already, or replaces it.
     *
     * @param target where it appears
     * @param content all of it
     * @throws UncheckedIOException if it cannot be written; what was there before is there still
     */
    public static void write(Path target, byte[] content) {
        write(target, channel -> write(channel, content));
    }

    /**
     * Writes behind the end of a file, or begins it.
     *
     * @param target the file
     * @param content what comes to its end
     * @throws UncheckedIOException if not all of it can be written; the file is as long as before
     */
    public static void append(Path target, byte[] content) {
        boolean isNew = Files.notExists(target);
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long before = channel.size();
            try {
                write(channel.position(before), content);
            } catch (IOException e) {
                channel.truncate(before);
                throw e;
            }
        } catch (IOException e) {
            if (isNew) {
                target.toFile().delete();
            }
            throw new UncheckedIOException(target + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void write(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    private static void fill(Path file, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ)) {
            content.write(channel);
            channel.force(true);
        }
    }
}
