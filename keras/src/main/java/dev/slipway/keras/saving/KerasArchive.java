package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A {@code .keras} file: a zip of {@code metadata.json}, {@code config.json} and {@code model.weights.h5}.
 *
 * <p>Source: {@code keras.src.saving.saving_lib} of Keras 3; variables are found by position.
 */
final class KerasArchive extends KerasFile {
    private final ObjectNode config;
    private final String version;
    private final Hdf5Reader weights;

    private KerasArchive(Path path, ZipFile zip) throws IOException {
        super(path);
        this.config = parse("config.json", member(zip, "config.json", MAX_CONFIG_BYTES));
        this.version = parse("metadata.json", member(zip, "metadata.json", MAX_CONFIG_BYTES))
                .path("keras_version")
                .asText("");
        byte[] bytes = member(zip, "model.weights.h5", Integer.MAX_VALUE - 8);
        this.weights = new Hdf5Reader(path, ByteBuffer.wrap(bytes));
    }

    static KerasArchive openArchive(Path path) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            return new KerasArchive(path, zip);
        } catch (ZipException e) {
            throw new MalformedFileException(path, "broken zip: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads a member as it comes, whatever size the zip declares: what is not there takes no memory. */
    private byte[] member(ZipFile zip, String name, int maxBytes) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new MalformedFileException(path(), "no " + name + " in the zip (expected: a .keras file of Keras 3)");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new MalformedFileException(path(), name + ": over " + maxBytes + " bytes");
            }
            return bytes;
        }
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
        return weights.read(variable.archivePath(), Optional.of(variable.shape()));
    }

    @Override
    public List<Tensor> optimizerVariables() {
        List<Tensor> tensors = new ArrayList<>();
        int count = weights.children("optimizer/vars").size();
        for (int i = 0; i < count; i++) {
            tensors.add(weights.read("optimizer/vars/" + i, Optional.empty()));
        }
        return tensors;
    }

    @Override
    public void close() {
        weights.close();
    }
}
