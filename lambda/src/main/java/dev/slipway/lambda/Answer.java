package dev.slipway.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;

/**
 * The answer to one HTTP request.
 *
 * @param status such as 200
 * @param headers names and values, a name as often as it has values
 * @param body the bytes
 */
record Answer(int status, List<Map.Entry<String, String>> headers, Buffer body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An error in the words of the server's own. */
    static Answer error(int status, String type, String message) {
        ObjectNode body = JSON.createObjectNode().put("error", message);
        body.putArray("detail").addObject().put("type", type).put("msg", message);
        return new Answer(
                status, List.of(Map.entry("content-type", "application/json")), Buffer.buffer(body.toString()));
    }
}
