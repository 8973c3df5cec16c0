package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.runtime.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A {@code .keras} file: a zip of {@code metadata.json}, {@code config.json} and {@code model.weights.h5}.
 *
 * <p>Source: {@code keras.src.saving.saving_lib} of Keras 3; variables are found by position.
 */
final class KerasArchive extends KerasFile {
    private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

    private final ObjectNode config;
    private final String version;
    private final Hdf5Reader weights;

    private KerasArchive(Path path, ZipFile zip, ReadLimits limits) throws IOException {
        super(path, limits);
        this.config = parse("config.json", member(zip, "config.json", limits.configBytes()));
        this.version = parse("metadata.json", member(zip, "metadata.json", limits.configBytes()))
                .path("keras_version")
                .asText("");
        if (Keras2Dialect.isWrittenBy(version)) {
            throw new ConfigException(path + ": a .keras file of Keras " + version
                    + " (expected: of Keras 3; load it in that Keras and save it as .h5)");
        }
        long most = limits.bytesFrom(path.toFile().length());
        byte[] bytes = member(zip, "model.weights.h5", (int) Math.min(most, MAX_ARRAY_BYTES));
        this.weights = new Hdf5Reader(path, ByteBuffer.wrap(bytes), limits);
    }

    static KerasArchive openArchive(Path path, ReadLimits limits) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            return new KerasArchive(path, zip, limits);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            // IllegalArgumentException is what the JDK throws for a member's name that is not text.
            throw new MalformedFileException(path, "broken zip: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a member as it comes, whatever size the zip declares: what is not there takes no memory. The JDK does not
     * compare checksums by itself.
     */
    private byte[] member(ZipFile zip, String name, int maxBytes) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new MalformedFileException(path(), "no " + name + " in the zip (expected: a .keras file of Keras 3)");
        }
        CRC32 checksum = new CRC32();
        byte[] bytes;
        try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
            bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new MalformedFileException(
                        path(), name + ": unpacks to more (expected: <= " + maxBytes + " bytes)");
            }
        }
        if (checksum.getValue() != entry.getCrc()) {
            throw new MalformedFileException(path(), name + ": wrong checksum (expected: bytes as they were written)");
        }
        return bytes;
    }

    @Override
    public ObjectNode architecture() {
        return config;
    }

    @Override
    public Optional<ObjectNode> compileConfig() {
        return config.get("compile_config") instanceof ObjectNode found ? Optional.of(found) : Optional.empty();
    }

    @Override
    public String kerasVersion() {
        return version;
    }

    @Override
    public boolean stores(StoredVariable variable) {
        return weights.exists(variable.archivePath());
    }

    @Override
    public Tensor read(StoredVariable variable) {
        return weights.read(variable.archivePath(), variable.type(), variable.shape());
    }

    @Override
    public List<Content> optimizerVariables(int trained) {
        return IntStream.range(0, weights.childCount("optimizer/vars"))
                .<Content>mapToObj(i -> (type, shape) -> weights.read("optimizer/vars/" + i, type, shape))
                .toList();
    }

    @Override
    public void close() {
        weights.close();
    }
}
