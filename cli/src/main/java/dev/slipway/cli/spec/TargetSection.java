package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.features.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code target:} of a table: a column; a list of columns for one output; {@code {column: c, classes: true}} for classes; or a
 * list with one of these for each output.
 */
final class TargetSection {
    private TargetSection() {}

    static List<Target> read(Config config) {
        String expected = "a column, a list of columns, or {column: its name, classes: true}";
        JsonNode found = config.find("target").orElseThrow(() -> config.refused("target", "nothing", expected));
        boolean several =
                found.isArray() && (found.path(0).isArray() || found.path(0).isObject());
        List<Target> targets = new ArrayList<>();
        Iterable<JsonNode> each = several ? found : List.of(found);
        each.forEach(one -> targets.add(
                one instanceof ObjectNode labels
                        ? labels(new Config(config.subject() + ": target", labels))
                        : numbers(config, one, expected)));
        if (targets.isEmpty()) {
            throw config.refused("target", found.toString(), expected);
        }
        return targets;
    }

    private static Target numbers(Config config, JsonNode found, String expected) {
        List<String> columns = new ArrayList<>();
        Iterable<JsonNode> each = found.isArray() ? found : List.of(found);
        for (JsonNode column : each) {
            if (!column.isValueNode() || column.isNull()) {
                throw config.refused("target", found.toString(), expected);
            }
            columns.add(column.asText());
        }
        if (columns.isEmpty()) {
            throw config.refused("target", found.toString(), expected);
        }
        return Target.numbers(columns.toArray(String[]::new));
    }

    private static Target labels(Config config) {
        String column = config.text("column", "");
        JsonNode classes = config.find("classes").orElseThrow(() -> config.refused("classes", "nothing", expected()));
        config.refuseOthers();
        if (column.isEmpty()) {
            throw config.refused("column", "nothing", "the name of a column");
        }
        if (classes.isBoolean() && classes.booleanValue()) {
            return Target.labels(column);
        }
        List<String> names = new ArrayList<>();
        if (classes.isInt()) {
            IntStream.range(0, classes.intValue()).mapToObj(Integer::toString).forEach(names::add);
        } else {
            classes.forEach(name -> names.add(name.asText()));
        }
        if (names.size() < 2) {
            throw config.refused("classes", classes.toString(), expected());
        }
        return Target.labels(column, names.toArray(String[]::new));
    }

    private static String expected() {
        return "true for those in the data, how many there are, or a list of at least two";
    }
}
