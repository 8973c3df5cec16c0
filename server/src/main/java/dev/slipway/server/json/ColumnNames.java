package dev.slipway.server.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The names of the columns of a table in JSON, found without reading its cells. */
final class ColumnNames {
    private ColumnNames() {}

    /** The list at a name of the object at another name of the whole; empty if there is none. Ends where it is found. */
    static Optional<List<String>> find(JsonParser parser, String table, String columns) throws IOException {
        if (!enter(parser, table) || parser.currentToken() != JsonToken.START_OBJECT || !enter(parser, columns)) {
            return Optional.empty();
        }
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw ModelInputs.refused(parser, "list_type", "expected: a list of names");
        }
        List<String> names = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!parser.currentToken().isScalarValue()) {
                throw ModelInputs.refused(parser, "string_type", "expected: a name");
            }
            names.add(parser.getText());
        }
        return Optional.of(names);
    }

    /** The names of the first object of a list at a name of the whole, where it is known to be. */
    static List<String> ofFirstRecord(JsonParser parser, Object table) throws IOException {
        List<String> names = new ArrayList<>();
        enter(parser, table.toString());
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            names.add(parser.currentName());
            parser.nextToken();
            parser.skipChildren();
        }
        return names;
    }

    /** Goes from the beginning of an object to the value at a name. */
    private static boolean enter(JsonParser parser, String name) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals(name);
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }
}
