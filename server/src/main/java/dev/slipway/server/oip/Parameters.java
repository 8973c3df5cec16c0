package dev.slipway.server.oip;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.InputProblem;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The {@code parameters} of a request, an input or an output: texts, integers, truths; others are not read. */
final class Parameters {
    static final Parameters NONE = new Parameters(Map.of(), List.of());

    private final Map<String, Object> values;
    private final List<Object> place;

    private Parameters(Map<String, Object> values, List<Object> place) {
        this.values = values;
        this.place = place;
    }

    static Parameters read(JsonParser parser, List<Object> place) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return NONE;
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new InputException(
                    "dict_type", place, "expected: 'parameters' as an object", InputProblem.cut(parser.getText()));
        }
        Map<String, Object> values = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            switch (parser.nextToken()) {
                case VALUE_STRING -> values.put(name, parser.getText());
                case VALUE_TRUE -> values.put(name, true);
                case VALUE_FALSE -> values.put(name, false);
                case VALUE_NUMBER_INT ->
                    values.put(
                            name,
                            parser.getBigIntegerValue().bitLength() < Long.SIZE
                                    ? (Object) parser.getLongValue()
                                    : parser.getText());
                case VALUE_NUMBER_FLOAT -> values.put(name, parser.getDoubleValue());
                default -> parser.skipChildren();
            }
        }
        return new Parameters(values, place);
    }

    Set<String> names() {
        return values.keySet();
    }

    Optional<Boolean> flag(String name) {
        return as(Boolean.class, name, "true or false");
    }

    Optional<Long> number(String name) {
        return as(Long.class, name, "an integer");
    }

    Optional<String> text(String name) {
        return as(String.class, name, "text");
    }

    private <T> Optional<T> as(Class<T> kind, String name, String expected) {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!kind.isInstance(value)) {
            throw new InputException(
                    "parameter",
                    place,
                    "expected: " + expected + " for '" + name + "'",
                    InputProblem.cut(value.toString()));
        }
        return Optional.of(kind.cast(value));
    }
}
