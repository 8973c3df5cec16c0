package dev.slipway.cli;

import dev.slipway.server.security.ApiKey;
import dev.slipway.server.security.ApiKeys;
import dev.slipway.server.security.Scope;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes, lists and revokes the API keys that a server takes. */
@Command(
        name = "keys",
        description = "Make, list and revoke the API keys that 'slipway serve --auth-keys-file FILE' takes.",
        mixinStandardHelpOptions = true,
        subcommands = {KeysCommand.Create.class, KeysCommand.ListAll.class, KeysCommand.Revoke.class},
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway keys create --name ci --scope predict",
            "  slipway keys create --name operator --scope admin --keys-file prod.keys",
            "  slipway keys list",
            "  slipway keys revoke --name ci",
        })
final class KeysCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "no command (expected: create, list or revoke)");
    }

    /** The file that all of them are about. */
    private abstract static class OnKeysFile implements Callable<Integer> {
        @CommandLine.Spec
        CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Option(
                names = "--keys-file",
                paramLabel = "FILE",
                description = "The file of keys; it holds their hashes only (default: slipway-keys).")
        Path file = Path.of("slipway-keys");

        void say(String line) {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        }

        void give(String line) {
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
        }
    }

    @Command(
            name = "create",
            description = "Make a key, print it once on stdout, and add its hash to the file.",
            mixinStandardHelpOptions = true)
    static final class Create extends OnKeysFile {
        @Option(names = "--name", required = true, paramLabel = "NAME", description = "Whose it is; in logs, too.")
        private String name = "";

        @Option(
                names = "--scope",
                paramLabel = "SCOPE",
                description = "What it allows: predict, or admin for everything (default: predict).")
        private Scope scope = Scope.PREDICT;

        @Override
        public Integer call() {
            LocalDate today = LocalDate.now(Clock.systemUTC());
            ApiKey.Created created = ApiKey.create(name, scope, new SecureRandom(), today);
            ApiKeys.add(file, created.line());
            give(created.key());
            say("added to " + file + " for " + scope.text() + "; the key is shown only this once."
                    + " A server that runs with --auth-keys-file " + file + " takes it from now on.");
            return 0;
        }
    }

    @Command(name = "list", description = "Print name, scope and day of every key.", mixinStandardHelpOptions = true)
    static final class ListAll extends OnKeysFile {
        @Override
        public Integer call() {
            for (ApiKey key : List.copyOf(ApiKeys.read(file).all())) {
                give(key.name() + " " + key.scope().text() + " " + key.created());
            }
            return 0;
        }
    }

    @Command(name = "revoke", description = "Take a key away.", mixinStandardHelpOptions = true)
    static final class Revoke extends OnKeysFile {
        @Option(names = "--name", required = true, paramLabel = "NAME", description = "Whose key.")
        private String name = "";

        @Override
        public Integer call() {
            ApiKeys.remove(file, name);
            say("revoked; a server that runs with --auth-keys-file " + file + " refuses it from now on.");
            return 0;
        }
    }
}
