package dev.slipway.cli;

import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.keras.callbacks.Callback;
import dev.slipway.keras.callbacks.ProgressBar;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A training as a spec says, from data to file. */
final class Training {
    private Training() {}

    /** Trains and saves; shows progress unless it should be quiet. */
    static History run(TrainSpec spec, PrintWriter err, boolean quiet) {
        // Before any work: what cannot be saved need not be trained.
        createDirectory(spec.save());
        Dataset data = spec.data().read();
        try (Model model = spec.newModel(data)) {
            model.compile(spec.compile());
            err.println("training " + model.name() + " on " + data.rows() + " rows for "
                    + spec.fit().epochs() + " epochs");
            err.flush();
            FitOptions fit = quiet ? spec.fit() : spec.fit().withCallbacks(progress());
            long start = System.nanoTime();
            History history = model.fit(data, fit);
            double seconds = (System.nanoTime() - start) / 1e9;
            model.save(spec.save());
            err.println(String.format(Locale.ROOT, "trained in %.2f s, saved %s", seconds, spec.save()));
            err.flush();
            return history;
        }
    }

    /** The launcher knows whether stderr is a terminal; Java does not. */
    private static Callback progress() {
        boolean terminal = Boolean.getBoolean("slipway.terminal");
        return new ProgressBar(new PrintStream(System.err, true), terminal, System::nanoTime);
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
}
