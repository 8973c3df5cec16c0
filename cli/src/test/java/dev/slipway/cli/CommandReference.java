package dev.slipway.cli;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The page of all commands: their help as {@code --help} prints it, in colours of none and a width of a page. */
final class CommandReference {
    private static final int WIDTH = 120;

    private static final String HEAD = """
            # Command line

            This page is what every command's `--help` prints (`mvn test -pl cli -Dtest=CommandReferenceTest
            -Dslipway.write-reference=true` writes it again).

            Results go to stdout, messages to stderr. The exit code is 0, 1 for a failure, 2 for wrong usage, and that of the signal
            plus 128 for a server that was told to stop. `source <(slipway completion)` completes commands in bash and zsh. The
            settings of `serve` and `up` can stand in a file and in the environment, too: [configuration](configuration.md).
            """;

    private CommandReference() {}

    static String page() {
        CommandLine whole = Slipway.commandLine();
        StringBuilder page = new StringBuilder(HEAD);
        append(page, "slipway", whole);
        commands(page, "slipway", whole);
        return page.toString();
    }

    private static void commands(StringBuilder page, String before, CommandLine line) {
        for (Map.Entry<String, CommandLine> each : line.getSubcommands().entrySet()) {
            if (!each.getValue().getCommandSpec().usageMessage().hidden()) {
                String name = before + " " + each.getKey();
                append(page, name, each.getValue());
                commands(page, name, each.getValue());
            }
        }
    }

    private static void append(StringBuilder page, String name, CommandLine command) {
        command.setUsageHelpAutoWidth(false).setUsageHelpWidth(WIDTH);
        page.append("\n## ").append(name).append("\n\n```text\n");
        page.append(command.getUsageMessage(Ansi.OFF)
                .replace("\r", "")
                .replaceAll("(?m)[ ]+$", "")
                .strip());
        page.append("\n```\n");
    }
}
