package dev.slipway.server.payload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes out of a body what must not be written down, whatever protocol it is of: members that have a name of the list, tensors
 * whose {@code name} is one, columns of tables, and what pointers point at. What cannot be told apart is taken out as a whole.
 *
 * <p>Source: of pointers, RFC 6901; {@code *} for every element is not in it.
 */
final class Redaction {
    static final JsonNode REDACTED = TextNode.valueOf("[redacted]");

    /** Tensors without names, in the order of those that have some. */
    private static final Set<String> RAW = Set.of("raw_input_contents", "raw_output_contents");

    private final Set<String> names = new HashSet<>();
    private final List<List<String>> pointers = new ArrayList<>();

    Redaction(List<String> redact) {
        for (String each : redact) {
            if (each.startsWith("/")) {
                pointers.add(steps(each));
            } else {
                names.add(each);
            }
        }
    }

    private static List<String> steps(String pointer) {
        List<String> steps = new ArrayList<>();
        for (String step : pointer.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return steps;
    }

    boolean isEmpty() {
        return names.isEmpty() && pointers.isEmpty();
    }

    /**
     * A body without it.
     *
     * @param body changed
     * @param tensors the names of the model's tensors on this side: the only one may come without its name
     */
    JsonNode apply(JsonNode body, List<String> tensors) {
        if (tensors.size() == 1 && names.contains(tensors.get(0))) {
            return REDACTED;
        }
        if (!names.isEmpty()) {
            takeOut(body);
        }
        pointers.forEach(steps -> takeOut(body, steps));
        return body;
    }

    private void takeOut(JsonNode node) {
        if (node instanceof ObjectNode object) {
            takeOutOfTensor(object);
            takeOutOfTable(object);
            List<String> members = new ArrayList<>();
            object.fieldNames().forEachRemaining(members::add);
            for (String member : members) {
                if (names.contains(member) || RAW.contains(member)) {
                    object.set(member, REDACTED);
                } else {
                    takeOut(object.get(member));
                }
            }
        } else {
            node.forEach(this::takeOut);
        }
    }

    /** {@code {"name": …, "data": …}} of the Open Inference Protocol; {@code contents} over gRPC. */
    private void takeOutOfTensor(ObjectNode object) {
        if (names.contains(object.path("name").asText())) {
            for (String content : List.of("data", "contents")) {
                if (object.has(content)) {
                    object.set(content, REDACTED);
                }
            }
        }
    }

    /** {@code {"columns": […], "data": [[…]]}} of MLflow's; without columns nobody knows which is which. */
    private void takeOutOfTable(ObjectNode object) {
        if (object.path("dataframe_split") instanceof ObjectNode split && !split.has("columns")) {
            split.set("data", REDACTED);
        }
        if (object.path("columns") instanceof ArrayNode columns && object.path("data") instanceof ArrayNode rows) {
            for (int i = 0; i < columns.size(); i++) {
                if (names.contains(columns.get(i).asText())) {
                    int column = i;
                    rows.forEach(row -> replace(row, Integer.toString(column)));
                }
            }
        }
    }

    private void takeOut(JsonNode node, List<String> steps) {
        String step = steps.get(0);
        if (steps.size() == 1) {
            replace(node, step);
        } else if (step.equals("*")) {
            node.forEach(each -> takeOut(each, steps.subList(1, steps.size())));
        } else {
            takeOut(node instanceof ArrayNode ? element(node, step) : node.path(step), steps.subList(1, steps.size()));
        }
    }

    private static JsonNode element(JsonNode array, String step) {
        return step.matches("\\d{1,9}") ? array.path(Integer.parseInt(step)) : array.path(step);
    }

    private static void replace(JsonNode node, String step) {
        if (node instanceof ObjectNode object) {
            List<String> members = new ArrayList<>();
            object.fieldNames().forEachRemaining(members::add);
            members.stream()
                    .filter(member -> step.equals("*") || step.equals(member))
                    .forEach(member -> object.set(member, REDACTED));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                if (step.equals("*") || step.equals(Integer.toString(i))) {
                    array.set(i, REDACTED);
                }
            }
        }
    }
}
