package dev.slipway.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.graph.onnx.Onnx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OnnxWriterTest {
    private final Graph graph = new Graph("dense");
    private final Ops ops = new Ops(graph);
    private final Value x = graph.input("x", DataType.FLOAT, Shape.of(2).prepend(Dimension.symbol("batch")));
    private final Value kernel = graph.parameter("kernel", DataType.FLOAT, Shape.of(2, 1));
    private final Constant content = Constant.of(Shape.of(2, 1), 3, 4);

    private void giveProduct() {
        graph.output("y", ops.matMul(x, kernel));
    }

    private static float predict(OrtSession session) throws OrtException {
        try (OnnxTensor fed = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(new float[] {10, 1}), new long[] {1, 2});
                OrtSession.Result result = session.run(Map.of("x", fed))) {
            return ((OnnxTensor) result.get(0)).getFloatBuffer().get(0);
        }
    }

    @Test
    void embeddedParametersMakeASelfContainedModel() throws OrtException {
        giveProduct();
        byte[] onnx = OnnxWriter.toBytes(graph, Map.of("kernel", content));
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(onnx)) {
            assertThat(predict(session)).isEqualTo(34);
        }
    }

    @Test
    void parametersLeftOutAreBoundAtLoad() throws OrtException {
        giveProduct();
        ByteBuffer bytes = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        bytes.putFloat(0, 5).putFloat(4, 6);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor handle = OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), new long[] {2, 1});
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.addExternalInitializers(Map.of("kernel", handle));
            try (OrtSession session = environment.createSession(OnnxWriter.toBytes(graph), options)) {
                assertThat(predict(session)).isEqualTo(56);
            }
        }
    }

    @Test
    void sameGraphGivesTheSameBytes() {
        giveProduct();
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(OnnxWriter.toBytes(graph));
    }

    @Test
    void refusesAParameterWithoutContent() {
        assertThatThrownBy(() -> OnnxWriter.toBytes(graph, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parameter 'kernel': nothing (expected: FLOAT [2, 1])");
    }

    @Test
    void refusesContentOfAnotherShapeOrType() {
        assertThatThrownBy(() -> OnnxWriter.toBytes(graph, Map.of("kernel", Constant.of(Shape.of(1, 2), 3, 4))))
                .hasMessage("parameter 'kernel': FLOAT [1, 2] (expected: FLOAT [2, 1])");
        assertThatThrownBy(() -> OnnxWriter.toBytes(graph, Map.of("kernel", Constant.of(3, 4))))
                .hasMessage("parameter 'kernel': INT64 [2] (expected: FLOAT [2, 1])");
    }

    @Test
    void nodesAndConstantsThatNoOutputNeedsAreLeftOut() throws Exception {
        ops.add(ops.exp(x), ops.like(x, 5));
        giveProduct();
        Onnx.GraphProto written =
                Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(graph)).getGraph();
        assertThat(written.getNodeList().stream().map(Onnx.NodeProto::getOpType))
                .containsExactly("MatMul");
        assertThat(written.getInitializerList().stream().map(Onnx.TensorProto::getName))
                .containsExactly("kernel");
    }

    /** A node that only copies would cost time and, where an output is bound to memory, a tensor more. */
    @Test
    void whatAnOutputNamesIsComputedUnderThatName() throws Exception {
        Value sum = ops.add(x, x);
        graph.output("sum", sum);
        graph.output("root", ops.sqrt(sum));
        Onnx.GraphProto written =
                Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(graph)).getGraph();
        assertThat(written.getNodeList().stream().map(Onnx.NodeProto::getOpType))
                .containsExactly("Add", "Sqrt");
        assertThat(written.getNode(0).getOutputList()).containsExactly("sum");
        assertThat(written.getNode(1).getInputList()).containsExactly("sum");
        assertThat(written.getNode(1).getOutputList()).containsExactly("root");
    }

    @Test
    void anInputOrASecondNameIsCopied() throws Exception {
        Value sum = ops.add(x, x);
        graph.output("sum", sum);
        graph.output("again", sum);
        graph.output("same", x);
        Onnx.GraphProto written =
                Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(graph)).getGraph();
        assertThat(written.getNodeList().stream()
                        .map(node -> node.getOpType() + node.getInputList() + node.getOutputList()))
                .containsExactly("Add[x, x][sum]", "Identity[sum][again]", "Identity[x][same]");
    }

    @Test
    void writesVersionsSymbolsAndEveryKindOfAttribute() throws Exception {
        Map<String, Attribute> attributes = new TreeMap<>(Map.of(
                "int", new Attribute.Int(-3),
                "real", new Attribute.Real(0.5f),
                "text", new Attribute.Text("gelb"),
                "ints", new Attribute.Ints(List.of(1L, 2L)),
                "texts", new Attribute.Texts(List.of("a", "b")),
                "tensor", new Attribute.Tensor(Constant.of(7, 8))));
        List<Graph.TypedShape> results = List.of(new Graph.TypedShape(DataType.FLOAT, x.shape()));
        graph.output(
                "y",
                graph.append("", "Any", List.of(Optional.of(x), Optional.empty()), attributes, results)
                        .get(0));
        Onnx.ModelProto model = Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(graph));
        assertThat(model.getIrVersion()).isEqualTo(OnnxWriter.IR_VERSION);
        assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(OnnxWriter.OPSET);
        assertThat(model.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(0)
                        .getDimParam())
                .isEqualTo("batch");
        Onnx.NodeProto node = model.getGraph().getNode(0);
        assertThat(node.getInputList()).containsExactly("x", "");
        Map<String, Onnx.AttributeProto> written = new TreeMap<>();
        node.getAttributeList().forEach(a -> written.put(a.getName(), a));
        assertThat(written.keySet()).containsExactly("int", "ints", "real", "tensor", "text", "texts");
        assertThat(attribute(written, "int").getI()).isEqualTo(-3);
        assertThat(attribute(written, "real").getF()).isEqualTo(0.5f);
        assertThat(attribute(written, "text").getS().toStringUtf8()).isEqualTo("gelb");
        assertThat(attribute(written, "ints").getIntsList()).containsExactly(1L, 2L);
        assertThat(attribute(written, "texts").getStringsList().get(1).toStringUtf8())
                .isEqualTo("b");
        assertThat(attribute(written, "tensor").getT().getRawData().byteAt(8)).isEqualTo((byte) 8);
    }

    private static Onnx.AttributeProto attribute(Map<String, Onnx.AttributeProto> written, String name) {
        return Objects.requireNonNull(written.get(name));
    }

    /** A layer may be called anything, such as {@code constant}, and the output has its name. */
    @Test
    void anOutputHasItsNameAlone() throws Exception {
        Value twice = ops.mul(x, ops.like(x, 2));
        Value sum = ops.add(twice, ops.like(x, 1));
        graph.output("constant", sum);
        graph.output("constant_1", twice);
        graph.output("Add:0", ops.sqrt(sum));
        graph.output("again", sum);
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(OnnxWriter.toBytes(graph));
                OnnxTensor fed = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(new float[] {4, 12}), new long[] {1, 2});
                OrtSession.Result result = session.run(Map.of("x", fed))) {
            assertThat(numbers(result, "constant")).containsExactly(9, 25);
            assertThat(numbers(result, "constant_1")).containsExactly(8, 24);
            assertThat(numbers(result, "Add:0")).containsExactly(3, 5);
            assertThat(numbers(result, "again")).containsExactly(9, 25);
        }
    }

    /** What is inside a loop has names of the whole model too. */
    @Test
    void aLoopsBodyHasNoNameOfAnOutput() throws Exception {
        Value start = ops.like(x, 0);
        Value sums = ops.scan(
                        List.of(ops.expandLike(start, ops.squeeze(ops.slice(x, 1, 0, 1), 1))),
                        List.of(x),
                        1,
                        (body, states, steps) -> {
                            Value next = body.add(states.get(0), body.mul(steps.get(0), body.like(start, 2)));
                            return List.of(next, next);
                        })
                .get(1);
        Set<String> names = new TreeSet<>();
        for (Onnx.AttributeProto attribute : scanOf(sums).getAttributeList()) {
            attribute.getG().getInputList().forEach(value -> names.add(value.getName()));
            attribute.getG().getOutputList().forEach(value -> names.add(value.getName()));
            attribute.getG().getNodeList().forEach(node -> names.addAll(node.getOutputList()));
            attribute.getG().getInitializerList().forEach(value -> names.add(value.getName()));
        }
        assertThat(names).hasSizeGreaterThan(4);
        names.forEach(name -> graph.output(name, sums));
        try (OrtSession session = OrtEnvironment.getEnvironment().createSession(OnnxWriter.toBytes(graph));
                OnnxTensor fed = OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), FloatBuffer.wrap(new float[] {4, 12}), new long[] {1, 2});
                OrtSession.Result result = session.run(Map.of("x", fed))) {
            for (String name : names) {
                assertThat(numbers(result, name)).containsExactly(8, 32);
            }
        }
    }

    private Onnx.NodeProto scanOf(Value sums) throws InvalidProtocolBufferException {
        Graph part = graph.part(Map.of("sums", sums), graph.inputs());
        return Onnx.ModelProto.parseFrom(OnnxWriter.toBytes(part)).getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("Scan"))
                .findFirst()
                .orElseThrow();
    }

    private static float[] numbers(OrtSession.Result result, String output) {
        FloatBuffer numbers = ((OnnxTensor) result.get(output).orElseThrow()).getFloatBuffer();
        float[] copy = new float[numbers.remaining()];
        numbers.get(copy);
        return copy;
    }

    @Test
    void refusesAnOutputWithTheNameOfAnInputOrAParameter() {
        for (String name : List.of("x", "kernel")) {
            assertThatThrownBy(() -> graph.output(name, x))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("output '" + name + "' (expected: a name not used before)");
        }
        giveProduct();
        assertThatThrownBy(() -> graph.input("y", DataType.FLOAT, Shape.of(1)))
                .hasMessage("value 'y' (expected: a name not used before)");
    }
}
