package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a {@code .keras} file as Keras 3 does: three members, stored without compression. The file appears whole or not at
 * all.
 *
 * <p>Source: {@code keras.src.saving.saving_lib} of Keras 3.
 */
public final class KerasArchiveWriter {
    private static final DateTimeFormatter SAVED_AT = DateTimeFormatter.ofPattern("yyyy-MM-dd@HH:mm:ss", Locale.ROOT);

    /** A key that Keras neither writes nor reads: without it a compiled model would not tell. */
    static final String BACKEND = "backend";

    private KerasArchiveWriter() {}

    /** Gives a member's bytes, as often as it is asked. */
    @FunctionalInterface
    private interface Member {
        InputStream open() throws IOException;
    }

    /**
     * Writes a model file.
     *
     * @param target the file; replaced if it is there
     * @param document what to write
     * @param savedAt the time the file says it was saved at
     * @throws java.io.UncheckedIOException if it cannot be written; nothing is left behind then
     */
    public static void write(Path target, ModelDocument document, LocalDateTime savedAt) {
        AtomicFile.write(target, channel -> {
            Path weights = target.resolveSibling("." + target.getFileName() + ".weights.tmp");
            try {
                writeWeights(weights, document);
                ZipOutputStream zip = new ZipOutputStream(keepOpen(channel));
                store(zip, "metadata.json", text(metadata(document, savedAt)));
                store(zip, "config.json", text(config(document)));
                store(zip, "model.weights.h5", () -> Files.newInputStream(weights));
                zip.finish();
                zip.flush();
            } finally {
                Files.deleteIfExists(weights);
            }
        });
    }

    /** The channel is forced to the disk and closed by its owner. */
    private static OutputStream keepOpen(FileChannel channel) {
        return Channels.newOutputStream(channel);
    }

    private static Member text(ObjectNode json) {
        byte[] bytes = PythonJson.text(json).getBytes(StandardCharsets.UTF_8);
        return () -> new ByteArrayInputStream(bytes);
    }

    private static ObjectNode metadata(ModelDocument document, LocalDateTime savedAt) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("keras_version", document.origin().version().inKeras3())
                .put("date_saved", SAVED_AT.format(savedAt))
                .put(BACKEND, document.origin().backend().kerasName());
    }

    private static ObjectNode config(ModelDocument document) {
        ObjectNode config = document.architecture().deepCopy();
        document.compileConfig().ifPresent(compile -> config.set("compile_config", compile));
        return config;
    }

    private static void writeWeights(Path file, ModelDocument document) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            Hdf5Writer.write(channel, WeightsLayout.of(document));
        }
    }

    /** A stored member's size and checksum stand before its bytes, so they are read twice. */
    private static void store(ZipOutputStream zip, String name, Member member) throws IOException {
        CRC32 checksum = new CRC32();
        long size = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = member.open()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                checksum.update(buffer, 0, read);
                size += read;
            }
        }
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        try (InputStream in = member.open()) {
            in.transferTo(zip);
        }
        zip.closeEntry();
    }
}
