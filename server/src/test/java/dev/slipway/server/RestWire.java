package dev.slipway.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Over REST: elements as JSON, or as bytes behind it. */
final class RestWire implements InferWire {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_LENGTH = "inference-header-content-length";

    private final HttpClient client = HttpClient.newHttpClient();
    private final String address;
    private final boolean binary;

    RestWire(String address, boolean binary) {
        this.address = address;
        this.binary = binary;
    }

    @Override
    public Reply infer(Question question) {
        ByteArrayOutputStream blobs = new ByteArrayOutputStream();
        byte[] json = json(question, blobs).toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json);
        body.writeBytes(blobs.toByteArray());
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path(question)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()));
        if (binary) {
            request.header("content-type", "application/octet-stream")
                    .header(JSON_LENGTH, Integer.toString(json.length));
        }
        try {
            return reply(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String path(Question question) {
        String version = question.version().isEmpty() ? "" : "/versions/" + question.version();
        return "/v2/models/" + question.model() + version + "/infer";
    }

    private ObjectNode json(Question question, ByteArrayOutputStream blobs) {
        ObjectNode json = JSON.createObjectNode();
        if (!question.id().isEmpty()) {
            json.put("id", question.id());
        }
        if (!question.parameters().isEmpty()) {
            json.set("parameters", JSON.valueToTree(question.parameters()));
        }
        if (binary) {
            json.withObjectProperty("parameters").put("binary_data_output", true);
        }
        json.putArray("inputs");
        for (Content input : question.inputs()) {
            ObjectNode written = json.withArray("inputs").addObject();
            written.put("name", input.name()).put("datatype", input.datatype());
            written.set("shape", JSON.valueToTree(input.shape()));
            if (!question.ofInputs().isEmpty()) {
                written.set("parameters", JSON.valueToTree(question.ofInputs()));
            }
            if (binary) {
                byte[] blob = RawElements.write(input);
                written.withObjectProperty("parameters").put("binary_data_size", blob.length);
                blobs.writeBytes(blob);
            } else {
                written.set("data", JSON.valueToTree(input.elements()));
            }
        }
        for (Asked output : question.outputs()) {
            ObjectNode written = json.withArray("outputs").addObject().put("name", output.name());
            if (!output.parameters().isEmpty()) {
                written.set("parameters", JSON.valueToTree(output.parameters()));
            }
        }
        return json;
    }

    private Reply reply(HttpResponse<byte[]> response) throws IOException {
        int length = response.headers()
                .firstValue(JSON_LENGTH)
                .map(Integer::parseInt)
                .orElse(response.body().length);
        JsonNode json = JSON.readTree(response.body(), 0, length);
        if (response.statusCode() != 200) {
            return Reply.of(kind(response.statusCode()), json.path("error").asText());
        }
        if (response.headers().firstValue(JSON_LENGTH).isPresent() != binary) {
            throw new AssertionError("binary asked for: " + binary + ", headers: " + response.headers());
        }
        ByteBuffer rest = ByteBuffer.wrap(response.body(), length, response.body().length - length);
        List<Content> outputs = new ArrayList<>();
        for (JsonNode output : json.path("outputs")) {
            List<Long> shape = new ArrayList<>();
            output.path("shape").forEach(each -> shape.add(each.asLong()));
            String datatype = output.path("datatype").asText();
            outputs.add(new Content(output.path("name").asText(), datatype, shape, elements(output, datatype, rest)));
        }
        return new Reply(
                Optional.empty(),
                json.path("model_name").asText(),
                json.path("model_version").asText(),
                json.path("id").asText(),
                outputs);
    }

    private List<Object> elements(JsonNode output, String datatype, ByteBuffer rest) {
        if (binary) {
            int size = output.at("/parameters/binary_data_size").asInt();
            ByteBuffer blob = rest.slice(rest.position(), size);
            rest.position(rest.position() + size);
            return RawElements.read(datatype, blob);
        }
        List<Object> elements = new ArrayList<>();
        output.path("data").forEach(each -> elements.add(element(each, datatype)));
        return elements;
    }

    private static Object element(JsonNode element, String datatype) {
        return switch (datatype) {
            case "BOOL" -> element.booleanValue();
            case "FP32" -> element.floatValue();
            case "FP64" -> element.doubleValue();
            case "BYTES" -> element.textValue();
            case "UINT64" -> element.bigIntegerValue();
            default -> element.longValue();
        };
    }

    private static Kind kind(int status) {
        return switch (status) {
            case 400 -> Kind.FAULTY_REQUEST;
            case 404 -> Kind.UNKNOWN;
            case 429 -> Kind.NO_ROOM;
            case 503 -> Kind.NOT_READY;
            case 504 -> Kind.LATE;
            default -> Kind.OTHER;
        };
    }

    @Override
    public void close() {
        // Its connections end with the server.
    }
}
