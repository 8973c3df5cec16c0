package dev.slipway.cli.spec;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.FitOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to train on what, and where to save it.
 *
 * @param model the architecture, or the file of a model
 * @param compile optimizer, loss and metrics, as Keras writes them; empty to go on as the model's file says
 * @param data what to learn from
 * @param validation what to be judged by
 * @param fit how long and in what order
 * @param callbacks who looks on
 * @param outputs where results go
 * @param written the sections as they stand in the file
 */
public record TrainSpec(
        ModelSpec model,
        Optional<ObjectNode> compile,
        DataSection data,
        Optional<DataSection> validation,
        FitOptions fit,
        List<CallbackSpec> callbacks,
        Outputs outputs,
        Written written) {
    /** Of a key that stands twice the last would count, without a word. */
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private static final long MAX_BYTES = 1 << 20;

    /**
     * The spec as it is written.
     *
     * @param file its file
     * @param text the file's text
     * @param sections what the text says
     */
    public record Written(Path file, String text, ObjectNode sections) {
        /** What was refused where layers and losses are made, with its place. */
        private ConfigException located(ConfigException refusal) {
            String message = String.valueOf(refusal.getMessage());
            ConfigException named =
                    message.startsWith(file.toString()) ? refusal : new ConfigException(file + ": " + message, refusal);
            return SpecPlaces.of(text).located(named);
        }
    }

    /**
     * Where results go.
     *
     * @param save the trained model
     * @param history loss and metrics of every epoch, as CSV
     * @param curves their curves, as SVG
     */
    public record Outputs(Path save, Path history, Path curves) {
        private static final String HISTORY = ".history.csv";
        private static final String CURVES = ".curves.svg";

        private static Outputs read(Config config, Path spec) {
            String save = config.text("save", "");
            if (save.isEmpty()) {
                throw config.refused("save", "nothing", "the file of the trained model, ending in .keras or .h5");
            }
            Path model = spec.resolveSibling(save);
            return new Outputs(
                            model,
                            file(config, "history", spec, beside(model, HISTORY)),
                            file(config, "curves", spec, beside(model, CURVES)))
                    .requireSavable();
        }

        private static Path file(Config config, String key, Path spec, Path absent) {
            return config.find(key).isPresent() ? spec.resolveSibling(config.text(key, "")) : absent;
        }

        /** Named after the model, so that two specs in one folder do not write the same file. */
        private static Path beside(Path model, String ending) {
            return model.resolveSibling(model.getFileName().toString().replaceFirst("\\.[^.]*$", "") + ending);
        }

        private Outputs requireSavable() {
            String name = save.toString();
            if (!name.endsWith(".keras") && !name.endsWith(".h5")) {
                throw new ConfigException("save = " + save + " (expected: a name ending in .keras or .h5)");
            }
            return this;
        }

        /** The others stay beside the model if they were. */
        private Outputs withSave(Path changed) {
            return new Outputs(changed, moved(history, HISTORY, changed), moved(curves, CURVES, changed))
                    .requireSavable();
        }

        private Path moved(Path file, String ending, Path model) {
            return file.equals(beside(save, ending)) ? beside(model, ending) : model.resolveSibling(file.getFileName());
        }
    }

    /**
     * Reads a spec.
     *
     * @param file YAML, or JSON, which is YAML too; names of files in it are relative to its directory
     * @return the spec
     * @throws ConfigException if a key is wrong, naming the nearest right one, or a value, with line and column
     * @throws UncheckedIOException if it cannot be read
     */
    public static TrainSpec read(Path file) {
        String text = text(file);
        JsonNode parsed = parse(file, text);
        try {
            return read(file, text, parsed);
        } catch (ConfigException e) {
            throw SpecPlaces.of(text).located(e);
        }
    }

    private static TrainSpec read(Path file, String text, JsonNode parsed) {
        if (!(parsed instanceof ObjectNode root)) {
            throw new ConfigException(file + " (expected: keys model, compile, data, fit, save)");
        }
        Config config = new Config(file.toString(), root);
        ModelSpec model = ModelSpec.read(section(config, "model"), file + ": model", file);
        Optional<ObjectNode> compile = config.find("compile").isEmpty() && model.isCompiled()
                ? Optional.empty()
                : Optional.of(CompileSection.read(section(config, "compile"), file + ": compile"));
        DataSection data = DataSection.read(section(config, "data"), file + ": data", file);
        if (data instanceof TableSpec && config.find("validation_data").isPresent()) {
            // On its own it would learn other means and other numbers of classes.
            throw config.refused(
                    "validation_data",
                    config.find("validation_data").map(JsonNode::toString).orElse(""),
                    "validation_file or validation_split below data, as its columns are typed");
        }
        Optional<DataSection> validation = config.find("validation_data")
                .map(found -> DataSection.read(section(config, "validation_data"), file + ": validation_data", file));
        ObjectNode fit = config.find("fit").isPresent() ? section(config, "fit") : Config.json();
        Path directory = file.toAbsolutePath().getParent();
        List<CallbackSpec> callbacks = CallbackSpec.read(config, directory == null ? Path.of("") : directory);
        Outputs outputs = Outputs.read(config, file);
        config.refuseOthers();
        FitOptions options = FitSection.read(new Config(file + ": fit", fit));
        return new TrainSpec(
                model, compile, data, validation, options, callbacks, outputs, new Written(file, text, root));
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(
                        file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static JsonNode parse(Path file, String text) {
        try {
            JsonNode parsed = YAML.readTree(text);
            SpecPlaces.requireNoAliases(file, text);
            return parsed;
        } catch (JsonProcessingException e) {
            throw new ConfigException(
                    file + place(e.getLocation()) + ": not YAML: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
    }

    /** What is too deep or too long is refused without a place. */
    private static String place(@Nullable JsonLocation location) {
        return location == null ? "" : ", line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    private static ObjectNode section(Config config, String key) {
        JsonNode found = config.find(key)
                .orElseThrow(() -> config.refused(key, "nothing", "a section '" + key + ":' with keys and values"));
        if (found instanceof ObjectNode section) {
            return section;
        }
        throw config.refused(key, found.toString(), "keys and values");
    }

    /**
     * A model to train, compiled.
     *
     * @param rows the data it will learn from, which says the input's shape where the spec does not
     * @return the model, to be closed by the caller
     * @throws ConfigException if an argument of a layer, of the optimizer, a loss or a metric is wrong
     */
    public Model newModel(TrainingData rows) {
        Model made = made(rows);
        try {
            compile.ifPresent(made::compile);
            return made;
        } catch (ConfigException e) {
            made.close();
            throw written.located(e);
        } catch (IllegalArgumentException e) {
            made.close();
            throw written.located(new ConfigException(String.valueOf(e.getMessage()), e));
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private Model made(TrainingData rows) {
        try {
            return model.newModel(rows, fit.seed());
        } catch (ConfigException e) {
            // A fault of another file is not in the spec.
            throw model.isWritten() ? written.located(e) : e;
        }
    }

    /**
     * The rows to learn from, and what was learned about them.
     *
     * @return the data
     */
    public TrainingData open() {
        return model.fitting(data).open(fit);
    }

    /**
     * How to train, with the rows for validation.
     *
     * @param rows the data it will learn from
     * @return the options
     */
    public FitOptions fitOptions(TrainingData rows) {
        return validation
                .map(DataSection::judged)
                .or(rows::validation)
                .map(fit::withValidation)
                .orElse(fit);
    }

    /**
     * The rows to judge a trained model by.
     *
     * @param trained the model, which may not be made of what is learned about a table
     * @return those for validation, if there are any; else those to learn from
     */
    public RowSource judged(Model trained) {
        return validation.orElse(data).forModel(trained::inputsThatMayMiss).judged();
    }

    /**
     * Who looks on.
     *
     * @return new callbacks
     */
    public List<Callback> newCallbacks() {
        return callbacks.stream().map(CallbackSpec::newCallback).toList();
    }

    /**
     * Where the trained model goes.
     *
     * @return a file
     */
    public Path save() {
        return outputs.save();
    }

    /**
     * What must be the same for a training to be resumed: all but where results go.
     *
     * @return the sections as they are written, the fit as it is, what tells the files that are read from others, and how many
     *     rows this heap has room for, where the order depends on that
     * @throws dev.slipway.graph.SlipwayException if data is broken
     * @throws UncheckedIOException if a file cannot be read
     */
    public ObjectNode identity() {
        return identity(MemoryLimits.now());
    }

    ObjectNode identity(MemoryLimits limits) {
        ObjectNode sections = written.sections().deepCopy();
        sections.remove(List.of("save", "history", "curves"));
        sections.withObjectProperty("fit")
                .put("epochs", fit.epochs())
                .put("batch_size", fit.batchSize())
                .put("seed", fit.seed());
        ObjectNode contents = sections.putObject("contents");
        Stream.of(
                        model.files(),
                        data.files().stream(),
                        validation.map(DataSection::files).stream().flatMap(List::stream))
                .flatMap(files -> files)
                // By their order, as two may have the same name, and a folder may be copied.
                .forEach(file -> contents.put(contents.size() + " " + file.getFileName(), Fingerprint.of(file)));
        if (fit.shuffle()) {
            data.rowsInMemory(limits).ifPresent(rows -> sections.put("rows_in_memory", rows));
        }
        return sections;
    }

    /**
     * This spec with another fit.
     *
     * @param changed how long and in what order
     * @return the changed spec
     */
    public TrainSpec withFit(FitOptions changed) {
        return new TrainSpec(model, compile, data, validation, changed, callbacks, outputs, written);
    }

    /**
     * This spec with another file to save.
     *
     * @param changed where the trained model goes; history and curves go beside it
     * @return the changed spec
     */
    public TrainSpec withSave(Path changed) {
        return new TrainSpec(model, compile, data, validation, fit, callbacks, outputs.withSave(changed), written);
    }
}
