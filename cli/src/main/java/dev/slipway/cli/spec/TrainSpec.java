package dev.slipway.cli.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What to train on what, and where to save it.
 *
 * @param model the architecture
 * @param compile optimizer, loss and metrics, as Keras writes them
 * @param data what to learn from
 * @param fit how long and in what order
 * @param save where the trained model goes
 */
public record TrainSpec(ModelSpec model, ObjectNode compile, DataSpec data, FitOptions fit, Path save) {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final long MAX_BYTES = 1 << 20;

    /**
     * Reads a spec.
     *
     * @param file YAML, or JSON, which is YAML too; names of files in it are relative to its directory
     * @return the spec
     * @throws ConfigException if a key is wrong, naming the nearest right one, or a value
     * @throws UncheckedIOException if it cannot be read
     */
    public static TrainSpec read(Path file) {
        if (!(parse(file) instanceof ObjectNode root)) {
            throw new ConfigException(file + " (expected: keys model, compile, data, fit, save)");
        }
        Config config = new Config(file.toString(), root);
        ModelSpec model = ModelSpec.read(section(config, "model"), file + ": model", file);
        ObjectNode compile = CompileSection.read(section(config, "compile"), file + ": compile");
        DataSpec data = DataSpec.read(section(config, "data"), file + ": data", file);
        ObjectNode fit = config.find("fit").isPresent() ? section(config, "fit") : Config.json();
        String save = config.text("save", "");
        if (save.isEmpty()) {
            throw config.refused("save", "nothing", "the file of the trained model, ending in .keras or .h5");
        }
        config.refuseOthers();
        return new TrainSpec(model, compile, data, fit(new Config(file + ": fit", fit)), file.resolveSibling(save))
                .requireSavable();
    }

    private static JsonNode parse(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(
                        file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            return YAML.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new ConfigException(file + ", line " + e.getLocation().getLineNr() + ": not YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static ObjectNode section(Config config, String key) {
        JsonNode found = config.find(key)
                .orElseThrow(() -> config.refused(key, "nothing", "a section '" + key + ":' with keys and values"));
        if (found instanceof ObjectNode section) {
            return section;
        }
        throw config.refused(key, found.toString(), "keys and values");
    }

    private static FitOptions fit(Config config) {
        FitOptions defaults = FitOptions.defaults();
        FitOptions options = defaults.withEpochs(config.integer("epochs", defaults.epochs()))
                .withBatchSize(config.integer("batch_size", defaults.batchSize()))
                .withShuffle(config.truth("shuffle", defaults.shuffle()))
                .withSeed(config.integer("seed", (int) defaults.seed()))
                .withValidationSplit(config.number("validation_split", defaults.validationSplit()));
        config.refuseOthers();
        return options;
    }

    private TrainSpec requireSavable() {
        String name = save.toString();
        if (!name.endsWith(".keras") && !name.endsWith(".h5")) {
            throw new ConfigException("save = " + save + " (expected: a name ending in .keras or .h5)");
        }
        return this;
    }

    /**
     * A model with new weights.
     *
     * @param rows the data it will learn from, which says the input's shape where the spec does not
     * @return the model, to be closed by the caller
     */
    public Model newModel(Dataset rows) {
        return model.newModel(rows, fit.seed());
    }

    /**
     * This spec with another fit.
     *
     * @param changed how long and in what order
     * @return the changed spec
     */
    public TrainSpec withFit(FitOptions changed) {
        return new TrainSpec(model, compile, data, changed, save);
    }

    /**
     * This spec with another file to save.
     *
     * @param changed where the trained model goes
     * @return the changed spec
     */
    public TrainSpec withSave(Path changed) {
        return new TrainSpec(model, compile, data, fit, changed).requireSavable();
    }
}
