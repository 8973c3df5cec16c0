package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.io.Format;
import dev.slipway.cli.io.Tables;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.ArrayRows;
import dev.slipway.keras.data.DataFileException;
import dev.slipway.keras.data.Finite;
import dev.slipway.keras.data.Npy;
import dev.slipway.keras.data.Npz;
import dev.slipway.keras.data.PrefetchedRows;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.ShuffledRows;
import dev.slipway.keras.data.StoredArray;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.data.TableSource;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * {@code data:} of a spec: where the rows are, and which of them are features and which targets.
 *
 * @param file a {@code .csv}, {@code .parquet} or {@code .npz}; or the spec itself, if the data is {@code .npy} files beside it
 * @param features of a table, the columns of each input; of a {@code .npz}, the array of each input; else the files
 * @param targets the same of each output
 * @param sampleWeight the column, array or file that says how much each row counts
 * @param buffer how many rows are in memory to draw the next one from, where it is said; data with more rows stays in its
 *     files; where it is not said, data of more bytes than {@link MemoryLimits} have
 */
public record DataSpec(
        Path file,
        List<List<String>> features,
        List<List<String>> targets,
        Optional<String> sampleWeight,
        OptionalInt buffer)
        implements DataSection {
    private static final int PREFETCHED_BLOCKS = 4;

    static DataSpec read(ObjectNode section, String subject, Path specFile) {
        Config config = new Config(subject, section);
        String name = config.text("file", "");
        Path file = name.isEmpty() ? specFile : specFile.resolveSibling(name);
        boolean table = isTable(file);
        if (!name.isEmpty() && !table && !name.endsWith(".npz")) {
            throw config.refused(
                    "file", name, "a .csv, .parquet or .npz file; or none, and .npy files as features and targets");
        }
        DataSpec spec = new DataSpec(
                file,
                names(config, "features", table),
                names(config, "targets", table),
                config.find("sample_weight").map(JsonNode::asText),
                buffer(config));
        config.refuseOthers();
        return spec;
    }

    /**
     * Rows of a file for a model of one input and one output, or, of a {@code .npz}, of one for each name.
     *
     * @param file a {@code .csv}, {@code .parquet} or {@code .npz} file
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

    private static OptionalInt buffer(Config config) {
        if (config.find("shuffle_buffer").isEmpty()) {
            return OptionalInt.empty();
        }
        int rows = config.integer("shuffle_buffer");
        if (rows < 1) {
            throw config.refused("shuffle_buffer", Integer.toString(rows), ">= 1");
        }
        return OptionalInt.of(rows);
    }

    /** The columns of a table make one tensor, unless they are given as a list of lists; every array is a tensor. */
    private static List<List<String>> names(Config config, String key, boolean table) {
        String expected = table ? "names of columns" : "names of arrays";
        JsonNode found = config.find(key).orElseThrow(() -> config.refused(key, "nothing", expected));
        List<List<String>> tensors = new ArrayList<>();
        if (table && found.isArray() && !found.path(0).isArray()) {
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
        RowSource rows = judged();
        boolean isInMemory = rows instanceof Dataset;
        if (!isInMemory && fit.validationSplit() > 0) {
            long count = rows.count().orElseThrow();
            throw new ConfigException("fit: validation_split = " + fit.validationSplit()
                    + " (expected: 0, as the rows stay in their files; data: shuffle_buffer = " + count
                    + " brings all of them into memory; or give validation_data)");
        }
        RowSource ordered = isInMemory ? rows : streamed(rows, fit);
        return new TrainingData(ordered, Optional.empty(), Optional.empty(), List.of());
    }

    @Override
    public RowSource judged() {
        MemoryLimits limits = MemoryLimits.now();
        if (isTable(file)) {
            TableSource rows = tableRows();
            return fits(rows, limits) ? RowsInMemory.of(rows) : rows;
        }
        return storedArrays(limits).orElseGet(this::read);
    }

    @Override
    public Optional<String> rowsInMemory(MemoryLimits limits) {
        if (buffer.isPresent()) {
            return Optional.empty();
        }
        Optional<RowSource> stored = isTable(file)
                ? Optional.of(tableRows()).filter(rows -> !fits(rows, limits)).map(RowSource.class::cast)
                : storedArrays(limits);
        return Optional.of(
                stored.map(rows -> Integer.toString(limits.bufferRows(rows))).orElse("all"));
    }

    @Override
    public List<Path> files() {
        return isTable(file) || isNpz()
                ? List.of(file)
                : arrayNames().map(file::resolveSibling).toList();
    }

    private Stream<String> arrayNames() {
        return Stream.concat(
                Stream.of(features, targets).flatMap(List::stream).map(name -> name.get(0)), sampleWeight.stream());
    }

    private RowSource streamed(RowSource rows, FitOptions fit) {
        RowSource ordered = fit.shuffle() ? new ShuffledRows(rows, bufferRows(rows), fit.seed()) : rows;
        return new PrefetchedRows(ordered, fit.batchSize(), PREFETCHED_BLOCKS);
    }

    private int bufferRows(RowSource rows) {
        return buffer.orElseGet(() -> MemoryLimits.now().bufferRows(rows));
    }

    private boolean fits(TableSource rows, MemoryLimits limits) {
        long count = rows.count().orElseThrow();
        return buffer.isPresent() ? count <= buffer.getAsInt() : limits.hold(count, rows);
    }

    /** The rows of arrays, if they are to stay in their files. */
    private Optional<RowSource> storedArrays(MemoryLimits limits) {
        if (buffer.isEmpty() && size() <= limits.whole()) {
            return Optional.empty();
        }
        List<StoredArray> inputs = features.stream().map(this::array).toList();
        List<StoredArray> outputs = targets.stream().map(this::array).toList();
        List<StoredArray> weights =
                sampleWeight.stream().map(List::of).map(this::array).toList();
        boolean fits = inputs.get(0).rows() <= buffer.orElse(0);
        return fits ? Optional.empty() : Optional.of(new ArrayRows(inputs, outputs, weights));
    }

    private TableSource tableRows() {
        Table table = Tables.of(file, Format.of(file.toString()).orElseThrow(), Set.of());
        return new NumberColumns(features, targets, sampleWeight).rows(table);
    }

    /** About how many bytes the arrays have; text stays in memory, so this must not look into them. */
    private long size() {
        try {
            if (isNpz()) {
                try (ZipFile zip = new ZipFile(file.toFile())) {
                    return zip.stream().mapToLong(ZipEntry::getSize).sum();
                } catch (ZipException e) {
                    return 0; // whoever reads it says what is broken
                }
            }
            long size = 0;
            for (List<String> name :
                    Stream.concat(features.stream(), targets.stream()).toList()) {
                size += Files.size(file.resolveSibling(name.get(0)));
            }
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static boolean isTable(Path file) {
        return Format.of(file.toString())
                .filter(format -> format == Format.CSV || format == Format.PARQUET)
                .isPresent();
    }

    private boolean isNpz() {
        return file.toString().endsWith(".npz");
    }

    private StoredArray array(List<String> name) {
        return isNpz() ? StoredArray.npz(file, name.get(0)) : StoredArray.npy(file.resolveSibling(name.get(0)));
    }

    /**
     * Reads all rows.
     *
     * @return the rows
     * @throws dev.slipway.graph.SlipwayException if a file is broken, a name is not in it or a number is not finite
     * @throws UncheckedIOException if a file cannot be read
     */
    public Dataset read() {
        if (isTable(file)) {
            return RowsInMemory.of(tableRows());
        }
        Map<String, Tensor> arrays = isNpz() ? Npz.read(file) : arrayFiles();
        return new Dataset(
                arrays(arrays, features),
                arrays(arrays, targets),
                sampleWeight.stream().map(name -> asVector(found(arrays, name))).toList(),
                (row, target) -> Optional.of(place(targets.get(target).get(0)) + ", row " + row));
    }

    private List<Tensor> arrays(Map<String, Tensor> arrays, List<List<String>> names) {
        return names.stream()
                .map(name -> withColumns(found(arrays, name.get(0))))
                .toList();
    }

    private Tensor found(Map<String, Tensor> arrays, String name) {
        Tensor array = arrays.get(name);
        if (array == null) {
            throw new ConfigException(file + ": no array '" + name + "' (expected: one of " + arrays.keySet() + ")");
        }
        requireRows(arrays, name, array);
        Finite.require(place(name), array, Math.toIntExact(array.shape().size(0)), 0);
        return array;
    }

    /** As many as the first input has. */
    private void requireRows(Map<String, Tensor> arrays, String name, Tensor array) {
        Shape first = arrays.getOrDefault(features.get(0).get(0), array).shape();
        boolean hasRows = array.shape().rank() > 0 && array.shape().size(0) > 0;
        if (!hasRows || (first.dimension(0).isKnown() && array.shape().size(0) != first.size(0))) {
            throw new DataFileException(place(name) + ": array of shape " + array.shape() + " (expected: "
                    + (hasRows
                            ? first.size(0) + " rows, as in " + features.get(0).get(0)
                            : "at least one row") + ")");
        }
    }

    private String place(String name) {
        return isNpz() ? file + ": " + name : file.resolveSibling(name).toString();
    }

    private Map<String, Tensor> arrayFiles() {
        Map<String, Tensor> found = new LinkedHashMap<>();
        for (String name : arrayNames().toList()) {
            Path path = file.resolveSibling(name);
            found.put(name, Npy.read(path.toString(), bytes(path)));
        }
        return found;
    }

    private static byte[] bytes(Path array) {
        try {
            return Files.readAllBytes(array);
        } catch (IOException e) {
            throw new UncheckedIOException(array + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Tensor asVector(Tensor array) {
        boolean isColumn =
                array.shape().rank() == 2 && array.shape().dimension(1).is(1);
        return isColumn ? array.reshaped(array.shape().slice(0, 1)) : array;
    }

    /** A vector is a column, as Keras has it. */
    private static Tensor withColumns(Tensor array) {
        return array.shape().rank() == 1
                ? array.reshaped(
                        array.shape().prepend(array.shape().dimension(0)).with(1, Dimension.of(1)))
                : array;
    }
}
