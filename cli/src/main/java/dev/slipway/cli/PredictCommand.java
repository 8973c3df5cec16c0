package dev.slipway.cli;

import dev.slipway.cli.io.Format;
import dev.slipway.cli.io.InputData;
import dev.slipway.cli.io.OutputData;
import dev.slipway.keras.saving.AtomicFile;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Predicts for numbers or for a file. */
@Command(
        name = "predict",
        description = "Predict with a model, for numbers or texts on the command line or for a file.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway predict my_best_model.h5 10",
            "  slipway predict my_best_model.h5 -- -1 0 1          three rows; -- before a negative number",
            "  echo '{\"instances\": [[10.0]]}' | slipway predict my_best_model.h5 --input -",
            "  slipway predict reviews.keras 'a great film' 'what a bore'",
            "  slipway predict m.keras --input rows.csv --output predictions.csv",
            "  slipway predict m.keras --input inputs.npz --output outputs.npz",
            "  slipway predict model.json --weights weights.h5 10",
            "",
            "JSON is {\"instances\": [rows]} or {\"inputs\": {\"name\": tensor}}, as TensorFlow Serving has it; the answer",
            "is {\"predictions\": [rows]} or {\"outputs\": {\"name\": tensor}}.",
        })
final class PredictCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "MODEL", index = "0", description = "A .keras, .h5, .onnx, .json or .yaml file.")
    private Path file = Path.of("");

    @Parameters(
            paramLabel = "VALUE",
            index = "1..*",
            description = "Numbers, row after row; texts for a model of texts.")
    private List<String> values = new ArrayList<>();

    @Mixin
    private WeightsOption weights = new WeightsOption();

    @Mixin
    private BackendOption backend = new BackendOption();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description =
                    "A .json, .csv, .parquet, .npy or .npz file; - is stdin, as JSON. Several inputs are columns by name.")
    private @Nullable String input;

    @Option(
            names = "--input-format",
            paramLabel = "FORMAT",
            description = "The input's format, where its name does not say.")
    private @Nullable Format inputFormat;

    @Option(names = "--output", paramLabel = "FILE", description = "Where results go; by default - for stdout.")
    private String output = InputData.STDIN;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "json, csv, npy or npz; by default what the output's name says, or json.")
    private @Nullable Format format;

    @Override
    public Integer call() {
        if (values.isEmpty() == (input == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "expected: either values or --input FILE, to predict for");
        }
        Format written = Optional.ofNullable(format).or(() -> Format.of(output)).orElse(Format.JSON);
        try (Predictor predictor =
                ModelFile.predictor(file, weights.file(), backend.backend(), EngineOptions.defaults())) {
            InputData data = read(predictor);
            Map<String, Tensor> results = predictor.predict(data.feeds());
            write(OutputData.encode(results, predictor.outputs(), data.form(), written));
        }
        return 0;
    }

    private InputData read(Predictor predictor) {
        String from = input;
        if (from == null) {
            return InputData.ofValues(values, predictor.inputs());
        }
        Format read = Optional.ofNullable(inputFormat)
                .or(() -> from.equals(InputData.STDIN) ? Optional.of(Format.JSON) : Format.of(from))
                .orElseThrow(() -> new IllegalArgumentException(
                        from + " (expected: a name ending in .json, .csv, .parquet, .npy or .npz, or --input-format)"));
        return InputData.ofFile(from, read, System.in, predictor.inputs());
    }

    private void write(byte[] content) {
        if (!output.equals(InputData.STDIN)) {
            AtomicFile.write(Path.of(output), content);
            return;
        }
        boolean text = format == null || format == Format.JSON || format == Format.CSV;
        if (text) {
            spec.commandLine().getOut().print(new String(content, StandardCharsets.UTF_8));
            spec.commandLine().getOut().flush();
            return;
        }
        try {
            System.out.write(content);
            System.out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("stdout cannot be written: " + e.getMessage(), e);
        }
    }
}
