package dev.slipway.cli;

import dev.slipway.graph.SlipwayException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The {@code slipway} command: exit code 0, 1 for a failure, 2 for wrong usage; results on stdout, messages on stderr. */
@Command(
        name = "slipway",
        description = "Keras for the JVM: train, inspect, run and serve Keras models.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway up                                  train, serve and document a model",
            "  slipway train train.yaml --epochs 100       train what a spec says",
            "  slipway evaluate my_best_model.h5 --spec train.yaml     its loss and metrics",
            "  slipway predict my_best_model.h5 10         predict for a number",
            "  slipway predict m.keras --input x.npz --output y.npz",
            "  slipway summary my_best_model.h5            the table of its layers",
            "  slipway inspect my_best_model.h5            what it takes, gives and is made of",
            "  slipway convert my_best_model.h5 m.onnx     for any ONNX runtime",
            "  slipway serve my_best_model.h5 --port 8000  a REST API, with a page at / and documentation at /docs",
            "  slipway keys create --name ci               an API key for a server that others reach",
            "",
            "'slipway COMMAND --help' says more of a command.",
        })
public final class Slipway implements Runnable {
    /** What libraries tell of their own doings is not for whoever runs a command; what goes wrong in them is. */
    private static final Logger LIBRARIES = Logger.getLogger("");

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Option(names = "--stacktrace", description = "With an error, print where it happened.", scope = ScopeType.INHERIT)
    private boolean stacktrace;

    private Slipway() {}

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param arguments the command and its options
     */
    public static void main(String[] arguments) {
        System.exit(commandLine(arguments).execute(arguments));
    }

    /** Every command by its name, in the order of the help. */
    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("up", UpCommand::new);
        commands.put("train", TrainCommand::new);
        commands.put("evaluate", EvaluateCommand::new);
        commands.put("predict", PredictCommand::new);
        commands.put("summary", SummaryCommand::new);
        commands.put("inspect", InspectCommand::new);
        commands.put("convert", ConvertCommand::new);
        commands.put("serve", ServeCommand::new);
        commands.put("keys", KeysCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("warm-up", WarmUpCommand::new);
        return commands;
    }

    /**
     * The command line for some arguments. If they begin with a command that needs no other, only that one is made:
     * describing all of them to picocli takes longer than most of them run.
     *
     * @param arguments what will be executed
     * @return a new command line
     */
    static CommandLine commandLine(String... arguments) {
        LIBRARIES.setLevel(Level.WARNING);
        Slipway slipway = new Slipway();
        CommandLine line = new CommandLine(slipway);
        Map<String, Supplier<Object>> commands = commands();
        String first = arguments.length == 0 ? "" : arguments[0];
        if (commands.containsKey(first) && !first.equals("completion")) {
            commands.keySet().retainAll(Set.of(first));
        }
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(slipway::failed);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command");
    }

    private int failed(Exception failure, CommandLine command, ParseResult arguments) {
        PrintWriter err = command.getErr();
        boolean expected = failure instanceof SlipwayException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof UncheckedIOException;
        if (expected) {
            err.println("slipway: " + message(failure));
        } else {
            err.println("slipway: this is a fault of slipway itself: " + failure);
        }
        if (stacktrace || !expected) {
            failure.printStackTrace(err);
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static String message(Exception failure) {
        if (failure.getCause() instanceof NoSuchFileException missing) {
            return missing.getFile() + ": no such file";
        }
        String message = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        if (failure.getCause() instanceof FileSystemException file && file.getReason() == null) {
            String end = ": " + file.getMessage();
            String before = message.endsWith(end) ? message.substring(0, message.length() - end.length()) : message;
            return before + ": " + reason(file);
        }
        return message;
    }

    /** Of these, Java says no more than the name of the file. */
    private static String reason(FileSystemException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "not a directory";
        }
        return failure instanceof FileAlreadyExistsException
                ? failure.getFile() + " is there and is no directory"
                : failure.toString();
    }
}
