package dev.slipway.keras.saving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An open model file: its document, and its variables on demand. Closed by whoever opened it. */
public abstract sealed class KerasFile implements AutoCloseable permits KerasArchive, LegacyH5 {
    /** The longest configuration read; ResNet-50's has 90 kB. */
    static final int MAX_CONFIG_BYTES = 64 << 20;

    private static final int MAX_CONFIG_DEPTH = 200;
    private static final byte[] ZIP_SIGNATURE = {'P', 'K', 3, 4};
    private static final byte[] HDF5_SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_CONFIG_DEPTH)
                    .maxStringLength(MAX_CONFIG_BYTES)
                    .build())
            .build());

    private final Path path;

    KerasFile(Path path) {
        this.path = path;
    }

    /**
     * Opens a model file of either format, which its first bytes tell.
     *
     * @param path the file
     * @return the open file, to be closed by the caller
     * @throws MalformedFileException if it is neither, or breaks its format
     * @throws UncheckedIOException if it cannot be read
     */
    public static KerasFile open(Path path) {
        byte[] head;
        try (InputStream in = Files.newInputStream(path)) {
            head = in.readNBytes(HDF5_SIGNATURE.length);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
        if (head.length >= 4 && Arrays.equals(head, 0, 4, ZIP_SIGNATURE, 0, 4)) {
            return KerasArchive.openArchive(path);
        }
        if (Arrays.equals(head, HDF5_SIGNATURE)) {
            return LegacyH5.openLegacy(path);
        }
        throw new MalformedFileException(
                path, "neither a zip (.keras) nor an HDF5 file (.h5) (expected: a Keras model file)");
    }

    /**
     * The architecture.
     *
     * @return the serialized model in Keras 3's form
     */
    public abstract ObjectNode architecture();

    /**
     * How the model was compiled.
     *
     * @return {@code compile_config} in Keras 3's form; empty if the model was not compiled
     */
    public abstract Optional<ObjectNode> compileConfig();

    /**
     * The version of Keras that wrote the file.
     *
     * @return the version, such as {@code 3.9.2}; empty if the file does not say
     */
    public abstract String kerasVersion();

    /**
     * Whether the file has a variable that a file need not have: the state of a random generator.
     *
     * @param variable where it would lie
     * @return false if it is not stored
     */
    public abstract boolean stores(StoredVariable variable);

    /**
     * Reads a variable.
     *
     * @param variable where it lies and what is expected
     * @return its content
     * @throws MalformedFileException if it is missing or of another shape
     */
    public abstract Tensor read(StoredVariable variable);

    /**
     * The optimizer's variables: iteration, learning rate, then the slots in Keras's order.
     *
     * @return the tensors; empty if the file has none
     */
    public abstract List<Tensor> optimizerVariables();

    /** The file. */
    Path path() {
        return path;
    }

    ObjectNode parse(String what, byte[] text) {
        try {
            JsonNode parsed = JSON.readTree(text);
            if (parsed instanceof ObjectNode object) {
                return object;
            }
            throw new MalformedFileException(path, what + " is not a JSON object");
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(path, what + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public abstract void close();
}
