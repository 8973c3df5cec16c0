package dev.slipway.cli.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** An option of a command for each setting. */
public final class Flags {
    private final CommandSpec command;
    private final Schema<?> schema;

    /**
     * Adds the options to a command, after its own.
     *
     * @param command the command
     * @param defaults the record whose settings they are
     */
    public Flags(CommandSpec command, Record defaults) {
        this.command = command;
        this.schema = new Schema<>(defaults);
        for (Key key : schema.keys()) {
            command.addOption(OptionSpec.builder(key.flag())
                    .type(String.class)
                    .converters(text -> readable(key, text))
                    .paramLabel(label(key))
                    .description(key.description().replace("%", "%%"))
                    .build());
        }
    }

    /** The text, if it can be read: what cannot is wrong usage of the command. */
    private static String readable(Key key, String text) {
        try {
            key.kind().parse(Given.of(key, text, key.flag()).texts());
            return text;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new TypeConversionException(
                    "'" + text + "' (expected: " + key.kind().expected() + ")");
        }
    }

    private static String label(Key key) {
        String name = key.kind().name().replace("list of ", "");
        return name.replace(" or ", "|").replace(' ', '_').toUpperCase(Locale.ROOT);
    }

    /**
     * What was given.
     *
     * @return texts by option, such as {@code --port}
     */
    public Map<String, String> given() {
        ParseResult result = command.commandLine().getParseResult();
        Map<String, String> texts = new LinkedHashMap<>();
        for (Key key : schema.keys()) {
            if (result.hasMatchedOption(key.flag())) {
                texts.put(key.flag(), result.matchedOptionValue(key.flag(), ""));
            }
        }
        return texts;
    }
}
