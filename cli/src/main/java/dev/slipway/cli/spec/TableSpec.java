package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.io.Format;
import dev.slipway.cli.io.Tables;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.data.CompleteRows;
import dev.slipway.keras.data.PrefetchedRows;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.ShuffledRows;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.data.TablePart;
import dev.slipway.keras.data.TableSource;
import dev.slipway.keras.features.AdaptedFeatures;
import dev.slipway.keras.features.Feature;
import dev.slipway.keras.features.TableFeatures;
import dev.slipway.keras.trainers.FitOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * {@code data:} of a spec with typed columns.
 *
 * @param file the rows to learn from
 * @param format how files are written
 * @param missing what stands for missing values, beside nothing
 * @param required the columns without whose values a row is left out
 * @param features which columns go in and come out
 * @param validation the rows to be judged by
 * @param buffer how many rows are in memory to draw the next one from; a table with no more rows is in memory as a whole
 * @param mayMiss the inputs for which a model that is there already knows what stands in for missing numbers; empty for a model
 *     that is made of the features
 */
public record TableSpec(
        Path file,
        Format format,
        Set<String> missing,
        List<String> required,
        TableFeatures features,
        Validation validation,
        int buffer,
        Optional<Set<String>> mayMiss)
        implements DataSection {
    private static final int BUFFER = 65_536;
    private static final int PREFETCHED_BLOCKS = 4;

    /**
     * Rows to be judged by.
     *
     * @param file a file of their own
     * @param split or which part of the rows, about; 0 for none
     * @param seed what that part is drawn from
     */
    public record Validation(Optional<Path> file, double split, int seed) {}

    static TableSpec read(ObjectNode section, String subject, Path specFile) {
        Config config = new Config(subject, section);
        String name = config.text("file", "");
        Optional<Format> format = Format.of(config.find("format").isPresent() ? "." + config.text("format", "") : name);
        if (name.isEmpty()
                || format.filter(f -> f == Format.CSV || f == Format.PARQUET).isEmpty()) {
            throw config.refused(
                    "file", name.isEmpty() ? "nothing" : name, "a .csv or .parquet file; or format: csv or parquet");
        }
        int buffer = config.integer("shuffle_buffer", BUFFER);
        if (buffer < 1) {
            throw config.refused("shuffle_buffer", Integer.toString(buffer), ">= 1");
        }
        TableSpec spec = new TableSpec(
                specFile.resolveSibling(name),
                format.get(),
                words(config),
                names(config),
                features(config, subject),
                validation(config, specFile),
                buffer,
                Optional.empty());
        config.refuseOthers();
        return spec;
    }

    private static Set<String> words(Config config) {
        Set<String> words = new HashSet<>();
        config.find("missing_values").ifPresent(found -> found.forEach(word -> words.add(word.asText())));
        return words;
    }

    private static List<String> names(Config config) {
        List<String> names = new ArrayList<>();
        JsonNode found = config.find("drop_missing").orElseGet(Config::json);
        Iterable<JsonNode> each = found.isTextual() ? List.of(found) : found;
        for (JsonNode name : each) {
            if (!name.isTextual()) {
                throw config.refused("drop_missing", found.toString(), "names of columns");
            }
            names.add(name.asText());
        }
        return names;
    }

    private static TableFeatures features(Config config, String subject) {
        JsonNode found = config.find("features").orElseThrow();
        List<Feature> features = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : found.properties()) {
            features.add(FeatureSection.read(entry.getKey(), entry.getValue(), subject + ": features"));
        }
        if (features.isEmpty()) {
            throw config.refused("features", found.toString(), "columns with what becomes of them");
        }
        return new TableFeatures(
                features,
                TargetSection.read(config),
                config.find("sample_weight").map(JsonNode::asText));
    }

    private static Validation validation(Config config, Path specFile) {
        Optional<Path> file = config.find("validation_file").map(found -> specFile.resolveSibling(found.asText()));
        double split = config.number("validation_split", 0);
        if (!(split >= 0 && split < 1) || (split > 0 && file.isPresent())) {
            throw config.refused(
                    "validation_split", Double.toString(split), "0 or between 0 and 1, without a validation_file");
        }
        return new Validation(file, split, config.integer("split_seed", 0));
    }

    @Override
    public TrainingData open(FitOptions fit) {
        Table training = training();
        AdaptedFeatures adapted = adapted(training);
        TableSource rows = (TableSource) adapted.trainingRows(training);
        Optional<RowSource> judged = validationTable().map(adapted::rows);
        judged.ifPresent(TableSpec::requireRows);
        RowSource ordered = adapted.trainingRows() <= buffer ? RowsInMemory.of(rows) : streamed(rows, fit);
        return TrainingData.ofTable(ordered, judged, adapted);
    }

    private AdaptedFeatures adapted(Table training) {
        AdaptedFeatures adapted = features.adapt(training);
        return mayMiss.map(adapted::withInputsThatMayMiss).orElse(adapted);
    }

    @Override
    public DataSection forModel(Supplier<Set<String>> taken) {
        boolean matters = features.features().stream().anyMatch(Feature::hasNumberForMissing);
        return matters
                ? new TableSpec(file, format, missing, required, features, validation, buffer, Optional.of(taken.get()))
                : this;
    }

    @Override
    public List<Path> files() {
        return Stream.concat(Stream.of(file), validation.file().stream()).toList();
    }

    private RowSource streamed(RowSource rows, FitOptions fit) {
        RowSource ordered = fit.shuffle() ? new ShuffledRows(rows, buffer, fit.seed()) : rows;
        return new PrefetchedRows(ordered, fit.batchSize(), PREFETCHED_BLOCKS);
    }

    private static void requireRows(RowSource rows) {
        if (rows.count().orElse(1) == 0) {
            throw new IllegalArgumentException(
                    "validation: no rows (expected: at least one); give a larger validation_split or another file");
        }
    }

    private Table table(Path from) {
        Table all = Tables.of(from, format, missing);
        return required.isEmpty() ? all : new CompleteRows(all, required);
    }

    private Table training() {
        Table all = table(file);
        return validation.split() == 0 ? all : new TablePart(all, validation.split(), validation.seed(), false);
    }

    private Optional<Table> validationTable() {
        if (validation.file().isPresent()) {
            return Optional.of(table(validation.file().get()));
        }
        return validation.split() == 0
                ? Optional.empty()
                : Optional.of(new TablePart(table(file), validation.split(), validation.seed(), true));
    }

    /** The features are learned from the rows to learn from, as in training. */
    @Override
    public RowSource judged() {
        Table training = training();
        return adapted(training).rows(validationTable().orElse(training));
    }
}
