package dev.slipway.cli.config;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.Nearest;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Settings of a YAML file: sections of keys. Names of files in it are relative to its directory. */
final class ConfigFile {
    private static final long MAX_BYTES = 1 << 20;

    private final Path file;
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private final Map<String, String> sections;
    private final References references;
    private final Map<String, Given> given = new LinkedHashMap<>();

    private ConfigFile(Path file, Schema<?> schema, Map<String, String> environment) {
        this.file = file;
        this.sections = schema.sections();
        this.references = new References(file.toAbsolutePath().resolveSibling(""), environment);
        schema.keys().forEach(key -> keys.put(key.name(), key));
    }

    /**
     * Reads a file.
     *
     * @param file YAML
     * @param schema which settings there are
     * @param environment variables that values may refer to
     * @return what is given, by key
     * @throws ConfigException if a key is unknown or twice there, or a value is of another form; with line and column
     * @throws UncheckedIOException if it cannot be read
     */
    static Map<String, Given> read(Path file, Schema<?> schema, Map<String, String> environment) {
        ConfigFile config = new ConfigFile(file, schema, environment);
        Node root = config.parse();
        if (root instanceof MappingNode mapping) {
            config.collect("", mapping);
        } else if (root != null) {
            throw config.refused("", config.excerpt(root), "sections of keys and values", root.getStartMark());
        }
        return config.given;
    }

    private @Nullable Node parse() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ConfigException(
                        file + ": " + Files.size(file) + " bytes (expected: at most " + MAX_BYTES + ")");
            }
            return new Yaml(new LoaderOptions()).compose(new StringReader(Files.readString(file)));
        } catch (MarkedYAMLException e) {
            throw new ConfigException(file + ": " + e.getProblem() + " (expected: YAML)" + at(e.getProblemMark()), e);
        } catch (YAMLException e) {
            // Too deep, or characters that no text has: the parser does not say where.
            throw new ConfigException(
                    file + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + " (expected: YAML)",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Goes only into sections that are known, so it ends, whatever refers to itself. */
    private void collect(String prefix, MappingNode mapping) {
        for (NodeTuple entry : mapping.getValue()) {
            Mark place = entry.getKeyNode().getStartMark();
            String name = prefix + excerpt(entry.getKeyNode());
            Node value = entry.getValueNode();
            Key key = keys.get(name);
            if (key != null) {
                add(key, value, place);
            } else if (sections.containsKey(name)) {
                section(name, value);
            } else {
                List<String> known = new ArrayList<>(keys.keySet());
                known.addAll(sections.keySet());
                throw refused(name, excerpt(value), "a key that there is; nearest: " + Nearest.to(name, known), place);
            }
        }
    }

    private void section(String name, Node value) {
        if (value instanceof MappingNode mapping) {
            collect(name + ".", mapping);
        } else if (!isNothing(value)) {
            throw refused(name, excerpt(value), "a section with keys and values", value.getStartMark());
        }
    }

    private void add(Key key, Node value, Mark place) {
        if (isNothing(value)) {
            throw refused(key.name(), "nothing", key.kind().expected(), place);
        }
        List<String> shown = key.kind().form() == Kind.Form.LIST && value instanceof SequenceNode list
                ? list.getValue().stream().map(element -> scalar(key, element)).toList()
                : List.of(scalar(key, value));
        List<String> texts = shown.stream()
                .map(text -> references.resolve(key, text, at(value.getStartMark())))
                .toList();
        if (given.put(key.name(), new Given(texts, shown, place(value.getStartMark()))) != null) {
            throw refused(key.name(), excerpt(value), "each key once", place);
        }
    }

    private String scalar(Key key, Node value) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw refused(key.name(), excerpt(value), key.kind().expected(), value.getStartMark());
    }

    private static boolean isNothing(Node value) {
        return value.getTag().equals(Tag.NULL);
    }

    private String excerpt(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        return node instanceof SequenceNode ? "a list" : "a section";
    }

    private ConfigException refused(String subject, String found, String expected, Mark mark) {
        return new ConfigException((subject.isEmpty() ? file.toString() : subject) + ": " + found + " (expected: "
                + expected + ")" + at(mark));
    }

    private String at(Mark mark) {
        return ", at " + place(mark);
    }

    private String place(Mark mark) {
        return file + ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    }
}
