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
        description = "Train a model as a spec says and save it. The last epoch's loss and metrics go to stdout.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample of a spec:%n",
        footer = {
            "  model:",
            "    layers:                        # or architecture: model.json, of Keras's model.to_json()",
            "      - Dense: {units: 1}          # Keras's class names and arguments",
            "  compile: {optimizer: {SGD: {learning_rate: 0.01}}, loss: mean_squared_error, metrics: [mae]}",
            "  data: {file: data.csv, features: [x], targets: [y]}     # or .npz; or features: x.npy, targets: y.npy",
            "  fit: {epochs: 500, batch_size: 32, shuffle: true, seed: 0, validation_split: 0.0}",
            "  save: my_best_model.h5           # or .keras",
            "",
            "Files in a spec are looked for beside it.",
            "",
            "  slipway train train.yaml --epochs 100 --save /tmp/model.keras",
        })
final class TrainCommand implements Callable<Integer> {
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

    @Option(names = "--quiet", description = "Show no progress.")
    private boolean quiet;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        History history = Training.run(read(), spec.commandLine().getErr(), quiet);
        history.metrics()
                .forEach((name, values) ->
                        out.println(String.format(Locale.ROOT, "%s: %.6g", name, values.get(values.size() - 1))));
        out.flush();
        return 0;
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
