package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.Csv;
import dev.slipway.keras.data.Npy;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code data:} of a spec: where the rows are, and which of them are features and which targets.
 *
 * @param file a {@code .csv} or {@code .npz}; or the spec itself, if the data is {@code .npy} files beside it
 * @param features of a CSV, the columns of each input; of a {@code .npz}, the array of each input; else the files
 * @param targets the same of each output
 */
public record DataSpec(Path file, List<List<String>> features, List<List<String>> targets) implements DataSection {
    static DataSpec read(ObjectNode section, String subject, Path specFile) {
        Config config = new Config(subject, section);
        String name = config.text("file", "");
        Path file = name.isEmpty() ? specFile : specFile.resolveSibling(name);
        boolean csv = name.endsWith(".csv");
        if (!name.isEmpty() && !csv && !name.endsWith(".npz")) {
            throw config.refused("file", name, "a .csv or .npz file; or none, and .npy files as features and targets");
        }
        DataSpec spec = new DataSpec(file, names(config, "features", csv), names(config, "targets", csv));
        config.refuseOthers();
        return spec;
    }

    /**
     * Rows of a file for a model of one input and one output, or, of a {@code .npz}, of one for each name.
     *
     * @param file a {@code .csv} or {@code .npz} file
     * @param features the columns of the input, or the arrays of the inputs
     * @param targets the columns of the output, or the arrays of the outputs
     * @return the data
     * @throws ConfigException for another file
     */
    public static DataSpec of(Path file, List<String> features, List<String> targets) {
        ObjectNode section = Config.json().put("file", file.toAbsolutePath().toString());
        features.forEach(section.putArray("features")::add);
        targets.forEach(section.putArray("targets")::add);
        return read(section, "data", file);
    }

    /** The columns of a CSV make one tensor, unless they are given as a list of lists; every array is a tensor. */
    private static List<List<String>> names(Config config, String key, boolean csv) {
        String expected = csv ? "names of columns" : "names of arrays";
        JsonNode found = config.find(key).orElseThrow(() -> config.refused(key, "nothing", expected));
        List<List<String>> tensors = new ArrayList<>();
        if (csv && found.isArray() && !found.path(0).isArray()) {
            tensors.add(texts(config, key, found, expected));
        } else {
            Iterable<JsonNode> parts = found.isArray() ? found : List.of(found);
            parts.forEach(part -> tensors.add(texts(config, key, part, expected)));
        }
        if (tensors.isEmpty() || tensors.stream().anyMatch(List::isEmpty)) {
            throw config.refused(key, found.toString(), expected);
        }
        return tensors;
    }

    private static List<String> texts(Config config, String key, JsonNode found, String expected) {
        List<String> texts = new ArrayList<>();
        Iterable<JsonNode> parts = found.isArray() ? found : List.of(found);
        for (JsonNode part : parts) {
            if (!part.isValueNode() || part.isNull()) {
                throw config.refused(key, found.toString(), expected);
            }
            texts.add(part.asText());
        }
        return texts;
    }

    @Override
    public TrainingData open(FitOptions fit) {
        return new TrainingData(read(), Optional.empty(), Optional.empty());
    }

    @Override
    public RowSource judged() {
        return read();
    }

    /**
     * Reads all rows.
     *
     * @return the rows
     * @throws dev.slipway.graph.SlipwayException if a file is broken or a name is not in it
     * @throws UncheckedIOException if a file cannot be read
     */
    public Dataset read() {
        try {
            if (file.toString().endsWith(".csv")) {
                try (Reader text = Files.newBufferedReader(file)) {
                    Csv table = Csv.read(file.toString(), text);
                    return new Dataset(
                            features.stream().map(table::matrix).toList(),
                            targets.stream().map(table::matrix).toList());
                }
            }
            if (file.toString().endsWith(".npz")) {
                Map<String, Tensor> arrays = Npz.read(file);
                return new Dataset(arrays(arrays, features), arrays(arrays, targets));
            }
            return new Dataset(files(features), files(targets));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private List<Tensor> arrays(Map<String, Tensor> arrays, List<List<String>> names) {
        List<Tensor> found = new ArrayList<>();
        for (List<String> name : names) {
            Tensor array = arrays.get(name.get(0));
            if (array == null) {
                throw new ConfigException(
                        file + ": no array '" + name.get(0) + "' (expected: one of " + arrays.keySet() + ")");
            }
            found.add(withColumns(array));
        }
        return found;
    }

    private List<Tensor> files(List<List<String>> names) throws IOException {
        List<Tensor> found = new ArrayList<>();
        for (List<String> name : names) {
            Path path = file.resolveSibling(name.get(0));
            found.add(withColumns(Npy.read(path.toString(), Files.readAllBytes(path))));
        }
        return found;
    }

    /** A vector is a column, as Keras has it. */
    private static Tensor withColumns(Tensor array) {
        return array.shape().rank() == 1
                ? array.reshaped(
                        array.shape().prepend(array.shape().dimension(0)).with(1, Dimension.of(1)))
                : array;
    }
}
