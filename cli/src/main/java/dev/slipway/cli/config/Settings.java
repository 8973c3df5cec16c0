package dev.slipway.cli.config;

import dev.slipway.keras.config.ConfigException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Settings in force: flags before the environment, before a file, before defaults.
 *
 * @param <T> the record that they make
 */
public final class Settings<T extends Record> {
    private final Schema<T> schema;
    private final Map<String, Given> given;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final T options;

    private Settings(Schema<T> schema, Map<String, Given> given) {
        this.schema = schema;
        this.given = given;
        schema.keys()
                .forEach(key -> Optional.ofNullable(given.get(key.name()))
                        .ifPresent(found -> values.put(key.name(), parse(key, found))));
        options = make();
    }

    /**
     * Brings together what is given.
     *
     * @param defaults what holds where nothing is given
     * @param flags texts of the command line by option, such as {@code --port}
     * @param environment every variable of the environment
     * @param file a YAML file, if there is one
     * @param <T> the record
     * @return the settings
     * @throws ConfigException if a key is unknown or a value refused, naming its place
     * @throws java.io.UncheckedIOException if the file cannot be read
     */
    public static <T extends Record> Settings<T> of(
            T defaults, Map<String, String> flags, Map<String, String> environment, Optional<Path> file) {
        Schema<T> schema = new Schema<>(defaults);
        Map<String, Given> given = new LinkedHashMap<>();
        file.ifPresent(path -> given.putAll(ConfigFile.read(path, schema, environment)));
        given.putAll(Environment.read(schema, environment));
        for (Key key : schema.keys()) {
            Optional.ofNullable(flags.get(key.flag()))
                    .ifPresent(text -> given.put(key.name(), Given.of(key, text, key.flag())));
        }
        return new Settings<>(schema, given);
    }

    private static Object parse(Key key, Given found) {
        try {
            return key.kind().parse(found.texts());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ConfigException(
                    key.name() + ": " + shown(found) + " (expected: "
                            + key.kind().expected() + "), at " + found.origin(),
                    e);
        }
    }

    private T make() {
        try {
            return schema.with(values);
        } catch (RefusedSettingException e) {
            Given found = given.get(e.key());
            if (found == null) {
                throw new ConfigException(String.valueOf(e.getMessage()), e);
            }
            // Not the message's value, which may be what a reference to a secret stands for.
            throw new ConfigException(e.key() + ": " + shown(found) + e.expectation() + ", at " + found.origin(), e);
        }
    }

    private static String shown(Given found) {
        return found.shown().size() == 1 ? found.shown().get(0) : found.shown().toString();
    }

    /**
     * The settings as options.
     *
     * @return the record
     */
    public T options() {
        return options;
    }

    /**
     * The settings as a file would say them, each with where it comes from.
     *
     * @return YAML
     */
    public String effective() {
        StringBuilder yaml = new StringBuilder();
        List<String> open = List.of();
        for (Key key : schema.keys()) {
            List<String> path = List.of(key.name().split("\\."));
            List<String> sections = path.subList(0, path.size() - 1);
            for (int i = 0; i < sections.size(); i++) {
                if (i >= open.size() || !open.subList(0, i + 1).equals(sections.subList(0, i + 1))) {
                    yaml.append("  ".repeat(i)).append(sections.get(i)).append(":\n");
                }
            }
            open = sections;
            yaml.append("  ".repeat(sections.size()))
                    .append(line(key, path.get(path.size() - 1)))
                    .append('\n');
        }
        return yaml.toString();
    }

    private String line(Key key, String name) {
        Given found = given.get(key.name());
        List<String> texts = found == null ? key.kind().show(key.byDefault()) : found.shown();
        boolean list = key.kind().form() == Kind.Form.LIST;
        String origin = found == null ? "default" : found.origin();
        if (texts.isEmpty() && !list) {
            return "# " + name + ": not set";
        }
        String value = texts.stream().map(Settings::quoted).collect(Collectors.joining(", "));
        return name + ": " + (list ? "[" + value + "]" : value) + "  # " + origin;
    }

    private static String quoted(String text) {
        boolean plain = text.matches("[A-Za-z0-9./_+-][A-Za-z0-9./_ +-]*");
        return plain ? text : "'" + text.replace("'", "''") + "'";
    }

    /**
     * What differs from other settings and needs a restart to be taken up.
     *
     * @param other settings of the same record
     * @return keys
     */
    public List<String> needRestart(Settings<T> other) {
        return schema.keys().stream()
                .filter(key -> !key.live())
                .map(Key::name)
                .filter(name -> !Objects.equals(values.get(name), other.values.get(name)))
                .toList();
    }
}
