package dev.slipway.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.InputException;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictRequestReader;
import dev.slipway.server.json.PredictResponseWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * The OpenAPI 3.1 description of a server, made from the signatures of its models. Every example has been answered by the
 * model itself.
 *
 * <p>Source: OpenAPI Specification 3.1.0; schemas are JSON Schema 2020-12.
 */
public final class OpenApi {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Inputs of more elements are shown as zeros, the shortest numbers there are. */
    private static final int MAX_SHOWN_ELEMENTS = 64;

    private final ObjectNode root = JSON.createObjectNode();
    private final ObjectNode paths;

    private OpenApi(List<ServedModel> models, String version) {
        root.put("openapi", "3.1.0");
        root.putObject("info")
                .put("title", "Slipway")
                .put("version", version)
                .put("description", "Predictions of " + models.size() + (models.size() == 1 ? " model." : " models."));
        paths = root.putObject("paths");
        ScalarPrediction.modelOf(models).ifPresent(this::addScalar);
        models.forEach(this::addModel);
        addHealth();
        addSchemas(root.putObject("components").putObject("schemas"));
    }

    /**
     * Describes a server.
     *
     * @param models its models
     * @param version the server's version
     * @return a JSON document
     */
    public static byte[] describe(List<ServedModel> models, String version) {
        return new OpenApi(models, version).root.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void addScalar(ServedModel model) {
        ObjectNode get = operation(
                ScalarPrediction.PREFIX + "{input_value}",
                "get",
                "predict_number",
                "Predict for one number with '" + model.name() + "'");
        ObjectNode parameter = get.putArray("parameters").addObject();
        parameter.put("name", "input_value").put("in", "path").put("required", true);
        parameter.set("schema", reference("Float"));
        parameter.put("example", 10);
        ObjectNode schema = object(content(get, 200, "The prediction"));
        property(schema, "prediction", nested(Shape.of(1, 1), reference("Float")));
        addErrors(get, 400, 422);
    }

    private void addModel(ServedModel model) {
        String path = "/v1/models/" + model.name();
        addPredict(path, model);
        ObjectNode status = operation(path, "get", "status_" + model.name(), "State of '" + model.name() + "'");
        content(status, 200, "The state of every version").put("type", "object");
        ObjectNode metadata = operation(
                path + "/metadata", "get", "metadata_" + model.name(), "Inputs and outputs of '" + model.name() + "'");
        content(metadata, 200, "Names, types and shapes").put("type", "object");
    }

    private void addPredict(String path, ServedModel model) {
        ObjectNode post =
                operation(path + ":predict", "post", "predict_" + model.name(), "Predict with '" + model.name() + "'");
        String description = "Rows (`instances`) or whole tensors (`inputs`). NaN and infinities are the strings"
                + " \"NaN\", \"Infinity\" and \"-Infinity\".";
        post.put("description", description);
        ObjectNode request = post.putObject("requestBody").put("required", true);
        ObjectNode json = request.putObject("content").putObject("application/json");
        ArrayNode forms = json.putObject("schema").putArray("oneOf");
        property(
                object(forms.addObject()),
                "instances",
                list(row(model.inputs())).put("minItems", 1));
        property(object(forms.addObject()), "inputs", columns(model.inputs()));
        ObjectNode rowExample = JSON.createObjectNode();
        rowExample.putArray("instances").add(exampleRow(model));
        ObjectNode columnExample = JSON.createObjectNode();
        columnExample.set("inputs", exampleColumns(model));

        ObjectNode schema = content(post, 200, "The predictions");
        ArrayNode answers = schema.putArray("oneOf");
        property(object(answers.addObject()), "predictions", list(row(model.outputs())));
        property(object(answers.addObject()), "outputs", columns(model.outputs()));
        addExample(post, "rows", "One row", rowExample, model);
        addExample(post, "columns", "Whole tensors", columnExample, model);
        addErrors(post, 400, 404, 413, 415, 422);
    }

    /** An example with the model's own answer: one that fails when sent cannot come to be. */
    private static void addExample(
            ObjectNode post, String name, String summary, ObjectNode example, ServedModel model) {
        byte[] body = example.toString().getBytes(StandardCharsets.UTF_8);
        PredictRequest request = new PredictRequestReader(model.inputs()).read(body);
        PredictResponseWriter writer = PredictResponseWriter.of(model.outputs());
        try {
            byte[] answer = InferenceService.tryOut(model, request, results -> writer.write(request.form(), results));
            examples(post, "/responses/200").putObject(name).set("value", JSON.readTree(answer));
            examples(post, "/requestBody")
                    .putObject(name)
                    .put("summary", summary)
                    .set("value", example);
        } catch (RefusedInputException | InputException e) {
            // Words that a model has to know cannot be guessed, so such a model has no example.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode examples(ObjectNode post, String part) {
        return ((ObjectNode) post.at(part + "/content/application~1json")).withObjectProperty("examples");
    }

    private void addHealth() {
        ObjectNode live = operation("/health/live", "get", "live", "Whether the process answers");
        property(
                object(content(live, 200, "It does")),
                "live",
                JSON.createObjectNode().put("type", "boolean"));
        ObjectNode ready = operation("/health/ready", "get", "ready", "Whether every model is ready");
        property(
                object(content(ready, 200, "All are")),
                "ready",
                JSON.createObjectNode().put("type", "boolean"));
        content(ready, 503, "The server is about to stop").put("type", "object");
    }

    private ObjectNode operation(String path, String method, String id, String summary) {
        ObjectNode item = paths.get(path) instanceof ObjectNode known ? known : paths.putObject(path);
        return item.putObject(method).put("operationId", id).put("summary", summary);
    }

    /** The schema of an answer of a status. */
    private static ObjectNode content(ObjectNode operation, int status, String description) {
        ObjectNode response = operation.withObjectProperty("responses").putObject(Integer.toString(status));
        response.put("description", description);
        return response.putObject("content").putObject("application/json").putObject("schema");
    }

    private static void addErrors(ObjectNode operation, int... statuses) {
        for (int status : statuses) {
            String description = switch (status) {
                case 400 -> "Not JSON, or not an address; says where";
                case 404 -> "No such model";
                case 413 -> "The body is too long";
                case 415 -> "The body is not JSON by its headers";
                default -> "The input does not fit the model; names the field, what was expected and what came";
            };
            content(operation, status, description).setAll(reference("Error"));
        }
    }

    private static ObjectNode row(List<TensorSpec> specs) {
        return named(specs, 1);
    }

    private static ObjectNode columns(List<TensorSpec> specs) {
        return named(specs, 0);
    }

    /** The only tensor itself or under its name; several under their names. */
    private static ObjectNode named(List<TensorSpec> specs, int fromAxis) {
        ObjectNode byName = object(JSON.createObjectNode());
        for (TensorSpec spec : specs) {
            property(byName, spec.name(), tensor(spec, fromAxis));
        }
        if (specs.size() > 1) {
            return byName;
        }
        ObjectNode either = JSON.createObjectNode();
        either.putArray("oneOf").add(tensor(specs.get(0), fromAxis)).add(byName);
        return either;
    }

    private static ObjectNode tensor(TensorSpec spec, int fromAxis) {
        Shape shape = spec.shape()
                .slice(Math.min(fromAxis, spec.shape().rank()), spec.shape().rank());
        ObjectNode schema = nested(shape, element(spec.type()));
        return schema.put(
                "description", "Shape " + shape + ", " + spec.type().name().toLowerCase(Locale.ROOT));
    }

    private static ObjectNode nested(Shape shape, ObjectNode element) {
        ObjectNode schema = element;
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            Dimension length = shape.dimension(axis);
            schema = list(schema);
            if (length.isKnown()) {
                schema.put("minItems", length.size()).put("maxItems", length.size());
            }
        }
        return schema;
    }

    private static ObjectNode element(DataType type) {
        if (type.isFloating()) {
            return reference("Float");
        }
        String name = type == DataType.STRING ? "string" : type == DataType.BOOL ? "boolean" : "integer";
        return JSON.createObjectNode().put("type", name);
    }

    private static ObjectNode list(ObjectNode items) {
        ObjectNode schema = JSON.createObjectNode().put("type", "array");
        schema.set("items", items);
        return schema;
    }

    private static ObjectNode object(ObjectNode schema) {
        return schema.put("type", "object");
    }

    private static void property(ObjectNode object, String name, ObjectNode schema) {
        object.withObjectProperty("properties").set(name, schema);
        object.withArrayProperty("required").add(name);
    }

    private static ObjectNode reference(String schema) {
        return JSON.createObjectNode().put("$ref", "#/components/schemas/" + schema);
    }

    private static void addSchemas(ObjectNode schemas) {
        ObjectNode number =
                schemas.putObject("Float").put("description", "A number, or the name of one that JSON cannot write");
        ArrayNode either = number.putArray("oneOf");
        either.addObject().put("type", "number");
        either.addObject()
                .put("type", "string")
                .putArray("enum")
                .add("NaN")
                .add("Infinity")
                .add("-Infinity");

        ObjectNode error = object(schemas.putObject("Error"));
        property(error, "error", JSON.createObjectNode().put("type", "string"));
        ObjectNode problem = object(JSON.createObjectNode());
        property(problem, "type", JSON.createObjectNode().put("type", "string"));
        ObjectNode step = JSON.createObjectNode();
        step.putArray("type").add("string").add("integer");
        property(problem, "loc", list(step));
        property(problem, "msg", JSON.createObjectNode().put("type", "string"));
        property(problem, "input", JSON.createObjectNode().put("type", "string"));
        property(error, "detail", list(problem));
    }

    private static JsonNode exampleRow(ServedModel model) {
        return example(model, 1);
    }

    private static JsonNode exampleColumns(ServedModel model) {
        return example(model, 0);
    }

    private static JsonNode example(ServedModel model, int fromAxis) {
        List<Shape> shapes = model.smallestShapes();
        ObjectNode byName = JSON.createObjectNode();
        for (int i = 0; i < shapes.size(); i++) {
            TensorSpec input = model.inputs().get(i);
            Shape shape = shapes.get(i).slice(fromAxis, shapes.get(i).rank());
            byName.set(input.name(), example(shape, 0, input.type()));
        }
        return shapes.size() == 1 ? byName.elements().next() : byName;
    }

    private static JsonNode example(Shape shape, int axis, DataType type) {
        if (axis < shape.rank()) {
            ArrayNode list = JSON.createArrayNode();
            for (long i = 0; i < shape.size(axis); i++) {
                list.add(example(shape, axis + 1, type));
            }
            return list;
        }
        if (type == DataType.BOOL) {
            return JSON.getNodeFactory().booleanNode(true);
        }
        if (type == DataType.STRING) {
            return JSON.getNodeFactory().textNode("text");
        }
        boolean shown = type.isFloating() && shape.elementCount() <= MAX_SHOWN_ELEMENTS;
        return shown
                ? JSON.getNodeFactory().numberNode(0.5)
                : JSON.getNodeFactory().numberNode(0);
    }
}
