package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Saves the model, or its weights alone, after every epoch or so many batches; if asked for, only when a metric has become
 * better. A file appears whole or not at all.
 *
 * <p>Source: {@code keras.callbacks.ModelCheckpoint} of Keras 3.9.
 */
public final class ModelCheckpoint extends ActiveCallback {
    private final Path directory;
    private final FileNameTemplate template;
    private final @Nullable Monitor monitor;
    private final boolean weightsOnly;
    private final SavingFrequency frequency;
    private final OptionalDouble threshold;
    private final String ending;
    private double best;
    private @Nullable Path lastSaved;
    private List<String> notes = List.of();

    private ModelCheckpoint(Config config, Path directory) {
        this.directory = directory;
        String name = Arguments.text(config, "filepath", "a name that ends in .keras, .h5 or .weights.h5");
        weightsOnly = config.truth("save_weights_only", false);
        boolean fits = weightsOnly ? name.endsWith(".weights.h5") : name.endsWith(".keras") || name.endsWith(".h5");
        if (!fits) {
            throw config.refused(
                    "filepath",
                    name,
                    weightsOnly ? "a name that ends in .weights.h5" : "a name that ends in .keras or .h5");
        }
        ending = name.substring(name.lastIndexOf('.'));
        template = new FileNameTemplate(name);
        String metric = config.text("monitor", "val_loss");
        String mode = config.text("mode", "auto");
        monitor = config.truth("save_best_only", false) ? new Monitor(config.subject(), metric, mode, 0) : null;
        frequency = new SavingFrequency(Arguments.frequency(config, "save_freq"));
        threshold = config.find("initial_value_threshold").isPresent()
                ? OptionalDouble.of(config.number("initial_value_threshold", 0))
                : OptionalDouble.empty();
        best = initialBest();
    }

    /**
     * Keras's arguments and defaults: {@code filepath}, which may have places such as {@code {epoch:02d}} and
     * {@code {val_loss:.2f}}, {@code monitor} (val_loss), {@code save_best_only} (false), {@code save_weights_only} (false),
     * {@code mode} (auto), {@code save_freq} (epoch, or a number of batches), {@code initial_value_threshold} (none).
     *
     * @param arguments the arguments that are not the defaults
     * @param directory where the names of files begin
     * @return the callback
     * @throws dev.slipway.keras.config.ConfigException if there is no such argument, or the name ends otherwise
     */
    public static ModelCheckpoint of(ObjectNode arguments, Path directory) {
        return Arguments.read("ModelCheckpoint", arguments, config -> new ModelCheckpoint(config, directory));
    }

    private double initialBest() {
        return threshold.orElse(monitor == null ? 0 : monitor.worst());
    }

    /** Refuses a model that its files cannot hold, before the first epoch is spent on it. */
    @Override
    public void onTrainBegin(TrainingRun begun) {
        super.onTrainBegin(begun);
        if (!weightsOnly) {
            begun.model().requireSavable(directory.resolve("checkpoint" + ending));
        }
    }

    @Override
    public void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
        if (frequency.isDueAfterBatch()) {
            Map<String, Double> numbers = new LinkedHashMap<>(logs.get());
            numbers.put("batch", batch + 1.0);
            save(numbers, true);
        }
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        if (frequency.isEveryEpoch()) {
            save(new LinkedHashMap<>(logs), false);
        }
    }

    /** After a batch there is no validation to watch yet: then, as in Keras, it saves. */
    private void save(Map<String, Double> numbers, boolean afterBatch) {
        if (monitor != null && (numbers.containsKey(monitor.metric()) || !afterBatch)) {
            OptionalDouble current = monitor.value(numbers, run());
            if (current.isPresent() && !monitor.isBetter(current.getAsDouble(), best)) {
                return;
            }
            best = current.orElse(best);
        }
        numbers.put("epoch", run().epoch() + 1.0);
        Path file = directory.resolve(template.fill(numbers));
        createDirectory(file);
        if (weightsOnly) {
            run().model().saveWeights(file);
        } else {
            notes = run().model().save(file);
        }
        lastSaved = file;
    }

    private static void createDirectory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        try {
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(parent + " cannot be created: " + e.getMessage(), e);
        }
    }

    /**
     * The file that was written last.
     *
     * @return empty if none was
     */
    public java.util.Optional<Path> lastSaved() {
        return java.util.Optional.ofNullable(lastSaved);
    }

    /**
     * What the file that was written last says in other words than the model, or does not say.
     *
     * @return a line each, as {@link TrainedModel#save} tells; empty if it says all, or none was written
     */
    public List<String> notes() {
        return notes;
    }

    @Override
    public Snapshot snapshot() {
        return Snapshot.of(Config.json().put("best", best).put("since", frequency.since()));
    }

    @Override
    public void resume(Snapshot snapshot) {
        best = snapshot.number("best", initialBest());
        frequency.resume(snapshot.integer("since"));
    }
}
