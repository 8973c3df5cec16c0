package dev.slipway.cli;

import dev.slipway.keras.models.Model;
import dev.slipway.keras.saving.AtomicFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes a model in another format. */
@Command(
        name = "convert",
        description = "Write a Keras model in another format: .keras, .h5 or .onnx, by the name of the new file.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway convert my_best_model.h5 my_best_model.keras",
            "  slipway convert my_best_model.keras my_best_model.onnx",
            "  slipway convert model.json model.keras --weights weights.h5"
        })
final class ConvertCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "IN", index = "0", description = "A .keras, .h5, .json or .yaml file.")
    private Path in = Path.of("");

    @Mixin
    private WeightsOption weights = new WeightsOption();

    @Mixin
    private BackendOption backend = new BackendOption();

    @Parameters(paramLabel = "OUT", index = "1", description = "The new file; replaced if it is there.")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        if (!out.toString().endsWith(".keras") && !out.toString().endsWith(".h5") && !ModelFile.isOnnx(out)) {
            throw new IllegalArgumentException(out + " (expected: a name ending in .keras, .h5 or .onnx)");
        }
        if (ModelFile.isOnnx(in)) {
            throw new IllegalArgumentException(
                    in + " (expected: a .keras or .h5 file; an ONNX graph has no Keras layers any more)");
        }
        try (Model model = ModelFile.load(in, weights.file(), backend.backend())) {
            if (ModelFile.isOnnx(out)) {
                AtomicFile.write(out, model.toOnnx());
            } else {
                model.save(out).forEach(spec.commandLine().getErr()::println);
            }
        }
        spec.commandLine().getErr().println("wrote " + out);
        return 0;
    }
}
