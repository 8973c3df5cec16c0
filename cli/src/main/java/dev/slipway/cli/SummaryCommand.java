package dev.slipway.cli;

import dev.slipway.keras.models.Model;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.TensorSpec;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a model is made of. */
@Command(
        name = "summary",
        description = {
            "Show the layers of a Keras model, their output shapes and numbers of parameters, as Keras does;",
            "of an ONNX model its inputs and outputs."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  slipway summary my_best_model.h5")
final class SummaryCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "A .keras, .h5, .onnx, .json or .yaml file.")
    private Path file = Path.of("");

    @Mixin
    private WeightsOption weights = new WeightsOption();

    @Option(names = "--expand-nested", description = "List the layers of models in the model, too.")
    private boolean expandNested;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (ModelFile.isOnnx(file)) {
            try (Predictor predictor = ModelFile.predictor(file, weights.file(), EngineOptions.defaults())) {
                print(out, "Input", predictor.inputs());
                print(out, "Output", predictor.outputs());
            }
        } else {
            try (Model model = ModelFile.load(file, weights.file())) {
                out.print(model.summary(expandNested));
            }
        }
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, String kind, List<TensorSpec> specs) {
        specs.forEach(one -> out.println(kind + " '" + one.name() + "': " + one.type() + " " + one.shape()));
    }
}
