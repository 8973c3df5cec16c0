package dev.slipway.cli;

import dev.slipway.runtime.EngineOptions;
import dev.slipway.server.ModelServer;
import dev.slipway.server.ServerOptions;
import dev.slipway.server.inference.ServedModel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves models over HTTP. */
@Command(
        name = "serve",
        description = {
            "Serve models over HTTP: GET /prediction/{number}, POST /v1/models/{name}:predict, documentation at /docs.",
            "Requests are logged on stdout. SIGTERM lets requests that have begun end, then stops.",
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway serve my_best_model.h5",
            "  slipway serve churn.keras prices.onnx --host 0.0.0.0 --port 80",
            "  slipway serve v7.keras --name churn",
        })
final class ServeCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(paramLabel = "MODEL", arity = "1..*", description = "A .keras, .h5, .onnx or .json file.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "The model's name in addresses, by default its file's; once for each model.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description =
                    "The weights of a model in a .json file, where they are not beside it; once for each such model.")
    private List<Path> weights = new ArrayList<>();

    @ArgGroup(validate = false, heading = "")
    private Listening listening = new Listening();

    /** Where and how a command that serves does so. */
    static final class Listening {
        @Option(
                names = "--host",
                paramLabel = "HOST",
                description = "The address to listen on (default: 127.0.0.1, this machine only).")
        private String host = "127.0.0.1";

        @Option(names = "--port", paramLabel = "PORT", description = "The port; 0 for a free one (default: 8000).")
        private int port = 8000;

        @Option(
                names = "--max-body",
                paramLabel = "MIB",
                description = "The longest request body in MiB (default: 16).")
        private int maxBodyMebibytes = 16;

        @Option(names = "--no-request-log", description = "Do not log requests.")
        private boolean silent;

        private ServerOptions options() {
            OutputStream log = silent ? OutputStream.nullOutputStream() : new FileOutputStream(FileDescriptor.out);
            return ServerOptions.defaults()
                    .withAddress(host, port)
                    .withMaxBodyBytes((long) maxBodyMebibytes << 20)
                    .withRequestLog(log);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!names.isEmpty() && names.size() != files.size()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), names.size() + " names for " + files.size() + " models (expected: one each)");
        }
        long architectures = files.stream().filter(ModelFile::isJson).count();
        if (!weights.isEmpty() && weights.size() != architectures) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    weights.size() + " files of weights for " + architectures + " .json files (expected: one each)");
        }
        serve(this::load, listening, spec.commandLine().getErr());
        return 0;
    }

    private List<ServedModel> load() {
        List<ServedModel> models = new ArrayList<>();
        Iterator<Path> given = weights.iterator();
        try {
            for (int i = 0; i < files.size(); i++) {
                String name = names.isEmpty() ? ModelFile.nameOf(files.get(i)) : names.get(i);
                Path file = files.get(i);
                Optional<Path> own =
                        ModelFile.isJson(file) && given.hasNext() ? Optional.of(given.next()) : Optional.empty();
                models.add(ServedModel.of(name, ModelFile.predictor(file, own, EngineOptions.defaults())));
            }
            return models;
        } catch (RuntimeException e) {
            models.forEach(ServedModel::close);
            throw e;
        }
    }

    /** Serves until the process is told to stop. */
    static void serve(Supplier<List<ServedModel>> loader, Listening listening, PrintWriter err)
            throws InterruptedException {
        ModelServer server = ModelServer.start(listening.options(), loader);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "slipway-stop"));
        server.modelNames()
                .forEach(name -> err.println(
                        "serving " + name + ": POST " + server.address() + "/v1/models/" + name + ":predict"));
        err.println("documentation: " + server.address() + "/docs");
        err.flush();
        new CountDownLatch(1).await();
    }
}
