package dev.slipway.graph;

import com.google.protobuf.ByteString;
import dev.slipway.graph.onnx.Onnx;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns a {@link Graph} into the bytes of an ONNX model. Nodes that no output depends on are left out.
 *
 * <p>Source: the ONNX IR specification, version {@value #IR_VERSION}; operators of opset {@value #OPSET}, or of
 * opset {@value #TEXT_OPSET} where there are some that came with it.
 */
public final class OnnxWriter {
    /** The version of the operator set that {@link Ops} follows. */
    public static final int OPSET = 18;

    /** The operators that are not in ONNX's main set. */
    private static final Set<String> MACHINE_LEARNING = Set.of("LabelEncoder");

    /** The operators that are newer than {@link #OPSET}. The others that {@link Ops} has mean the same in both. */
    private static final Set<String> TEXT = Set.of("StringSplit", "StringConcat");

    /** The version of the operator set that has operators for text, and of the file format that goes with it. */
    private static final int TEXT_OPSET = 20;

    private static final int TEXT_IR_VERSION = 9;

    private static final String MACHINE_LEARNING_DOMAIN = "ai.onnx.ml";
    private static final int MACHINE_LEARNING_OPSET = 3;

    /** The version of the file format that goes with the operator set. */
    public static final int IR_VERSION = 8;

    private OnnxWriter() {}

    /**
     * The model with its parameters left out: each is declared as external data, to be bound to memory by whoever loads
     * it. That keeps weights from being copied, and from the 2 GiB limit of a protobuf message.
     *
     * @param graph the graph to write
     * @return the bytes of a {@code ModelProto}
     */
    public static byte[] toBytes(Graph graph) {
        return model(graph, Map.of()).toByteArray();
    }

    /**
     * The model with its parameters in it: a self-contained {@code .onnx} file.
     *
     * @param graph the graph to write
     * @param parameters the content of every parameter of the graph, by name
     * @return the bytes of a {@code ModelProto}
     * @throws IllegalArgumentException if a parameter has no content, or content of another type or shape
     */
    public static byte[] toBytes(Graph graph, Map<String, Constant> parameters) {
        for (Value parameter : graph.parameters()) {
            Constant content = parameters.get(parameter.name());
            if (content == null
                    || content.type() != parameter.type()
                    || !content.shape().equals(parameter.shape())) {
                String found = content == null ? "nothing" : content.type() + " " + content.shape();
                throw new IllegalArgumentException("parameter '" + parameter.name() + "': " + found + " (expected: "
                        + parameter.type() + " " + parameter.shape() + ")");
            }
        }
        return model(graph, parameters).toByteArray();
    }

    private static Onnx.ModelProto model(Graph graph, Map<String, Constant> parameters) {
        Set<String> operators = graph.operators().keySet();
        boolean hasText = operators.stream().anyMatch(TEXT::contains);
        Onnx.ModelProto.Builder model = Onnx.ModelProto.newBuilder()
                .setIrVersion(hasText ? TEXT_IR_VERSION : IR_VERSION)
                .setProducerName("slipway")
                .addOpsetImport(operatorSet("", hasText ? TEXT_OPSET : OPSET))
                .setGraph(graph(graph, parameters, OnnxNames.of(graph)));
        if (operators.stream().anyMatch(MACHINE_LEARNING::contains)) {
            model.addOpsetImport(operatorSet(MACHINE_LEARNING_DOMAIN, MACHINE_LEARNING_OPSET));
        }
        return model.build();
    }

    private static Onnx.OperatorSetIdProto operatorSet(String domain, int version) {
        return Onnx.OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build();
    }

    /** A graph, or a loop's body. */
    private static Onnx.GraphProto graph(Graph graph, Map<String, Constant> parameters, OnnxNames names) {
        Onnx.GraphProto.Builder body = Onnx.GraphProto.newBuilder().setName(graph.name());
        graph.inputs().forEach(value -> body.addInput(valueInfo(names.of(value), value)));
        List<Node> nodes = graph.neededNodes();
        Set<Value> used = new HashSet<>(graph.outputs().values());
        nodes.forEach(node -> used.addAll(node.uses()));
        graph.constants().stream()
                .filter(used::contains)
                .forEach(value -> body.addInitializer(
                        tensor(names.of(value), value.constant().orElseThrow())));
        for (Value parameter : graph.parameters()) {
            Constant content = parameters.get(parameter.name());
            body.addInitializer(content == null ? external(parameter) : tensor(parameter.name(), content));
        }
        nodes.forEach(node -> body.addNode(node(node, names)));
        names.outputs().forEach((name, value) -> {
            if (!name.equals(names.of(value))) {
                // What no node here computes, or an output of another name already, needs a node that gives it this
                // one.
                body.addNode(Onnx.NodeProto.newBuilder()
                        .setOpType("Identity")
                        .setName("output:" + name)
                        .addInput(names.of(value))
                        .addOutput(name));
            }
            body.addOutput(valueInfo(name, value));
        });
        return body.build();
    }

    private static Onnx.ValueInfoProto valueInfo(String name, Value value) {
        Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
        for (Dimension dimension : value.shape().dimensions()) {
            Onnx.TensorShapeProto.Dimension.Builder written = Onnx.TensorShapeProto.Dimension.newBuilder();
            dimension.symbol().ifPresentOrElse(written::setDimParam, () -> written.setDimValue(dimension.size()));
            shape.addDim(written);
        }
        return Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder()
                        .setTensorType(Onnx.TypeProto.Tensor.newBuilder()
                                .setElemType(value.type().onnxCode())
                                .setShape(shape)))
                .build();
    }

    private static Onnx.TensorProto tensor(String name, Constant constant) {
        return header(name, constant.type(), constant.shape())
                .setRawData(ByteString.copyFrom(constant.bytes()))
                .build();
    }

    private static Onnx.TensorProto external(Value parameter) {
        return header(parameter.name(), parameter.type(), parameter.shape())
                .setDataLocation(Onnx.TensorProto.DataLocation.EXTERNAL)
                .addExternalData(Onnx.StringStringEntryProto.newBuilder()
                        .setKey("location")
                        .setValue("bound-at-load"))
                .build();
    }

    private static Onnx.TensorProto.Builder header(String name, DataType type, Shape shape) {
        Onnx.TensorProto.Builder tensor =
                Onnx.TensorProto.newBuilder().setName(name).setDataType(type.onnxCode());
        shape.dimensions().forEach(dimension -> tensor.addDims(dimension.size()));
        return tensor;
    }

    private static Onnx.NodeProto node(Node node, OnnxNames names) {
        if (node.hostFunction().isPresent()) {
            throw new NotInOnnxException("node '" + node.name() + "'");
        }
        Onnx.NodeProto.Builder written =
                Onnx.NodeProto.newBuilder().setOpType(node.operator()).setName(node.name());
        if (MACHINE_LEARNING.contains(node.operator())) {
            written.setDomain(MACHINE_LEARNING_DOMAIN);
        }
        for (Optional<Value> input : node.inputs()) {
            written.addInput(input.map(value -> names.of(value)).orElse(""));
        }
        node.outputs().forEach(output -> written.addOutput(names.of(output)));
        node.attributes().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> written.addAttribute(attribute(entry.getKey(), entry.getValue(), names)));
        return written.build();
    }

    private static Onnx.AttributeProto attribute(String name, Attribute attribute, OnnxNames names) {
        Onnx.AttributeProto.Builder written = Onnx.AttributeProto.newBuilder().setName(name);
        if (attribute instanceof Attribute.Int found) {
            written.setType(Onnx.AttributeProto.AttributeType.INT).setI(found.value());
        } else if (attribute instanceof Attribute.Real found) {
            written.setType(Onnx.AttributeProto.AttributeType.FLOAT).setF(found.value());
        } else if (attribute instanceof Attribute.Text found) {
            written.setType(Onnx.AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(found.value()));
        } else if (attribute instanceof Attribute.Ints found) {
            written.setType(Onnx.AttributeProto.AttributeType.INTS).addAllInts(found.values());
        } else if (attribute instanceof Attribute.Texts found) {
            written.setType(Onnx.AttributeProto.AttributeType.STRINGS);
            found.values().forEach(text -> written.addStrings(ByteString.copyFromUtf8(text)));
        } else if (attribute instanceof Attribute.Reals found) {
            written.setType(Onnx.AttributeProto.AttributeType.FLOATS).addAllFloats(found.values());
        } else if (attribute instanceof Attribute.Body found) {
            written.setType(Onnx.AttributeProto.AttributeType.GRAPH)
                    .setG(graph(found.value(), Map.of(), names.inside(found.value())));
        } else if (attribute instanceof Attribute.Tensor found) {
            written.setType(Onnx.AttributeProto.AttributeType.TENSOR).setT(tensor("", found.value()));
        }
        return written.build();
    }
}
