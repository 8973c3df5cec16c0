package dev.slipway.cli;

import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.cli.spec.TrainingData;
import dev.slipway.keras.callbacks.BackupAndRestore;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.callbacks.ProgressBar;
import dev.slipway.keras.callbacks.TerminateOnNaN;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.AtomicFile;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * A training as a spec says, from data to files. While it is under way, {@code SAVE.training} holds a backup, from which it
 * can be resumed.
 *
 * @param spec what to train
 * @param err where messages go
 * @param quiet whether to show no progress
 * @param howToResume the command to resume it with
 */
record Training(TrainSpec spec, PrintWriter err, boolean quiet, String howToResume) {
    private static final Duration BETWEEN_BACKUPS = Duration.ofSeconds(5);

    /** Trains from the beginning, or from where it was interrupted, and saves. */
    History run(boolean resume) {
        // Before any work: what cannot be saved need not be trained.
        TrainSpec.Outputs outputs = spec.outputs();
        List.of(outputs.save(), outputs.history(), outputs.curves()).forEach(Training::requireWritable);
        Path backup = backup();
        begin(backup, resume);
        try {
            return train(backup);
        } catch (UncheckedIOException e) {
            if (Files.exists(BackupAndRestore.file(backup))) {
                say("the training is kept in " + backup + "; to go on once this is mended: " + howToResume);
            }
            throw e;
        } finally {
            if (Files.notExists(BackupAndRestore.file(backup))) {
                forget(backup);
            }
        }
    }

    /** Goes on where the training was interrupted, if it was, and begins it if not. */
    History runOrResume() {
        return run(Files.exists(BackupAndRestore.file(backup())));
    }

    private Path backup() {
        return spec.save().resolveSibling(spec.save().getFileName() + ".training");
    }

    private History train(Path backup) {
        TrainingData data = spec.open();
        data.classes().forEach(this::say);
        FitOptions fit = spec.fitOptions(data);
        try (Model model = spec.newModel(data)) {
            model.requireSavable(spec.save());
            say("training " + model.name() + " on " + data.count() + " rows for " + fit.epochs() + " epochs");
            long start = System.nanoTime();
            History history = fit(model, data, fit, backup);
            double seconds = (System.nanoTime() - start) / 1e9;
            requireFinite(model, history);
            model.save(spec.save()).forEach(this::say);
            forget(backup);
            try {
                writeHistory(history);
            } catch (UncheckedIOException e) {
                say("saved " + spec.save() + ", but not all that goes beside it");
                throw e;
            }
            summarize(history, seconds);
            return history;
        }
    }

    /**
     * Keras's TerminateOnNaN ends a training; a model of no numbers is still nothing to keep in place of an earlier one. Another
     * callback may have restored better weights by then, which are worth keeping.
     */
    private static void requireFinite(Model model, History history) {
        List<Double> losses = history.metrics().getOrDefault("loss", List.of());
        double last = losses.isEmpty() ? 0 : losses.get(losses.size() - 1);
        if (!Double.isFinite(last) && !hasFiniteWeights(model)) {
            throw new NonFiniteLossException(
                    last, history.epochs().get(history.epochs().size() - 1) + 1);
        }
    }

    private static boolean hasFiniteWeights(Model model) {
        return model.weights().stream()
                .map(weight -> model.weight(weight.path()))
                .filter(weight -> weight.type().isFloating())
                .allMatch(weight -> IntStream.range(
                                0, Math.toIntExact(weight.shape().elementCount()))
                        .allMatch(i -> Double.isFinite(weight.element(i))));
    }

    /** While it trains, a signal only asks it to stop; a server that follows stops as every process does. */
    private History fit(Model model, TrainingData data, FitOptions fit, Path backup) {
        AtomicBoolean told = new AtomicBoolean();
        Signals.Handling signals = Signals.onStop(() -> told.set(true));
        try {
            return model.fit(data.rows(), fit.withCallbacks(callbacks(backup, told)));
        } finally {
            signals.close();
        }
    }

    private void say(String message) {
        err.println(message);
        err.flush();
    }

    private void begin(Path backup, boolean resume) {
        boolean found = Files.exists(BackupAndRestore.file(backup));
        StartedSpec started = StartedSpec.in(backup);
        if (resume && found) {
            started.requireSame(spec.identity());
            say("resuming from " + backup);
            return;
        }
        if (resume) {
            say("nothing to resume in " + backup + ": beginning anew");
        } else if (found) {
            say("beginning anew; the interrupted training in " + backup + " is gone (--resume would go on)");
            forget(backup);
        }
        started.write(spec.identity());
    }

    private static void forget(Path backup) {
        StartedSpec.in(backup).delete();
        BackupAndRestore.delete(backup);
    }

    private Callback[] callbacks(Path backup, AtomicBoolean told) {
        BackupAndRestore backups = BackupAndRestore.every(BETWEEN_BACKUPS, backup, System::nanoTime);
        List<Callback> callbacks = new ArrayList<>(spec.newCallbacks());
        if (callbacks.stream().noneMatch(TerminateOnNaN.class::isInstance)) {
            callbacks.add(0, new FiniteLoss());
        }
        callbacks.add(0, backups);
        callbacks.add(new Interruption(told, backups, howToResume));
        if (!quiet) {
            callbacks.add(progress());
        }
        return callbacks.toArray(Callback[]::new);
    }

    /** The launcher knows whether stderr is a terminal; Java does not. */
    private static Callback progress() {
        boolean terminal = Boolean.getBoolean("slipway.terminal");
        return new ProgressBar(new PrintStream(System.err, true), terminal, System::nanoTime);
    }

    private void writeHistory(History history) {
        AtomicFile.write(spec.outputs().history(), HistoryCsv.of(history).getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(spec.outputs().curves(), new Curves(history).svg().getBytes(StandardCharsets.UTF_8));
    }

    private void summarize(History history, double seconds) {
        String watched = history.metrics().containsKey("val_loss") ? "val_loss" : "loss";
        List<Double> values = history.metrics().getOrDefault(watched, List.of());
        int best = 0;
        for (int i = 1; i < values.size(); i++) {
            best = values.get(i) < values.get(best) ? i : best;
        }
        if (!values.isEmpty()) {
            // With validation after some epochs only, there are fewer values than epochs.
            boolean everyEpoch = values.size() == history.epochs().size();
            String place = everyEpoch ? "epoch " + (history.epochs().get(best) + 1) : "validation " + (best + 1);
            say(String.format(Locale.ROOT, "best %s: %.6g, at %s", watched, values.get(best), place));
        }
        say("curves: " + spec.outputs().curves() + "; numbers: "
                + spec.outputs().history());
        say(String.format(Locale.ROOT, "trained in %.2f s, saved %s", seconds, spec.save()));
        say("to serve it: slipway serve " + spec.save());
    }

    private static void requireWritable(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        try {
            if (parent != null) {
                Files.createDirectories(parent);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(parent + " cannot be created: " + e.getMessage(), e);
        }
        if ((parent != null && !Files.isWritable(parent)) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " (expected: a file in a directory that can be written)");
        }
    }
}
