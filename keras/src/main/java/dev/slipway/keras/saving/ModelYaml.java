package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.slipway.keras.config.Config;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * An architecture as {@code model.to_yaml()} of Keras 1 and 2 gave it, as the same JSON.
 *
 * <p>Python's tuples and texts are lists and texts; any other object of Python is refused. The document is read as nodes, of which
 * nothing is made but JSON. A node that others refer to is written as often as it is referred to, within the limits.
 *
 * <p>Source: {@code yaml.dump} of PyYAML.
 */
final class ModelYaml {
    private static final String PYTHON = "tag:yaml.org,2002:python/";
    private static final Set<String> TEXTS = Set.of(PYTHON + "unicode", PYTHON + "str");
    private static final Set<String> NUMBERS = Set.of(PYTHON + "long", PYTHON + "int", Tag.INT.getValue());

    private final Path file;
    private final ReadLimits limits;
    private long written;

    private ModelYaml(Path file, ReadLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    /** Whether a file is called like one. */
    static boolean isNamed(Path file) {
        String name = file.toString();
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    /**
     * Reads a file.
     *
     * @throws MalformedFileException if it is not YAML, has other objects than those of an architecture, or asks for more than
     *     the limits allow
     * @throws IOException if it cannot be read
     */
    static JsonNode read(Path file, ReadLimits limits) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(limits.configBytes());
        options.setNestingDepthLimit(limits.configDepth());
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        // Nodes have tags, and nothing is made of them here.
        options.setTagInspector(tag -> true);
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            return root == null ? NullNode.getInstance() : new ModelYaml(file, limits).json(root, 0);
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(file, "not text of UTF-8", e);
        } catch (YAMLException e) {
            throw new MalformedFileException(file, "not YAML: " + e.getMessage(), e);
        }
    }

    private JsonNode json(Node node, int depth) {
        if (depth > limits.configDepth()) {
            throw new MalformedFileException(file, "nested deeper than " + limits.configDepth());
        }
        count(1);
        if (node instanceof MappingNode mapping) {
            return object(mapping, depth);
        }
        if (node instanceof SequenceNode sequence) {
            requireTag(node, Tag.SEQ.getValue(), PYTHON + "tuple");
            ArrayNode array = Config.json().arrayNode();
            sequence.getValue().forEach(item -> array.add(json(item, depth + 1)));
            return array;
        }
        return scalar((ScalarNode) node);
    }

    /** What aliases make of a file may be no longer than a file may be. */
    private void count(int length) {
        written += length;
        if (written > limits.configBytes()) {
            throw new MalformedFileException(
                    file, "aliases that make it longer than " + limits.configBytes() + " (expected: fewer)");
        }
    }

    private ObjectNode object(MappingNode mapping, int depth) {
        requireTag(mapping, Tag.MAP.getValue(), PYTHON + "dict");
        ObjectNode object = Config.json();
        for (NodeTuple field : mapping.getValue()) {
            if (!(field.getKeyNode() instanceof ScalarNode key)) {
                throw new MalformedFileException(file, "a key that is no text" + at(field.getKeyNode()));
            }
            count(key.getValue().length());
            object.set(key.getValue(), json(field.getValueNode(), depth + 1));
        }
        return object;
    }

    private void requireTag(Node node, String... known) {
        String tag = node.getTag().getValue();
        if (!Set.of(known).contains(tag)) {
            throw new MalformedFileException(
                    file, "an object of Python, " + tag + at(node) + " (expected: texts, numbers, lists and maps)");
        }
    }

    private static String at(Node node) {
        return " in line " + (node.getStartMark().getLine() + 1);
    }

    private JsonNode scalar(ScalarNode node) {
        String tag = node.getTag().getValue();
        String text = node.getValue();
        count(text.length());
        try {
            if (tag.equals(Tag.NULL.getValue())) {
                return NullNode.getInstance();
            }
            if (tag.equals(Tag.BOOL.getValue())) {
                return BooleanNode.valueOf(Set.of("true", "yes", "on").contains(text.toLowerCase(Locale.ROOT)));
            }
            if (NUMBERS.contains(tag)) {
                long number = Long.parseLong(text.replace("_", ""));
                // As a parser of JSON has it.
                return (int) number == number ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
            }
            if (tag.equals(Tag.FLOAT.getValue())) {
                return DoubleNode.valueOf(number(text));
            }
        } catch (NumberFormatException e) {
            throw new MalformedFileException(file, "'" + text + "'" + at(node) + " (expected: a number)", e);
        }
        if (!tag.equals(Tag.STR.getValue()) && !TEXTS.contains(tag)) {
            requireTag(node, Tag.STR.getValue());
        }
        return TextNode.valueOf(text);
    }

    /** YAML has words for what is not finite. */
    private static double number(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case ".nan" -> Double.NaN;
            case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
            case "-.inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text.replace("_", ""));
        };
    }
}
