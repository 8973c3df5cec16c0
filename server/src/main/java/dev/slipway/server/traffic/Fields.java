package dev.slipway.server.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The fields of a JSON object, read with refusals that name their place. */
final class Fields {
    /** Source: RFC 9110, section 5.6.2: names of headers; RFC 6265, section 4.1.1: of cookies, too. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

    private final JsonNode object;
    private final List<Object> place;

    private Fields(JsonNode object, List<Object> place) {
        this.object = object;
        this.place = place;
    }

    static Fields of(JsonNode json, List<Object> place) {
        Fields fields = new Fields(json, place);
        if (!json.isObject()) {
            throw fields.refused("expected: an object");
        }
        return fields;
    }

    /** Refuses every other field. */
    void allow(String... names) {
        List<String> allowed = List.of(names);
        for (String name : names()) {
            if (!allowed.contains(name)) {
                throw refused(name, "expected: one of the fields " + allowed);
            }
        }
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    boolean has(String name) {
        return object.has(name);
    }

    Optional<Fields> find(String name) {
        return has(name) ? Optional.of(of(object.get(name), at(name))) : Optional.empty();
    }

    Fields require(String name) {
        return find(name).orElseThrow(() -> missing(name));
    }

    /** The objects of a list; none if there is no list. */
    List<Fields> list(String name) {
        JsonNode list = object.path(name);
        if (!list.isArray() && !list.isMissingNode()) {
            throw refused(name, "expected: a list of objects");
        }
        List<Fields> all = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            List<Object> each = at(name);
            each.add(i);
            all.add(of(list.get(i), each));
        }
        return all;
    }

    Optional<String> text(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode value = object.get(name);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw refused(name, "expected: text");
        }
        return Optional.of(value.asText());
    }

    /** The name of a header or a cookie. */
    Optional<String> token(String name) {
        Optional<String> text = text(name);
        if (text.isPresent() && !TOKEN.matcher(text.get()).matches()) {
            throw refused(name, "expected: a name of letters, digits and '-'");
        }
        return text;
    }

    double number(String name, double otherwise, double least, double most) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = object.get(name);
        if (!value.isNumber() || !(value.asDouble() >= least && value.asDouble() <= most)) {
            String range = most == Double.MAX_VALUE ? "not below " + plain(least) : plain(least) + " to " + plain(most);
            throw refused(name, "expected: a number, " + range);
        }
        return value.asDouble();
    }

    private static String plain(double bound) {
        return Long.toString((long) bound);
    }

    int whole(String name, int otherwise, int least, int most) {
        if (!has(name)) {
            return otherwise;
        }
        JsonNode value = object.get(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
            throw refused(name, "expected: a whole number, " + least + " to " + most);
        }
        return value.asInt();
    }

    private List<Object> at(String name) {
        List<Object> at = new ArrayList<>(place);
        at.add(name);
        return at;
    }

    InputException missing(String name) {
        return new InputException("missing", at(name), "expected: this field", "nothing");
    }

    /** Refuses the object. */
    InputException refused(String message) {
        return new InputException("value_error", place, message, InputProblem.cut(object.toString()));
    }

    /** Refuses a field. */
    InputException refused(String name, String message) {
        return refused(name, message, object.path(name).toString());
    }

    /** Refuses what a field is, or would be if it were left out. */
    InputException refused(String name, String message, String found) {
        return new InputException("value_error", at(name), message, InputProblem.cut(found));
    }
}
