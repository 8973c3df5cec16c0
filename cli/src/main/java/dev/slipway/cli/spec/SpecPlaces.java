package dev.slipway.cli.spec;

import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.slipway.keras.config.ConfigException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Where keys and values stand in a spec. A message of a refused value begins with what it is about and names key and value:
 * {@code train.yaml: fit: epochs = x (expected: …)}.
 *
 * @param places every key and every entry of a list
 */
record SpecPlaces(List<Place> places) {
    private static final Pattern REFUSED = Pattern.compile("(?:^|[ :])([A-Za-z_]+) = (\\S+) ");
    private static final Pattern QUOTED = Pattern.compile("'([^']+)'");

    /** A layer of a chain needs no name; it is named by its class then. */
    private static final Pattern CLASS = Pattern.compile("layer \\((\\w+)\\)");

    /** A key or an entry of a list. */
    private record Place(String section, String text, String value, Mark mark) {}

    static SpecPlaces of(String yaml) {
        List<Place> places = new ArrayList<>();
        LoaderOptions asDeepAsRead = new LoaderOptions();
        asDeepAsRead.setNestingDepthLimit(StreamReadConstraints.DEFAULT_MAX_DEPTH + 1);
        Node root = new Yaml(asDeepAsRead).compose(new StringReader(yaml));
        collect("", root, places);
        return new SpecPlaces(places);
    }

    /** The parser of specs would take an alias for the text of its name. */
    static void requireNoAliases(Path file, String yaml) {
        for (Event event : new Yaml(new LoaderOptions()).parse(new StringReader(yaml))) {
            if (event instanceof NodeEvent node && node.getAnchor() != null) {
                String sign = event instanceof AliasEvent ? "*" : "&";
                Mark mark = event.getStartMark();
                throw new ConfigException(file + ": " + sign + node.getAnchor()
                        + " (expected: no YAML anchors and aliases; write the values out), at line "
                        + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1));
            }
        }
    }

    private static void collect(String section, Node node, List<Place> into) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key) {
                    String value = entry.getValueNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                    into.add(new Place(section, key.getValue(), value, key.getStartMark()));
                    collect(section.isEmpty() ? key.getValue() : section, entry.getValueNode(), into);
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(entry -> collect(section, entry, into));
        } else if (node instanceof ScalarNode scalar) {
            into.add(new Place(section, scalar.getValue(), scalar.getValue(), scalar.getStartMark()));
        }
    }

    /** The same refusal with the place of what it names; as it is if that is not clear. */
    ConfigException located(ConfigException refusal) {
        String message = String.valueOf(refusal.getMessage());
        Matcher refused = REFUSED.matcher(message);
        while (refused.find()) {
            List<Place> found = named(message, refused.group(1), refused.group(2));
            if (found.size() == 1) {
                return at(refusal, found.get(0).mark());
            }
        }
        for (Pattern pattern : List.of(CLASS, QUOTED)) {
            Matcher quoted = pattern.matcher(message);
            while (quoted.find()) {
                List<Place> found = named(message, quoted.group(1), "");
                if (found.size() == 1) {
                    return at(refusal, found.get(0).mark());
                }
            }
        }
        return refusal;
    }

    private List<Place> named(String message, String key, String value) {
        List<Place> found = places.stream()
                .filter(place -> place.text().equals(key)
                        || (place.text().isEmpty() && place.value().equals(key)))
                .toList();
        List<Place> narrowed = found.stream()
                .filter(place -> message.contains(": " + place.section() + ":"))
                .toList();
        found = narrowed.isEmpty() ? found : narrowed;
        List<Place> same = found.stream()
                .filter(place -> value.replace("\"", "").equals(place.value()))
                .toList();
        return same.isEmpty() ? found : same;
    }

    private static ConfigException at(ConfigException refusal, Mark mark) {
        return new ConfigException(
                refusal.getMessage() + ", at line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1),
                refusal);
    }
}
