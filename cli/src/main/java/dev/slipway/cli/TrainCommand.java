package dev.slipway.cli;

import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.keras.trainers.FitOptions;
import dev.slipway.keras.trainers.History;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains what a spec says. */
@Command(
        name = "train",
        description = {
            "Train a model as a spec says and save it. The last epoch's loss and metrics go to stdout.",
            "Ctrl-C ends it after the batch that is under way; --resume goes on, to the same result.",
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample of a spec:%n",
        footer = {
            "  model:",
            "    layers:                        # or architecture: model.json, of Keras's model.to_json(),",
            "      - Dense: {units: 1}          # or file: model.keras, to train on; Keras's class names and arguments",
            "    base: {file: m.keras, until: pool, trainable: false}   # optional: a model, or its part, before the layers",
            "  compile: {optimizer: {SGD: {learning_rate: 0.01}}, loss: mean_squared_error, metrics: [mae]}",
            "  data: {file: data.csv, features: [x], targets: [y]}     # or .npz; or features: x.npy, targets: y.npy;",
            "                                   # sample_weight: w; or {images: dir, image_size: [64, 64]}, a folder a class",
            "                                   # or typed columns of .csv or .parquet, raw values going into the model:",
            "                                   # {file: t.csv, features: {age: normalize, city: one_hot}, target: price}",
            "  validation_data: {file: test.csv, features: [x], targets: [y]}",
            "  fit: {epochs: 500, batch_size: 32, shuffle: true, seed: 0, validation_split: 0.0}",
            "  callbacks:                       # Keras's names and arguments",
            "    - EarlyStopping: {monitor: val_loss, patience: 10, restore_best_weights: true}",
            "    - ModelCheckpoint: {filepath: 'best.keras', save_best_only: true}",
            "    - TensorBoard: {log_dir: logs}",
            "  save: my_best_model.h5           # or .keras; beside it, named after it if nothing is said:",
            "  history: my_best_model.history.csv      # loss and metrics of every epoch",
            "  curves: my_best_model.curves.svg",
            "",
            "Also in fit: initial_epoch, steps_per_epoch, validation_steps, validation_freq, validation_batch_size,",
            "class_weight. Files in a spec are looked for beside it. All keys: docs/reference/train-spec.md.",
            "",
            "  slipway train train.yaml --epochs 100 --save /tmp/model.keras",
            "  slipway train train.yaml --resume",
        })
final class TrainCommand implements Callable<Integer> {
    /** What a shell gives for a command that SIGINT ended. */
    private static final int INTERRUPTED = 130;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "SPEC", description = "A .yaml or .json file.")
    private Path file = Path.of("");

    @Option(names = "--epochs", paramLabel = "N", description = "Instead of the spec's fit.epochs.")
    private @Nullable Integer epochs;

    @Option(names = "--batch-size", paramLabel = "N", description = "Instead of the spec's fit.batch_size.")
    private @Nullable Integer batchSize;

    @Option(names = "--seed", paramLabel = "N", description = "Instead of the spec's fit.seed: new weights and order.")
    private @Nullable Long seed;

    @Option(names = "--save", paramLabel = "FILE", description = "Instead of the spec's save.")
    private @Nullable Path save;

    @Option(names = "--resume", description = "Go on where this training was interrupted.")
    private boolean resume;

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        History history;
        try {
            history = new Training(read(), err, quiet, howToResume()).run(resume);
        } catch (TrainingInterruptedException e) {
            err.println("slipway: " + e.getMessage());
            err.flush();
            return INTERRUPTED;
        }
        history.metrics()
                .forEach((name, values) ->
                        out.println(String.format(Locale.ROOT, "%s: %.6g", name, values.get(values.size() - 1))));
        out.flush();
        return 0;
    }

    /** The same options again: what else would be another training. */
    private String howToResume() {
        StringBuilder command = new StringBuilder("slipway train " + file);
        append(command, "--epochs", epochs);
        append(command, "--batch-size", batchSize);
        append(command, "--seed", seed);
        append(command, "--save", save);
        return command + " --resume";
    }

    private static void append(StringBuilder command, String option, @Nullable Object value) {
        if (value != null) {
            command.append(' ').append(option).append(' ').append(value);
        }
    }

    private TrainSpec read() {
        TrainSpec read = TrainSpec.read(file);
        FitOptions fit = read.fit();
        fit = epochs == null ? fit : fit.withEpochs(epochs);
        fit = batchSize == null ? fit : fit.withBatchSize(batchSize);
        fit = seed == null ? fit : fit.withSeed(seed);
        TrainSpec changed = read.withFit(fit);
        return save == null ? changed : changed.withSave(save);
    }
}
