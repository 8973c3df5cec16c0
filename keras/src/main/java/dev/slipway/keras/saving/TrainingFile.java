package dev.slipway.keras.saving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A {@code .weights.h5} file of Keras 3 that may also say where a training stands: in the attribute {@code training} and the
 * group {@code training}, which Keras does not read. One file, so that weights and training never come from two moments.
 *
 * <p>Source of the rest: {@code save_weights_only} of {@code keras.src.saving.saving_lib}.
 */
public final class TrainingFile implements AutoCloseable {
    private static final String TRAINING = "training";

    private final Path path;
    private final Hdf5Reader reader;

    private TrainingFile(Path path, ReadLimits limits) {
        this.path = path;
        this.reader = Hdf5Reader.open(path, limits);
    }

    /**
     * Writes weights and the optimizer's state. The file appears whole or not at all.
     *
     * @param target the file; replaced if it is there
     * @param document the model
     * @throws java.io.UncheckedIOException if it cannot be written; what was there before is there still
     */
    public static void writeWeights(Path target, ModelDocument document) {
        AtomicFile.write(target, channel -> Hdf5Writer.write(channel, WeightsLayout.of(document)));
    }

    /**
     * Writes weights, the optimizer's state and where the training stands. The file appears whole or not at all.
     *
     * @param target the file; replaced if it is there
     * @param document the model
     * @param training where the training stands, as JSON
     * @param tensors what belongs to it, by name
     * @throws java.io.UncheckedIOException if it cannot be written; what was there before is there still
     */
    public static void write(Path target, ModelDocument document, ObjectNode training, Map<String, Tensor> tensors) {
        Hdf5Group root = WeightsLayout.of(document).text(TRAINING, training.toString());
        tensors.forEach((name, tensor) -> root.group(TRAINING).dataset(name, tensor));
        AtomicFile.write(target, channel -> Hdf5Writer.write(channel, root));
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @param limits how much it may ask for
     * @return the open file, to be closed by the caller
     * @throws MalformedFileException if it is broken
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static TrainingFile open(Path path, ReadLimits limits) {
        return new TrainingFile(path, limits);
    }

    /**
     * Where the training stands.
     *
     * @return JSON
     * @throws MalformedFileException if the file does not say
     */
    public ObjectNode training() {
        String text = reader.text("", TRAINING)
                .orElseThrow(() -> new MalformedFileException(
                        path, "no training in it (expected: a file that a training that was interrupted left)"));
        try {
            if (new ObjectMapper().readTree(text) instanceof ObjectNode values) {
                return values;
            }
        } catch (JsonProcessingException e) {
            throw new MalformedFileException(path, "training is not JSON: " + e.getOriginalMessage(), e);
        }
        throw new MalformedFileException(path, "training is not a JSON object");
    }

    /**
     * What belongs to the training.
     *
     * @return tensors by name
     */
    public Map<String, Tensor> tensors() {
        return reader.readAll(TRAINING);
    }

    /**
     * The weights.
     *
     * @param variables where each lies
     * @return their contents by path
     * @throws MalformedFileException if one is missing or is another
     */
    public Map<String, Tensor> weights(List<StoredVariable> variables) {
        return WeightsFile.byPlace(reader, variables);
    }

    /**
     * The optimizer's variables: iteration, learning rate, then the slots in Keras's order.
     *
     * @return the variables; empty if the file has none
     */
    public List<KerasFile.Content> optimizerVariables() {
        return optimizerVariables(reader);
    }

    static List<KerasFile.Content> optimizerVariables(Hdf5Reader reader) {
        return IntStream.range(0, reader.childCount("optimizer/vars"))
                .<KerasFile.Content>mapToObj(i -> new Stored(reader, "optimizer/vars/" + i))
                .toList();
    }

    private record Stored(Hdf5Reader reader, String place) implements KerasFile.Content {
        @Override
        public Shape shape() {
            return reader.shape(place);
        }

        @Override
        public Tensor read(DataType type, Shape shape) {
            return reader.read(place, type, shape);
        }
    }

    @Override
    public void close() {
        reader.close();
    }
}
