package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What all operations share: the schemas of numbers and errors, and every answer that is an error. */
final class Components {
    /** Errors of whatever a protocol calls them; MLflow's has other members. */
    private static final Map<Integer, String> ERRORS = new TreeMap<>(Map.ofEntries(
            Map.entry(400, "Not JSON, not an address, or input that does not fit the model; says where"),
            Map.entry(401, "No valid credentials; where they are asked for"),
            Map.entry(403, "Credentials for something else"),
            Map.entry(404, "No such model or version"),
            Map.entry(405, "Another method is needed; see the header allow"),
            Map.entry(409, "It is so already"),
            Map.entry(413, "The body is too long, as it came or expanded"),
            Map.entry(415, "The body is of another type by its headers"),
            Map.entry(417, "The header expect asks for something else than 100-continue"),
            Map.entry(422, "The input does not fit the model; names the field, what was expected and what came"),
            Map.entry(429, "Too many requests; see the header retry-after"),
            Map.entry(500, "The server failed"),
            Map.entry(501, "The models are a fixed list"),
            Map.entry(503, "The model is known and not ready; see the header retry-after"),
            Map.entry(507, "There is no memory for it, unless others are unloaded")));

    private Components() {}

    static void addTo(ObjectNode root) {
        ObjectNode components = root.putObject("components");
        ObjectNode schemas = components.putObject("schemas");
        schemas.set("Float", number());
        schemas.set("Error", error("error"));
        ObjectNode scoring = error("message");
        Schemas.property(scoring, "error_code", Schemas.type("string"));
        schemas.set("ScoringError", scoring);
        ObjectNode responses = components.putObject("responses");
        for (String schema : List.of("Error", "ScoringError")) {
            ERRORS.forEach((status, description) -> {
                ObjectNode response = responses.putObject(schema + status).put("description", description);
                response.putObject("content").putObject("application/json").set("schema", Schemas.reference(schema));
            });
        }
    }

    private static ObjectNode number() {
        ObjectNode words = Schemas.type("string");
        List.of("NaN", "Infinity", "-Infinity").forEach(words.withArrayProperty("enum")::add);
        return Schemas.anyOf(Schemas.type("number"), words)
                .put("description", "A number, or the name of one that JSON cannot write");
    }

    private static ObjectNode error(String textMember) {
        ObjectNode step = Schemas.anyOf(Schemas.type("string"), Schemas.type("integer"));
        ObjectNode problem = Schemas.object();
        Schemas.property(problem, "type", Schemas.type("string"));
        Schemas.property(problem, "loc", Schemas.list(step));
        Schemas.property(problem, "msg", Schemas.type("string"));
        Schemas.property(problem, "input", Schemas.type("string"));
        return Schemas.property(Schemas.of(textMember, Schemas.type("string")), "detail", Schemas.list(problem));
    }
}
