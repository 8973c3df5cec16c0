package dev.slipway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.io.Format;
import dev.slipway.cli.io.Tables;
import dev.slipway.cli.spec.DataSpec;
import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.data.Column;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.Table;
import dev.slipway.keras.data.TableSource;
import dev.slipway.keras.models.Model;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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
            "  slipway evaluate houses.keras --data test.parquet --targets price",
            "  slipway evaluate m.keras --spec train.yaml          by the spec's validation_data, or its data",
            "  slipway evaluate m.keras --spec train.yaml --json   {\"loss\":0.1,\"accuracy\":0.98}",
        })
final class EvaluateCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "A .keras or .h5 file, compiled.")
    private Path file = Path.of("");

    @Option(names = "--data", paramLabel = "FILE", description = "A .csv, .parquet or .npz file.")
    private @Nullable Path data;

    @Option(
            names = "--features",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Columns of the CSV, or arrays of the .npz, that go in (default: x); a model of several inputs, and Parquet,"
                            + " take the columns named like the inputs.")
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
        try (Model model = ModelFile.load(file, Optional.empty())) {
            print(model.evaluate(rows(model), batchSize));
        }
        return 0;
    }

    private RowSource rows(Model model) {
        Path given = data;
        if (given == null) {
            return TrainSpec.read(Objects.requireNonNull(trainSpec, "trainSpec"))
                    .judged(model);
        }
        Optional<Format> format = Format.of(given.toString());
        boolean byName = format.filter(Format.CSV::equals).isPresent()
                ? model.inputs().size() > 1
                : format.filter(Format.PARQUET::equals).isPresent();
        return byName
                ? table(model, given, format.orElseThrow())
                : DataSpec.of(given, features, targets).judged();
    }

    /** A model of raw values takes the columns that its inputs are named after. */
    private RowSource table(Model model, Path given, Format format) {
        List<Column> outputs = targets.stream()
                .map(name -> Column.of(name, Column.Kind.NUMBER))
                .toList();
        List<List<Column>> each = model.outputs().size() == 1
                ? List.of(outputs)
                : outputs.stream().map(List::of).toList();
        Table table = Tables.of(given, format, Set.of());
        return new TableSource(
                table,
                Tables.columns(model.inputs(), model.inputsThatMayMiss()),
                each,
                OptionalLong.of(TableSource.count(table)));
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
