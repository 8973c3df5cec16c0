package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import dev.slipway.server.inference.InferenceService;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.json.PredictRequest;
import dev.slipway.server.json.PredictRequestReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A model, an input made up for it, and what it gives for that: an example that fails when sent cannot come to be. */
final class TriedModel {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Inputs of more elements are shown as zeros, the shortest numbers there are. */
    private static final int MAX_SHOWN_ELEMENTS = 64;

    /** Longer inputs and answers are not shown: those of one model of images would be megabytes, in each protocol. */
    private static final int MAX_EXAMPLE_ELEMENTS = 4096;

    private final ServedModel model;
    private final boolean missing;
    private final Optional<List<Tensor>> results;

    TriedModel(ServedModel model) {
        this(model, false);
    }

    private TriedModel(ServedModel model, boolean missing) {
        this.model = model;
        this.missing = missing;
        this.results = tryOut();
    }

    private Optional<List<Tensor>> tryOut() {
        if (isTooLong(model.smallestShapes())) {
            return Optional.empty();
        }
        ObjectNode columns = NODES.objectNode();
        columns.set("inputs", namedColumns());
        byte[] body = columns.toString().getBytes(StandardCharsets.UTF_8);
        PredictRequest request = new PredictRequestReader(model.inputs()).read(body);
        try {
            List<Tensor> found = InferenceService.tryOut(
                    model, request, each -> each.stream().map(Tensor::copy).toList());
            return isTooLong(found.stream().map(Tensor::shape).toList()) ? Optional.empty() : Optional.of(found);
        } catch (RefusedInputException e) {
            // Words that a model has to know cannot be guessed, so such a model has no example.
            return Optional.empty();
        }
    }

    /** The same with all missing that may be; empty if nothing may. */
    Optional<TriedModel> withMissing() {
        return inputs().stream().anyMatch(TensorSpec::takesMissing)
                ? Optional.of(new TriedModel(model, true))
                : Optional.empty();
    }

    private static long elements(List<Shape> shapes) {
        return shapes.stream().mapToLong(Shape::elementCount).sum();
    }

    private static boolean isTooLong(List<Shape> shapes) {
        return elements(shapes) > MAX_EXAMPLE_ELEMENTS;
    }

    /** What is said where an example of the input would be too long; nothing else. */
    String noExample() {
        return isTooLong(model.smallestShapes())
                ? " There is no example here, as it would have " + elements(model.smallestShapes()) + " elements."
                : "";
    }

    /** How many bytes, of any value, are the only input by themselves; empty if they cannot be sent so. */
    Optional<Long> rawBytes() {
        TensorSpec first = inputs().get(0);
        long unknown = first.shape().dimensions().stream()
                .skip(1)
                .filter(length -> !length.isKnown())
                .count();
        return inputs().size() == 1 && first.type() != DataType.STRING && unknown <= 1
                ? Optional.of(shape(0).elementCount() * first.type().byteSize())
                : Optional.empty();
    }

    ServedModel model() {
        return model;
    }

    String name() {
        return model.name();
    }

    List<TensorSpec> inputs() {
        return model.inputs();
    }

    List<TensorSpec> outputs() {
        return model.outputs();
    }

    /** What it gives for the example; empty if it takes none that can be made up, or one of the two is too long. */
    Optional<List<Tensor>> results() {
        return results;
    }

    /** The same where outputs have rows as the inputs have. */
    Optional<List<Tensor>> rowResults() {
        boolean rows = outputs().stream().allMatch(output -> output.shape().rank() > 0)
                && model.smallestShapes().stream().allMatch(shape -> shape.rank() > 0 && shape.size(0) == rows())
                && results.filter(found ->
                                found.stream().allMatch(result -> result.shape().size(0) == rows()))
                        .isPresent();
        return rows ? results : Optional.empty();
    }

    /** How many rows the example has: 1, unless the model has a fixed number. */
    long rows() {
        Shape first = shape(0);
        return first.rank() == 0 ? 1 : first.size(0);
    }

    /** The only input by itself, several under their names. */
    JsonNode columns() {
        ObjectNode named = namedColumns();
        return named.size() == 1 ? named.elements().next() : named;
    }

    ObjectNode namedColumns() {
        ObjectNode named = NODES.objectNode();
        for (int i = 0; i < inputs().size(); i++) {
            named.set(inputs().get(i).name(), value(i, 0, false));
        }
        return named;
    }

    /** One row: the only input by itself, several under their names. */
    JsonNode row() {
        ObjectNode named = namedRow();
        return named.size() == 1 ? named.elements().next() : named;
    }

    ObjectNode namedRow() {
        ObjectNode named = NODES.objectNode();
        for (int i = 0; i < inputs().size(); i++) {
            named.set(inputs().get(i).name(), value(i, 1, false));
        }
        return named;
    }

    /** All rows, each as {@link #row}. */
    ArrayNode instances() {
        ArrayNode rows = NODES.arrayNode();
        for (long row = 0; row < rows(); row++) {
            rows.add(row());
        }
        return rows;
    }

    /** The elements of an input in one list. */
    JsonNode flat(int input) {
        return value(input, 0, true);
    }

    Shape shape(int input) {
        return model.smallestShapes().get(input);
    }

    private JsonNode value(int input, int fromAxis, boolean flat) {
        Shape shape = shape(input);
        JsonNode element = element(inputs().get(input), shape.elementCount() <= MAX_SHOWN_ELEMENTS);
        return flat
                ? nested(Shape.of(shape.elementCount()), 0, element)
                : nested(shape.slice(Math.min(fromAxis, shape.rank()), shape.rank()), 0, element);
    }

    private static JsonNode nested(Shape shape, int axis, JsonNode element) {
        if (axis == shape.rank()) {
            return element;
        }
        ArrayNode list = NODES.arrayNode();
        for (long i = 0; i < shape.size(axis); i++) {
            list.add(nested(shape, axis + 1, element));
        }
        return list;
    }

    private JsonNode element(TensorSpec input, boolean shown) {
        if (missing && input.takesMissing()) {
            return NODES.nullNode();
        }
        return switch (input.type()) {
            case BOOL -> NODES.booleanNode(true);
            case STRING -> NODES.textNode("text");
            default -> input.type().isFloating() && shown ? NODES.numberNode(0.5) : NODES.numberNode(0);
        };
    }
}
