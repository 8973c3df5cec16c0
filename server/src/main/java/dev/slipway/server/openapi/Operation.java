package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** One method of a path, being described. */
final class Operation {
    private static final String JSON = "application/json";

    private final ObjectNode node;

    Operation(ObjectNode node, String id, String summary) {
        this.node = node.put("operationId", id).put("summary", summary);
    }

    Operation tag(String tag) {
        node.withArrayProperty("tags").add(tag);
        return this;
    }

    Operation description(String text) {
        node.put("description", text);
        return this;
    }

    /** A part of the path. */
    Operation pathParameter(String name, ObjectNode schema, JsonNode example) {
        ObjectNode parameter = node.withArrayProperty("parameters").addObject();
        parameter.put("name", name).put("in", "path").put("required", true);
        parameter.set("schema", schema);
        parameter.set("example", example);
        return this;
    }

    Operation request(ObjectNode schema) {
        return request(JSON, schema);
    }

    Operation request(String type, ObjectNode schema) {
        ObjectNode body = node.withObjectProperty("requestBody").put("required", true);
        body.withObjectProperty("content").withObjectProperty(type).set("schema", schema);
        return this;
    }

    Operation answer(ObjectNode schema, String description) {
        return answer(200, JSON, schema, description);
    }

    Operation answer(int status, String type, ObjectNode schema, String description) {
        ObjectNode response = responses().putObject(Integer.toString(status)).put("description", description);
        response.putObject("content").putObject(type).set("schema", schema);
        return this;
    }

    private ObjectNode responses() {
        return node.withObjectProperty("responses");
    }

    /** A body that gets an answer; where JSON cannot write the answer, only the body. */
    Operation example(String name, String summary, String type, Example example) {
        ObjectNode request = content("requestBody", type).withObjectProperty("examples");
        request.putObject(name).put("summary", summary).set("value", example.request());
        example.answer()
                .ifPresent(answer -> responses()
                        .withObjectProperty("200")
                        .withObjectProperty("content")
                        .withObjectProperty(JSON)
                        .withObjectProperty("examples")
                        .putObject(name)
                        .set("value", answer));
        return this;
    }

    Operation example(String name, String summary, Example example) {
        return example(name, summary, JSON, example);
    }

    private ObjectNode content(String part, String type) {
        return node.withObjectProperty(part).withObjectProperty("content").withObjectProperty(type);
    }

    /** Answers that are errors, besides those of whom the server lets in. */
    Operation errors(String schema, int... statuses) {
        for (int status : statuses) {
            error(schema, status);
        }
        for (int status : new int[] {401, 403, 429}) {
            // Whom to let in is decided before the protocol is known.
            error("Error", status);
        }
        return this;
    }

    private void error(String schema, int status) {
        responses().putObject(Integer.toString(status)).put("$ref", "#/components/responses/" + schema + status);
    }
}
