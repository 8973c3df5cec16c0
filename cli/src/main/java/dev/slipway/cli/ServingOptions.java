package dev.slipway.cli;

import dev.slipway.cli.config.Flags;
import dev.slipway.cli.config.Settings;
import dev.slipway.server.ServerOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Where and how a command that serves does so: an option for every setting, the environment and a file. */
final class ServingOptions {
    private @Nullable Flags flags;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A slipway.yaml; flags and variables of the environment come before what it says.")
    private @Nullable Path file;

    @Option(names = "--no-request-log", description = "Do not log requests.")
    private boolean silent;

    @Option(names = "--no-auth", description = "Let anybody do everything, also from other machines: --auth-mode none.")
    private boolean open;

    @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
    void addTo(CommandSpec command) {
        flags = new Flags(command, ServerOptions.defaults());
    }

    /** Reads the settings, from the file as it is now. */
    Settings<ServerOptions> read() {
        OutputStream log = silent ? OutputStream.nullOutputStream() : new FileOutputStream(FileDescriptor.out);
        ServerOptions defaults = OpenTelemetryEnvironment.applyTo(
                ContainerHost.applyTo(ServerOptions.defaults().withRequestLog(log), System.getenv()), System.getenv());
        Map<String, String> given = Objects.requireNonNull(flags).given();
        if (open) {
            given.put("--auth-mode", "none");
        }
        return Settings.of(defaults, given, System.getenv(), Optional.ofNullable(file));
    }
}
