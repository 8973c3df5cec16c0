package dev.slipway.cli.config;

import dev.slipway.keras.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values that stand elsewhere, so that a configuration file can be shown to anybody: {@code ${env:NAME}} and {@code
 * ${file:PATH}}.
 *
 * @param directory where relative names of files begin
 * @param environment the variables
 */
record References(Path directory, Map<String, String> environment) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(?<where>env|file):(?<name>[^}]+)}");

    /** The value that a text refers to; else the text, for a file as seen from the directory. */
    String resolve(Key key, String text, String place) {
        Matcher reference = REFERENCE.matcher(text);
        if (!reference.matches()) {
            boolean relative = key.kind().isFile() && !text.isEmpty();
            return relative ? directory.resolve(text).normalize().toString() : text;
        }
        String name = reference.group("name");
        if (reference.group("where").equals("file")) {
            return content(key, directory.resolve(name), place);
        }
        String value = environment.get(name);
        if (value == null) {
            throw new ConfigException(
                    key.name() + ": " + text + " (expected: a variable of the environment that is set)" + place);
        }
        return value;
    }

    private static String content(Key key, Path file, String place) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new ConfigException(key.name() + ": " + file + " (expected: a file that can be read)" + place, e);
        }
    }
}
