package dev.slipway.cli;

import dev.slipway.cli.spec.TrainSpec;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.server.ModelServer;
import dev.slipway.server.inference.ServedModel;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job on defaults: a trained, served, documented model. */
@Command(
        name = "up",
        description =
                "Train the notebook's model (y = 3x + 1) if there is none yet, and serve it with its documentation page.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  slipway up", "  slipway up --port 9000"})
final class UpCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "The model, trained if it is not there (default: model/my_best_model.h5).")
    private Path model = Path.of("model", "my_best_model.h5");

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        ServeCommand.serve(options -> ModelServer.start(options, () -> List.of(trained(err))), serving, err);
        return 0;
    }

    private ServedModel trained(PrintWriter err) {
        if (Files.notExists(model)) {
            TrainSpec train =
                    TrainSpec.read(Home.example("my-best-model/train.yaml")).withSave(model);
            new Training(train, err, false, "slipway up --model " + model).runOrResume();
        }
        return ServedModel.of(ModelFile.nameOf(model), ModelFile.predictor(model, EngineOptions.defaults()));
    }
}
