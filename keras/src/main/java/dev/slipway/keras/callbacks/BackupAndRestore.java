package dev.slipway.keras.callbacks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Keeps a backup of a training, from which the next training goes on if this one is interrupted: weights, the optimizer's
 * state, the place in the rows, metrics, history and what callbacks remember. The result is bit for bit that of a training
 * that was never interrupted.
 *
 * <p>The backup is {@code latest.weights.h5} in a directory of its own, of which Keras reads the weights; it is replaced as a
 * whole, so that there is always one that can be read.
 *
 * <p>Source: {@code keras.callbacks.BackupAndRestore} of Keras 3.9, which brings back weights and epoch only.
 */
public final class BackupAndRestore extends ActiveCallback {
    private static final String FILE = "latest.weights.h5";

    private final Path directory;
    private final SavingFrequency frequency;
    private final boolean deleteCheckpoint;
    private final long nanosBetween;
    private final LongSupplier nanoTime;
    private long lastSaved;
    private boolean due;

    private BackupAndRestore(
            Path directory, OptionalInt batches, boolean deleteCheckpoint, Duration between, LongSupplier nanoTime) {
        this.directory = directory;
        this.frequency = new SavingFrequency(batches);
        this.deleteCheckpoint = deleteCheckpoint;
        this.nanosBetween = between.toNanos();
        this.nanoTime = nanoTime;
    }

    private BackupAndRestore(Config config, Path parent) {
        this(
                parent.resolve(Arguments.text(config, "backup_dir", "a directory of its own")),
                Arguments.frequency(config, "save_freq"),
                config.truth("delete_checkpoint", true),
                Duration.ZERO,
                System::nanoTime);
    }

    /**
     * Keras's arguments and defaults: {@code backup_dir}, {@code save_freq} (epoch, or a number of batches),
     * {@code delete_checkpoint} (true).
     *
     * @param arguments the arguments that are not the defaults
     * @param parent where the names of directories begin
     * @return the callback
     * @throws dev.slipway.keras.config.ConfigException if there is no such argument
     */
    public static BackupAndRestore of(ObjectNode arguments, Path parent) {
        return Arguments.read("BackupAndRestore", arguments, config -> new BackupAndRestore(config, parent));
    }

    /**
     * Backups at the end of a batch, but not more often than the time between says. What it keeps stays after the training.
     *
     * @param directory where the backup is
     * @param between the least time between two backups
     * @param nanoTime the clock, as {@link System#nanoTime}
     * @return the callback
     */
    public static BackupAndRestore every(Duration between, Path directory, LongSupplier nanoTime) {
        return new BackupAndRestore(directory, OptionalInt.of(1), false, between, nanoTime);
    }

    /**
     * The backup of a directory.
     *
     * @param directory the directory
     * @return its file, which need not be there
     */
    public static Path file(Path directory) {
        return directory.resolve(FILE);
    }

    @Override
    public void onTrainBegin(TrainingRun begun) {
        super.onTrainBegin(begun);
        lastSaved = nanoTime.getAsLong();
        due = false;
        if (Files.exists(file(directory))) {
            begun.resume(begun.model().loadTraining(file(directory)));
        }
    }

    @Override
    public void onTrainBatchEnd(int batch, Supplier<Map<String, Double>> logs) {
        due |= frequency.isDueAfterBatch();
    }

    @Override
    public void onEpochEnd(int epoch, Map<String, Double> logs) {
        due |= frequency.isEveryEpoch();
    }

    @Override
    public void onPause() {
        if (due && nanoTime.getAsLong() - lastSaved >= nanosBetween) {
            save();
        }
    }

    /** Keeps a backup now; to be called in {@link Callback#onPause} only. */
    public void save() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be created: " + e.getMessage(), e);
        }
        due = false;
        run().model().saveTraining(file(directory), run().snapshot());
        lastSaved = nanoTime.getAsLong();
    }

    @Override
    public void onTrainEnd(Map<String, Double> logs) {
        if (deleteCheckpoint) {
            delete(directory);
        }
    }

    /**
     * Deletes a backup, and its directory if nothing else is in it.
     *
     * @param directory the directory
     * @throws UncheckedIOException if that fails
     */
    public static void delete(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.deleteIfExists(file(directory));
            // What a process that was killed had begun to write.
            Files.deleteIfExists(directory.resolve("." + FILE + ".tmp"));
            boolean empty;
            try (Stream<Path> left = Files.list(directory)) {
                empty = left.findAny().isEmpty();
            }
            if (empty) {
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be deleted: " + e.getMessage(), e);
        }
    }

    @Override
    public Snapshot snapshot() {
        return Snapshot.of(Config.json().put("since", frequency.since()));
    }

    @Override
    public void resume(Snapshot snapshot) {
        frequency.resume(snapshot.integer("since"));
    }
}
