package dev.slipway.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.HostFunction;
import dev.slipway.graph.NotInOnnxException;
import dev.slipway.graph.OnnxWriter;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Text as tensors, through the engine, and functions on the host that take it. */
class TextTest {
    private static final Shape BATCH = Shape.of(List.of(Dimension.symbol("batch")));

    /** The length of each text. */
    private static final class Length implements HostOperator {
        @Override
        public String name() {
            return "Length";
        }

        @Override
        public Tensor apply(List<Tensor> operands) {
            Tensor texts = operands.get(0);
            return Tensor.of(
                    texts.shape(),
                    texts.texts().stream().mapToLong(String::length).toArray());
        }
    }

    /** Each number as text. */
    private static final class Shown implements HostOperator {
        @Override
        public String name() {
            return "Shown";
        }

        @Override
        public Tensor apply(List<Tensor> operands) {
            Tensor numbers = operands.get(0);
            String[] shown = new String[(int) numbers.shape().elementCount()];
            for (int i = 0; i < shown.length; i++) {
                shown[i] = Long.toString(numbers.longs().get(i));
            }
            return Tensor.of(numbers.shape(), shown);
        }
    }

    private static Value host(Ops ops, HostFunction function, Value operand, DataType type) {
        return ops.host(function, List.of(operand), type, operand.shape());
    }

    /** The number of digits of twice the length of a text, and the text itself. */
    private static Graph chain(Graph graph) {
        Ops ops = new Ops(graph);
        Value text = graph.input("text", DataType.STRING, BATCH);
        Value length = host(ops, new Length(), text, DataType.INT64);
        Value twice = ops.add(length, length);
        Value shown = host(ops, new Shown(), twice, DataType.STRING);
        graph.output("digits", ops.neg(host(ops, new Length(), shown, DataType.INT64)));
        graph.output("shown", shown);
        graph.output("same", text);
        return graph;
    }

    @Test
    void functionsOnTheHostAndPartsOfTheGraphAreComputedInTurn() {
        Tensor text = Tensor.of(Shape.of(3), "a", "hello", "");
        try (Predictor predictor = Predictor.compile(chain(new Graph("chain")), Map.of(), EngineOptions.defaults())) {
            assertThat(predictor.inputs()).containsExactly(new TensorSpec("text", DataType.STRING, BATCH));
            Map<String, Tensor> results = predictor.predict(Map.of("text", text));
            assertThat(results.keySet()).containsExactly("digits", "shown", "same");
            assertThat(results.get("digits")).hasToString("INT64 [3] [-1.0, -2.0, -1.0]");
            assertThat(results.get("shown")).hasToString("STRING [3] [2, 10, 0]");
            assertThat(results.get("same")).hasToString("STRING [3] [a, hello, ]");
            assertThatThrownBy(() -> predictor.predict(Map.of("text", Tensor.of(Shape.of(1), 1f))))
                    .hasMessage("input 'text': FLOAT (expected: STRING)");
        }
    }

    @Test
    void aFunctionOnTheHostIsNotWrittenAsOnnx() {
        assertThatThrownBy(() -> OnnxWriter.toBytes(chain(new Graph("chain"))))
                .isInstanceOf(NotInOnnxException.class)
                .hasMessageContaining("Length': no ONNX operator computes it (expected: standard operators only)");
        assertThatThrownBy(() -> chain(Graph.forOnnx("chain"))).isInstanceOf(NotInOnnxException.class);
    }

    @Test
    void theEngineTakesAndGivesText() {
        Graph graph = new Graph("lookup");
        Ops ops = new Ops(graph);
        Value text = graph.input("text", DataType.STRING, BATCH);
        Value place = ops.labelEncoder(text, List.of("é", "日本"), List.of(3L, 5L), -1);
        graph.output("place", place);
        graph.output("text_again", ops.labelDecoder(place, List.of(3L, 5L), List.of("é", "日本"), "?"));
        try (Predictor predictor = Predictor.compile(graph, Map.of(), EngineOptions.defaults())) {
            Map<String, Tensor> results = predictor.predict(Map.of("text", Tensor.of(Shape.of(3), "日本", "x", "é")));
            assertThat(results.get("place")).hasToString("INT64 [3] [5.0, -1.0, 3.0]");
            assertThat(results.get("text_again")).hasToString("STRING [3] [日本, ?, é]");
            assertThatThrownBy(() -> predictor.predict(Map.of("text", Tensor.of(Shape.of(1), "a\uD83D\uDE00"))))
                    .isInstanceOf(RefusedInputException.class)
                    .hasMessage("text with the character U+1F600 (expected: U+0001 to U+FFFF, as the engine's Java"
                            + " interface takes no others)");
        }
    }

    @Test
    void aCallSeesNoTextOfAnEarlierOne() {
        List<Shape> shapes = List.of(Shape.of(1));
        try (Predictor predictor = Predictor.compile(chain(new Graph("chain")), Map.of(), EngineOptions.defaults())) {
            try (Call first = predictor.call(shapes)) {
                first.input(0).assign(Tensor.of(Shape.of(1), "secret"));
            }
            try (Call second = predictor.call(shapes)) {
                assertThat(second.input(0).texts()).containsExactly("");
            }
        }
    }

    @Test
    void textIsNotBound() {
        Graph graph = new Graph("same");
        graph.output("again", new Ops(graph).identity(graph.input("text", DataType.STRING, BATCH)));
        Tensor text = Tensor.of(Shape.of(1), "a");
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            assertThat(compiled.run(Map.of("text", text)).get("again")).hasToString("STRING [1] [a]");
            assertThatThrownBy(() -> compiled.bind(Map.of("text", text), Map.of()))
                    .hasMessage("'text': STRING (expected: numbers; run text without a binding)");
        }
    }

    @Test
    void refusesTextThatNoUtf8CanSay() {
        assertThatThrownBy(() -> Tensor.of(Shape.of(1), "a\uD83D"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text: U+D83D at character 1 (expected: text that UTF-8 can say, without half surrogate"
                        + " pairs)");
        assertThatThrownBy(() -> Tensor.of(Shape.of(1), "x".repeat((1 << 24) + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text of 16777217 characters (expected: at most 16777216)");
    }

    @Test
    void rowsOfTextShareTheMemoryAndCopiesDoNot() {
        Tensor texts = Tensor.zeros(DataType.STRING, Shape.of(2, 2));
        Tensor second = texts.rows(1, 2);
        Tensor copy = texts.copy();
        texts.assign(Tensor.of(Shape.of(2, 2), "a", "b", "c", "\uD83D\uDE00"));
        assertThat(second).hasToString("STRING [1, 2] [c, \uD83D\uDE00]");
        assertThat(copy.texts()).containsOnly("");
        assertThat(Objects.requireNonNull(texts.reshaped(Shape.of(4)).texts().get(0)))
                .isEqualTo("a");
    }
}
