package dev.slipway.cli;

import dev.slipway.cli.config.Settings;
import dev.slipway.graph.SlipwayException;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.server.ModelServer;
import dev.slipway.server.ServerOptions;
import dev.slipway.server.directory.MemoryBudget;
import dev.slipway.server.directory.ModelDirectory;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelLoadException;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.VersionStatus;
import dev.slipway.server.security.Security;
import dev.slipway.server.security.SecurityOptions;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Serves models over HTTP. */
@Command(
        name = "serve",
        description = {
            "Serve models over HTTP: GET /prediction/{number}, POST /v1/models/{name}:predict, a page at /,",
            "documentation at /docs.",
            "Requests are logged on stdout. SIGTERM lets requests that have begun end, then stops; SIGHUP reads the",
            "settings again.",
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway serve my_best_model.h5",
            "  slipway serve churn.keras prices.onnx --host 0.0.0.0 --auth-keys-file slipway-keys",
            "  slipway serve v7.keras --name churn",
            "  slipway serve models/ --models-keep 2",
            "  slipway serve churn.keras --config slipway.yaml --check",
        })
final class ServeCommand implements Callable<Integer> {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Parameters(
            paramLabel = "MODEL",
            arity = "1..*",
            description = "A .keras, .h5, .onnx, .json or .yaml file, or one directory of models, which is followed.")
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
                    "The weights of a model in a .json or .yaml file, where they are not beside it; once for each such model.")
    private List<Path> weights = new ArrayList<>();

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Option(names = "--check", description = "Check settings and models, print the settings in force, serve nothing.")
    private boolean check;

    @Override
    public Integer call() throws InterruptedException {
        if (!names.isEmpty() && names.size() != files.size()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), names.size() + " names for " + files.size() + " models (expected: one each)");
        }
        long architectures = files.stream().filter(ModelFile::isArchitecture).count();
        if (!weights.isEmpty() && weights.size() != architectures) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    weights.size() + " files of weights for " + architectures
                            + " .json or .yaml files (expected: one each)");
        }
        if (check) {
            check(serving.read());
        } else {
            serve(this::start, serving, spec.commandLine().getErr());
        }
        return 0;
    }

    private boolean isDirectory() {
        return files.size() == 1
                && Files.isDirectory(files.get(0))
                && names.isEmpty()
                && !Files.isRegularFile(files.get(0).resolve("MLmodel"));
    }

    private ModelServer start(ServerOptions options) {
        requireDirectoryForItsSettings(options);
        return isDirectory()
                ? ModelServer.follow(options, models -> directory(models, options))
                : ModelServer.start(options, this::load);
    }

    private void requireDirectoryForItsSettings(ServerOptions options) {
        if (isDirectory()) {
            return;
        }
        options.serve().memoryBudget().ifPresent(budget -> {
            throw new IllegalArgumentException("memory-budget: " + budget
                    + " (expected: only with a directory of models, which can be unloaded and loaded again)");
        });
        options.models().trafficFile().ifPresent(file -> {
            throw new IllegalArgumentException("models-traffic-file: " + file
                    + " (expected: only with a directory of models, which can have several versions)");
        });
    }

    private ModelDirectory directory(ModelRepository models, ServerOptions options) {
        return new ModelDirectory(
                models,
                files.get(0),
                new FileLoader(),
                options.models(),
                options.serve().memoryBudget().map(MemoryBudget::of));
    }

    /** Everything that a start would refuse, and then what would be in force. */
    private void check(Settings<ServerOptions> settings) {
        SecurityOptions security = settings.options().security();
        security.requireFit(settings.options().host());
        Security.check(security);
        requireDirectoryForItsSettings(settings.options());
        try (ModelRepository models = new ModelRepository()) {
            if (isDirectory()) {
                // Without a budget: what would be loaded on demand only is to be checked, too.
                models.follow(new ModelDirectory(
                        models,
                        files.get(0),
                        new FileLoader(),
                        settings.options().models()));
                requireAllReady(models);
            } else {
                load().forEach(models::publish);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(settings.effective());
        out.flush();
    }

    private static void requireAllReady(ModelRepository models) {
        for (VersionStatus version : models.index()) {
            if (!version.state().answers()) {
                throw new ModelLoadException(version.name(), "version " + version.version() + ": " + version.reason());
            }
        }
    }

    private List<ServedModel> load() {
        List<ServedModel> models = new ArrayList<>();
        Iterator<Path> given = weights.iterator();
        try {
            for (int i = 0; i < files.size(); i++) {
                String name = names.isEmpty() ? ModelFile.nameOf(files.get(i)) : names.get(i);
                Path file = files.get(i);
                Optional<Path> own = ModelFile.isArchitecture(file) && given.hasNext()
                        ? Optional.of(given.next())
                        : Optional.empty();
                models.add(ServedModel.of(name, ModelFile.predictor(file, own, EngineOptions.defaults())));
            }
            return models;
        } catch (RuntimeException e) {
            models.forEach(ServedModel::close);
            throw e;
        }
    }

    /** Serves until the process is told to stop; looks at its settings again when it is told to. */
    static void serve(Function<ServerOptions, ModelServer> start, ServingOptions serving, PrintWriter err)
            throws InterruptedException {
        Settings<ServerOptions> settings = serving.read();
        ServerLog log = ServerLog.begin(settings.options().observe().log().format(), err);
        ModelServer server = start.apply(settings.options());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "slipway-stop"));
        Signals.onHangUp(() -> reload(server, settings, serving, log));
        server.modelNames()
                .forEach(name ->
                        log.say("serving " + name + ": POST " + server.address() + "/v1/models/" + name + ":predict"));
        server.models().index().stream()
                .filter(version -> !version.state().answers())
                .forEach(version -> log.say(
                        "not serving " + version.name() + " version " + version.version() + ": " + version.reason()));
        log.say("page: " + server.address() + "/");
        log.say("documentation: " + server.address() + "/docs");
        new CountDownLatch(1).await();
    }

    /** All or nothing: settings of which one is refused leave the server as it was. */
    private static void reload(
            ModelServer server, Settings<ServerOptions> started, ServingOptions serving, ServerLog log) {
        try {
            Settings<ServerOptions> now = serving.read();
            server.reload(now.options().security());
            log.say("settings read again: keys, certificates, origins and limits are taken up");
            started.needRestart(now).forEach(key -> log.say(key + " has changed and needs a restart"));
        } catch (SlipwayException | UncheckedIOException e) {
            log.say("settings read again and refused, all stays as it was: " + e.getMessage());
        }
    }
}
