package dev.slipway.server.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.runtime.TensorSpec;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/** JSON Schema (2020-12) of what goes in and comes out of a model. */
final class Schemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Schemas() {}

    /** An object of one row of each tensor, under their names. */
    static ObjectNode namedRow(List<TensorSpec> specs) {
        return named(specs, 1).put("additionalProperties", false);
    }

    /** An object of the whole tensors, under their names. */
    static ObjectNode namedColumns(List<TensorSpec> specs) {
        return named(specs, 0);
    }

    private static ObjectNode named(List<TensorSpec> specs, int fromAxis) {
        ObjectNode byName = object();
        specs.forEach(spec -> property(byName, spec.name(), tensor(spec, fromAxis)));
        return byName;
    }

    /** One row: the only tensor itself or under its name; several under their names. */
    static ObjectNode row(List<TensorSpec> specs) {
        return bareOrNamed(specs, 1);
    }

    /** Whole tensors: the only one itself or under its name; several under their names. */
    static ObjectNode columns(List<TensorSpec> specs) {
        return bareOrNamed(specs, 0);
    }

    private static ObjectNode bareOrNamed(List<TensorSpec> specs, int fromAxis) {
        if (specs.size() > 1) {
            return named(specs, fromAxis);
        }
        return anyOf(tensor(specs.get(0), fromAxis), named(specs, fromAxis));
    }

    /** One row of what a model gives, without a name if it is the only tensor. */
    static ObjectNode answerRow(List<TensorSpec> specs) {
        return specs.size() > 1 ? named(specs, 1) : tensor(specs.get(0), 1);
    }

    /** What a model gives, without a name if it is the only tensor. */
    static ObjectNode answerColumns(List<TensorSpec> specs) {
        return specs.size() > 1 ? named(specs, 0) : tensor(specs.get(0), 0);
    }

    private static ObjectNode tensor(TensorSpec spec, int fromAxis) {
        int rank = spec.shape().rank();
        Shape shape = spec.shape().slice(Math.min(fromAxis, rank), rank);
        return nested(shape, element(spec))
                .put("description", "Shape " + shape + ", " + spec.type().name().toLowerCase(Locale.ROOT));
    }

    static ObjectNode nested(Shape shape, ObjectNode element) {
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

    /** One element of an input or output: null as well, where the model knows what stands in. */
    static ObjectNode element(TensorSpec spec) {
        if (!spec.takesMissing()) {
            return element(spec.type());
        }
        boolean text = spec.type() == DataType.STRING;
        ObjectNode schema = NODES.objectNode().put("description", "null where it is missing");
        schema.withArrayProperty("type").add(text ? "string" : "number").add("null");
        schema.withArrayProperty("examples")
                .add(text ? NODES.textNode("text") : NODES.numberNode(0.5))
                .addNull();
        return schema;
    }

    /** One element, with the range that its type has. */
    static ObjectNode element(DataType type) {
        if (type.isFloating()) {
            return reference("Float");
        }
        if (type == DataType.STRING || type == DataType.BOOL) {
            return type(type == DataType.STRING ? "string" : "boolean");
        }
        boolean unsigned = type.name().startsWith("U");
        int bits = type.byteSize() * Byte.SIZE - (unsigned ? 0 : 1);
        BigInteger end = BigInteger.ONE.shiftLeft(bits);
        ObjectNode schema = type("integer");
        schema.put("minimum", unsigned ? BigInteger.ZERO : end.negate());
        return schema.put("maximum", end.subtract(BigInteger.ONE));
    }

    static ObjectNode type(String name) {
        return NODES.objectNode().put("type", name);
    }

    static ObjectNode object() {
        return type("object");
    }

    static ObjectNode list(ObjectNode items) {
        ObjectNode schema = type("array");
        schema.set("items", items);
        return schema;
    }

    static ObjectNode constant(String value) {
        return type("string").put("const", value);
    }

    static ObjectNode anyOf(ObjectNode... schemas) {
        ObjectNode any = NODES.objectNode();
        for (ObjectNode schema : schemas) {
            any.withArrayProperty("anyOf").add(schema);
        }
        return any;
    }

    /** Adds a member that must be there. */
    static ObjectNode property(ObjectNode object, String name, ObjectNode schema) {
        object.withArrayProperty("required").add(name);
        return optional(object, name, schema);
    }

    /** Adds a member that may be there. */
    static ObjectNode optional(ObjectNode object, String name, ObjectNode schema) {
        object.withObjectProperty("properties").set(name, schema);
        return object;
    }

    /** An object of one member. */
    static ObjectNode of(String name, ObjectNode schema) {
        return property(object(), name, schema);
    }

    static ObjectNode reference(String schema) {
        return NODES.objectNode().put("$ref", "#/components/schemas/" + schema);
    }
}
