package dev.slipway.keras.saving;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Origin;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An open model file: its document, and its variables on demand. Closed by whoever opened it. */
public abstract sealed class KerasFile implements AutoCloseable permits KerasArchive, LegacyH5 {
    private static final byte[] ZIP_SIGNATURE = {'P', 'K', 3, 4};
    private static final byte[] HDF5_SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    private static final long SMALLEST_USER_BLOCK = 512;

    private final Path path;
    private final ReadLimits limits;
    private final ObjectMapper json;

    KerasFile(Path path, ReadLimits limits) {
        this.path = path;
        this.limits = limits;
        this.json = mapper(limits);
    }

    /** Reads JSON no deeper and no longer than is allowed; Python writes {@code NaN} and {@code Infinity} into it. */
    static ObjectMapper mapper(ReadLimits limits) {
        return new ObjectMapper(new JsonFactoryBuilder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.configDepth())
                        .maxStringLength(limits.configBytes())
                        .build())
                .build());
    }

    /**
     * Opens a model file of either format, which its first bytes tell.
     *
     * @param path the file
     * @param limits how much the file may ask for
     * @return the open file, to be closed by the caller
     * @throws MalformedFileException if it is neither, breaks its format, or asks for more than the limits allow
     * @throws UncheckedIOException if it cannot be read
     */
    public static KerasFile open(Path path, ReadLimits limits) {
        if (Files.isDirectory(path)) {
            throw new MalformedFileException(
                    path,
                    "a directory (expected: a Keras model file; a TensorFlow SavedModel is saved again in Keras by"
                            + " model.save('model.keras'))");
        }
        byte[] head = head(path);
        if (isZip(head)) {
            return KerasArchive.openArchive(path, limits);
        }
        if (isHdf5(path)) {
            return LegacyH5.openLegacy(path, limits);
        }
        throw new MalformedFileException(
                path, "neither a zip (.keras) nor an HDF5 file (.h5) (expected: a Keras model file)");
    }

    private static boolean isZip(byte[] head) {
        return Arrays.equals(head, 0, 4, ZIP_SIGNATURE, 0, 4);
    }

    /**
     * HDF5 begins at the beginning, or behind a block of the user's own of 512 bytes, 1024, 2048 and so on: where in a zip a
     * member may lie by chance.
     */
    static boolean isHdf5(Path path) {
        if (Files.isDirectory(path) || isZip(head(path))) {
            return false;
        }
        long length = path.toFile().length();
        long place = 0;
        while (place < length && !Arrays.equals(bytes(path, place), HDF5_SIGNATURE)) {
            place = place == 0 ? SMALLEST_USER_BLOCK : 2 * place;
        }
        return place < length;
    }

    private static byte[] head(Path path) {
        return bytes(path, 0);
    }

    /** As many bytes as HDF5's signature has, zeros behind the end of the file. */
    private static byte[] bytes(Path path, long place) {
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(HDF5_SIGNATURE.length);
            channel.read(bytes, place);
            return bytes.array();
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read: " + e.getMessage(), e);
        }
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
     * What kind of file this is, whatever its name says.
     *
     * @return {@code .keras} or {@code .h5}
     */
    public final String format() {
        return this instanceof KerasArchive ? ".keras" : ".h5";
    }

    /**
     * What the Keras that wrote the file computed with.
     *
     * @return the backend; PyTorch if nothing in the file tells
     */
    public final Backend backend() {
        return origin().backend();
    }

    /**
     * Which Keras the numbers of the file come from.
     *
     * @return the origin
     */
    public abstract Origin origin();

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
     * Says which variables will be read; refuses an architecture whose weights a file of this length cannot hold, before
     * memory is taken for any of them.
     *
     * @param variables all that the architecture declares
     * @throws MalformedFileException naming the largest
     */
    public void expect(List<StoredVariable> variables) {
        long fileBytes = path.toFile().length();
        long most = limits.bytesFrom(fileBytes);
        double declared =
                variables.stream().mapToDouble(StoredVariable::byteCount).sum();
        if (declared > most) {
            StoredVariable largest = Collections.max(variables, Comparator.comparingDouble(StoredVariable::byteCount));
            throw new MalformedFileException(
                    path,
                    String.format(
                            Locale.ROOT,
                            "weights of %.0f bytes, the largest '%s' %s (expected: <= %d bytes, as the file has %d)",
                            declared,
                            largest.path(),
                            largest.shape(),
                            most,
                            fileBytes));
        }
    }

    /**
     * Reads a variable that was expected.
     *
     * @param variable where it lies and what is expected
     * @return its content
     * @throws MalformedFileException if it is missing, or of another type or shape
     */
    public abstract Tensor read(StoredVariable variable);

    /**
     * Text that lies beside configuration and weights, which only {@code .keras} files have.
     *
     * @param name its name below {@code assets/}
     * @return the text; empty if there is none
     */
    public Optional<String> asset(String name) {
        return Optional.empty();
    }

    /**
     * Reads numbers from a place that no variable has, which only {@code .keras} files have.
     *
     * @param place the place
     * @param type the element type
     * @param shape the shape
     * @return the numbers
     * @throws MalformedFileException if they are missing, or of another type or shape
     */
    public Tensor read(String place, DataType type, Shape shape) {
        throw new MalformedFileException(path, "no '" + place + "' (expected: a .keras file)");
    }

    /**
     * How the file says the model, if an older Keras wrote it, to write it so again. To be asked after {@link #expect}.
     *
     * @return the form; empty for files of Keras 3, for {@code .keras} files, and for those that have states of random generators
     *     among the weights
     */
    public Optional<OldForm> oldForm() {
        return Optional.empty();
    }

    /** A variable that is read when it is known what is expected. */
    public interface Content {
        /**
         * Looks at the variable without reading it.
         *
         * @return the shape that the file has it in
         * @throws MalformedFileException if it is missing
         */
        Shape shape();

        /**
         * Reads the variable.
         *
         * @param type the element type
         * @param shape the shape
         * @return its content
         * @throws MalformedFileException if it is of another type or shape
         */
        Tensor read(DataType type, Shape shape);
    }

    /**
     * The optimizer's variables: iteration, learning rate, then the slots in Keras's order.
     *
     * @param trained the weights that are trained, in order: old files have slots that nothing uses, and have slots of
     *     kernels in the layout that they have kernels in
     * @return the variables; empty if the file has none
     */
    public abstract List<Content> optimizerVariables(List<StoredVariable> trained);

    /**
     * How much the file may ask for.
     *
     * @return the limits it was opened with
     */
    public final ReadLimits limits() {
        return limits;
    }

    /**
     * Where the file is.
     *
     * @return its path
     */
    public final Path path() {
        return path;
    }

    ObjectNode parse(String what, byte[] text) {
        try {
            JsonNode parsed = json.readTree(text);
            if (parsed instanceof ObjectNode object) {
                return object;
            }
            throw new MalformedFileException(path, what + " is not a JSON object");
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(path, what + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            // The bytes are there already: what fails is reading them as text.
            throw new MalformedFileException(path, what + " is not text: " + e.getMessage(), e);
        }
    }

    @Override
    public abstract void close();
}
