package dev.slipway.keras.data;

import dev.slipway.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Several named numpy arrays: a zip of {@code name.npy}. Source: {@code numpy.savez}. */
public final class Npz {
    private static final String SUFFIX = ".npy";

    /** The most bytes one array may unpack to; what a zip declares is not believed. */
    private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private Npz() {}

    /**
     * Writes arrays.
     *
     * @param arrays the arrays by name
     * @return the bytes of a {@code .npz} file
     * @throws IllegalArgumentException for a type that numpy has no name for
     */
    public static byte[] write(Map<String, Tensor> arrays) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
                zip.putNextEntry(new ZipEntry(array.getKey() + SUFFIX));
                zip.write(Npy.write(array.getValue()));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads all arrays.
     *
     * @param file the file
     * @return the arrays by name, in the file's order
     * @throws DataFileException if the file or an array in it is broken or not supported
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Map<String, Tensor> read(Path file) {
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : List.copyOf(zip.stream().toList())) {
                String name = entry.getName();
                if (!name.endsWith(SUFFIX)) {
                    throw new DataFileException(file + ": member '" + name + "' (expected: a name ending in .npy)");
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    byte[] bytes = in.readNBytes(MAX_ARRAY_BYTES);
                    arrays.put(name.substring(0, name.length() - SUFFIX.length()), Npy.read(file + ":" + name, bytes));
                }
            }
        } catch (ZipException e) {
            throw new DataFileException(file + ": broken zip: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
        return arrays;
    }
}
