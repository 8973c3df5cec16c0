package dev.slipway.keras.data;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A numpy array of numbers in a file, of which only the beginning has been read.
 *
 * @param name the file, and the array in it, for messages
 * @param file the file
 * @param member the array in a {@code .npz}; empty for a {@code .npy}
 * @param layout what the beginning says
 */
public record StoredArray(String name, Path file, String member, Layout layout) {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * What the elements are.
     *
     * @param type their type
     * @param shape {@code [rows, …]}
     * @param bigEndian whether the bytes of an element come in that order
     */
    public record Layout(DataType type, Shape shape, boolean bigEndian) {
        int rowBytes() {
            return Math.toIntExact(shape.slice(1, shape.rank()).elementCount() * type.byteSize());
        }
    }

    /**
     * The array of a {@code .npy} file.
     *
     * @param file the file
     * @return the array
     * @throws DataFileException if it is broken, or no array of numbers with rows
     * @throws UncheckedIOException if it cannot be read
     */
    public static StoredArray npy(Path file) {
        return of(file.toString(), file, "");
    }

    /**
     * An array of a {@code .npz} file.
     *
     * @param file the file
     * @param array the array's name
     * @return the array
     * @throws DataFileException if it is broken or not there, or no array of numbers with rows
     * @throws UncheckedIOException if it cannot be read
     */
    public static StoredArray npz(Path file, String array) {
        return of(file + ": " + array, file, array + ".npy");
    }

    private static StoredArray of(String name, Path file, String member) {
        try (Elements elements = new Elements(name, file, member)) {
            return new StoredArray(name, file, member, elements.layout);
        }
    }

    /**
     * The number of rows.
     *
     * @return the first length
     */
    public long rows() {
        return layout.shape().size(0);
    }

    /**
     * How much memory all rows need.
     *
     * @return a number of bytes
     */
    public long bytes() {
        return rows() * layout.rowBytes();
    }

    /** The elements from the first one on, to be closed by the caller. */
    Elements open() {
        return new Elements(name, file, member);
    }

    /** A stream behind the beginning of an array. */
    static final class Elements implements AutoCloseable {
        private final String name;
        private final @Nullable ZipFile zip;
        private final InputStream in;
        private final Layout layout;
        private long row;

        Elements(String name, Path file, String member) {
            this.name = name;
            ZipFile opened = null;
            InputStream stream = null;
            try {
                if (member.isEmpty()) {
                    stream = Files.newInputStream(file);
                } else {
                    opened = new ZipFile(file.toFile());
                    stream = stream(opened, name, member);
                }
                in = new BufferedInputStream(stream, BUFFER_BYTES);
                layout = Npy.layout(name, in);
            } catch (IOException e) {
                close(stream, opened);
                throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
            } catch (RuntimeException e) {
                close(stream, opened);
                throw e;
            }
            zip = opened;
        }

        private static InputStream stream(ZipFile zip, String name, String member) throws IOException {
            ZipEntry entry = zip.getEntry(member);
            if (entry == null) {
                throw new DataFileException(name + ": no such array (expected: one of "
                        + zip.stream().map(ZipEntry::getName).toList() + ", without .npy)");
            }
            return zip.getInputStream(entry);
        }

        /** Reads the next rows, which must be there, in the order of bytes that tensors have. */
        void read(byte[] into, int rows) {
            int wanted = rows * layout.rowBytes();
            try {
                int found = in.readNBytes(into, 0, wanted);
                if (found < wanted) {
                    throw new DataFileException(name + ", row " + (row + found / Math.max(1, layout.rowBytes()))
                            + ": the file ends (expected: " + layout.shape().size(0) + " rows)");
                }
            } catch (IOException e) {
                throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
            }
            row += rows;
            if (layout.bigEndian()) {
                swap(into, wanted, layout.type().byteSize());
            }
        }

        private static void swap(byte[] bytes, int count, int size) {
            for (int from = 0; from < count; from += size) {
                for (int i = 0; i < size / 2; i++) {
                    byte moved = bytes[from + i];
                    bytes[from + i] = bytes[from + size - 1 - i];
                    bytes[from + size - 1 - i] = moved;
                }
            }
        }

        @Override
        public void close() {
            close(in, zip);
        }

        private static void close(@Nullable Closeable in, @Nullable Closeable zip) {
            try {
                if (in != null) {
                    in.close();
                }
                if (zip != null) {
                    zip.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
