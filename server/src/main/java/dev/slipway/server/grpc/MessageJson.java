package dev.slipway.server.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages as JSON, for logs: members as the fields are named, bytes in base64, numbers that JSON cannot write as text. */
final class MessageJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private MessageJson() {}

    static byte[] write(Message message) {
        return object(message).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode object(Message message) {
        ObjectNode object = NODES.objectNode();
        message.getAllFields().forEach((field, value) -> object.set(field.getName(), member(field, value)));
        return object;
    }

    private static JsonNode member(FieldDescriptor field, Object value) {
        if (!field.isRepeated()) {
            return element(value);
        }
        List<?> elements = (List<?>) value;
        if (field.isMapField()) {
            ObjectNode map = NODES.objectNode();
            for (Object each : elements) {
                ObjectNode entry = object((Message) each);
                map.set(entry.path("key").asText(), entry.path("value"));
            }
            return map;
        }
        ArrayNode array = NODES.arrayNode(elements.size());
        elements.forEach(each -> array.add(element(each)));
        return array;
    }

    private static JsonNode element(Object value) {
        if (value instanceof Message message) {
            return object(message);
        }
        if (value instanceof ByteString bytes) {
            return NODES.binaryNode(bytes.toByteArray());
        }
        if (value instanceof Float number) {
            return Float.isFinite(number) ? NODES.numberNode(number) : NODES.textNode(number.toString());
        }
        if (value instanceof Double number) {
            return Double.isFinite(number) ? NODES.numberNode(number) : NODES.textNode(number.toString());
        }
        if (value instanceof Integer number) {
            return NODES.numberNode(number);
        }
        if (value instanceof Long number) {
            return NODES.numberNode(number);
        }
        return value instanceof Boolean flag ? NODES.booleanNode(flag) : NODES.textNode(value.toString());
    }
}
