package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.spec.DataSpec;
import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.trainers.Dataset;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Judges a model by rows whose targets are known. */
@Command(
        name = "evaluate",
        description = "Judge a model by rows whose targets are known: loss and metrics, as it was compiled.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway evaluate my_best_model.h5 --data data.csv --features x --targets y",
            "  slipway evaluate m.keras --data test.npz --features images --targets labels --batch-size 256",
            "  slipway evaluate m.keras --spec train.yaml          by the spec's validation_data, or its data",
            "  slipway evaluate m.keras --spec train.yaml --json   {\"loss\":0.1,\"accuracy\":0.98}",
        })
final class EvaluateCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "A .keras or .h5 file, compiled.")
    private Path file = Path.of("");

    @Option(names = "--data", paramLabel = "FILE", description = "A .csv or .npz file.")
    private @Nullable Path data;

    @Option(
            names = "--features",
            paramLabel = "NAME",
            split = ",",
            description = "Columns of the CSV, or arrays of the .npz, that go in (default: x).")
    private List<String> features = List.of("x");

    @Option(
            names = "--targets",
            paramLabel = "NAME",
            split = ",",
            description = "Columns or arrays that should come out (default: y).")
    private List<String> targets = List.of("y");

    @Option(
            names = "--spec",
            paramLabel = "SPEC",
            description = "A spec of 'slipway train' that says what the rows are.")
    private @Nullable Path trainSpec;

    @Option(names = "--batch-size", paramLabel = "N", description = "The rows of one step (default: 32).")
    private int batchSize = 32;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if ((data == null) == (trainSpec == null)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "expected: either --data or --spec");
        }
        if (batchSize < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--batch-size " + batchSize + " (expected: >= 1)");
        }
        Dataset rows = rows();
        try (Model model = ModelFile.load(file, Optional.empty())) {
            print(model.evaluate(rows, batchSize));
        }
        return 0;
    }

    private Dataset rows() {
        Path given = data;
        if (given != null) {
            return DataSpec.of(given, features, targets).read();
        }
        TrainSpec read = TrainSpec.read(java.util.Objects.requireNonNull(trainSpec, "trainSpec"));
        return read.validation().orElse(read.data()).read();
    }

    private void print(Map<String, Double> metrics) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = Config.json();
            metrics.forEach(object::put);
            out.println(object);
        } else {
            metrics.forEach((name, value) -> out.println(String.format(Locale.ROOT, "%s: %.6g", name, value)));
        }
        out.flush();
    }
}
