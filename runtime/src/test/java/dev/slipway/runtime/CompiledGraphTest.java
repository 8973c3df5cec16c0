package dev.slipway.runtime;

import static dev.slipway.runtime.TestGraphs.LINE_PARAMETERS;
import static dev.slipway.runtime.TestGraphs.ONE_THREAD;
import static dev.slipway.runtime.TestGraphs.batchOf;
import static dev.slipway.runtime.TestGraphs.column;
import static dev.slipway.runtime.TestGraphs.compiledLine;
import static dev.slipway.runtime.TestGraphs.compiledPair;
import static dev.slipway.runtime.TestGraphs.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Graph;
import dev.slipway.graph.OnnxWriter;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompiledGraphTest {
    @Test
    void runsWithItsParameters() {
        try (CompiledGraph graph = compiledLine()) {
            assertThat(y(graph, 10, 0)).containsExactly(31, 1);
        }
    }

    private static float[] y(CompiledGraph graph, float... xs) {
        return Objects.requireNonNull(graph.run(Map.of("x", column(xs))).get("y"))
                .toFloatArray();
    }

    @Test
    void describesInputsAndOutputsInTheGraphsOrder() {
        try (CompiledGraph graph = compiledPair()) {
            assertThat(graph.inputs())
                    .containsExactly(
                            new TensorSpec("a", DataType.FLOAT, batchOf(2)),
                            new TensorSpec("b", DataType.FLOAT, batchOf(2)));
            assertThat(graph.outputs())
                    .containsExactly(
                            new TensorSpec("sum", DataType.FLOAT, batchOf(2)),
                            new TensorSpec("difference", DataType.FLOAT, batchOf(2)));
            Tensor zeros = Tensor.zeros(DataType.FLOAT, Shape.of(1, 2));
            assertThat(graph.run(Map.of("a", zeros, "b", zeros)).keySet()).containsExactly("sum", "difference");
        }
    }

    /** A loop sees what is around it by the name that an output gives it; what it hands on from there keeps that name. */
    @Test
    void aLoopReadsAndHandsOnWhatIsAnOutputToo() {
        Graph graph = new Graph("loop");
        Value x = graph.input("x", DataType.FLOAT, Shape.of(3, 1));
        Ops ops = new Ops(graph);
        Value sum = ops.reduceSum(x, false, 0);
        graph.output("sum", sum);
        List<Value> after = ops.scan(
                List.of(sum, sum),
                List.of(x),
                0,
                (inner, states, elements) ->
                        List.of(inner.add(states.get(0), sum), sum, inner.mul(elements.get(0), sum)));
        graph.output("last", after.get(0));
        graph.output("kept", after.get(1));
        graph.output("products", after.get(2));
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), ONE_THREAD)) {
            Map<String, Tensor> results = compiled.run(Map.of("x", Tensor.of(Shape.of(3, 1), 1f, 2, 4)));
            assertThat(numbers(results, "sum")).containsExactly(7);
            assertThat(numbers(results, "last")).containsExactly(28);
            assertThat(numbers(results, "kept")).containsExactly(7);
            assertThat(numbers(results, "products")).containsExactly(7, 14, 28);
        }
    }

    private static float[] numbers(Map<String, Tensor> results, String name) {
        return Objects.requireNonNull(results.get(name)).toFloatArray();
    }

    @Test
    void refusesAnInputOfAnotherType() {
        assertLineRefuses(Map.of("x", Tensor.of(Shape.of(1, 1), 7)), "input 'x': INT32 (expected: FLOAT)");
    }

    @Test
    void refusesAnInputOfAnotherRank() {
        assertLineRefuses(
                Map.of("x", Tensor.of(Shape.of(1), 7f)), "input 'x': shape [1] of rank 1 (expected: shape [batch, 1])");
    }

    @Test
    void refusesAnInputOfAnotherLength() {
        assertLineRefuses(
                Map.of("x", Tensor.of(Shape.of(1, 2), 7f, 8f)),
                "input 'x': shape [1, 2] (expected: shape [batch, 1] with axis 1 of length 1)");
    }

    @Test
    void refusesToRunWithoutAnInput() {
        assertLineRefuses(Map.of(), "input 'x': missing (expected: FLOAT [batch, 1])");
    }

    @Test
    void refusesAnInputItDoesNotHave() {
        assertLineRefuses(Map.of("x", column(1), "z", column(1)), "input 'z': unknown (expected: one of [x])");
    }

    private static void assertLineRefuses(Map<String, Tensor> feeds, String message) {
        try (CompiledGraph graph = compiledLine()) {
            assertRefused(message, () -> graph.run(feeds));
            assertRefused(message, () -> graph.bind(feeds, Map.of()));
        }
    }

    private static void assertRefused(String message, ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void aSymbolHasOneLengthOverAllInputs() {
        try (CompiledGraph graph = compiledPair()) {
            Tensor two = Tensor.zeros(DataType.FLOAT, Shape.of(2, 2));
            Tensor three = Tensor.zeros(DataType.FLOAT, Shape.of(3, 2));
            assertThat(graph.run(Map.of("a", three, "b", three))).hasSize(2);
            assertRefused(
                    "input 'b': shape [3, 2] (expected: shape [batch, 2] with axis 0 of length batch = 2)",
                    () -> graph.run(Map.of("a", two, "b", three)));
        }
    }

    @Test
    void refusesAMissingParameter() {
        assertRefused(
                "parameter 'slope': missing (expected: FLOAT [1, 1])",
                () -> CompiledGraph.compile(line(), Map.of(), ONE_THREAD));
    }

    @Test
    void refusesAParameterOfAnotherTypeOrShape() {
        Map<String, Tensor> parameters = new LinkedHashMap<>(LINE_PARAMETERS);
        parameters.put("intercept", Tensor.of(Shape.of(1), 1.0));
        assertRefused(
                "parameter 'intercept': DOUBLE [1] (expected: FLOAT [1])",
                () -> CompiledGraph.compile(line(), parameters, ONE_THREAD));
        parameters.put("intercept", Tensor.of(Shape.of(2), 1f, 1f));
        assertRefused(
                "parameter 'intercept': FLOAT [2] (expected: FLOAT [1])",
                () -> CompiledGraph.compile(line(), parameters, ONE_THREAD));
    }

    @Test
    void refusesAParameterOfATypeThatTheEngineTakesFromNoJavaProgram() {
        Graph graph = new Graph("cast");
        Value weight = graph.parameter("weight", DataType.UINT16, Shape.of(1));
        graph.output("y", new Ops(graph).cast(weight, DataType.FLOAT));
        Map<String, Tensor> parameters = Map.of("weight", Tensor.zeros(DataType.UINT16, Shape.of(1)));
        assertRefused(
                "tensor of UINT16 (expected: a type that the engine's Java interface takes; cast it in the graph)",
                () -> CompiledGraph.compile(graph, parameters, ONE_THREAD));
    }

    @Test
    void anOnnxFileGivesTheGraphsNumbers(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("line.onnx");
        Map<String, Constant> contents = new LinkedHashMap<>();
        LINE_PARAMETERS.forEach((name, content) -> contents.put(name, content.toConstant()));
        Files.write(file, OnnxWriter.toBytes(line(), contents));
        try (CompiledGraph opened = CompiledGraph.open(file, ONE_THREAD);
                CompiledGraph compiled = compiledLine()) {
            assertThat(opened.inputs()).isEqualTo(compiled.inputs());
            assertThat(opened.outputs()).isEqualTo(compiled.outputs());
            float[] xs = {-1.5f, 0, 1e-3f, 7, Float.NaN, Float.POSITIVE_INFINITY};
            assertThat(y(opened, xs)).isEqualTo(y(compiled, xs));
        }
    }

    @Test
    void refusesAFileThatIsNotOnnx(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("broken.onnx"), "not a model".getBytes(StandardCharsets.UTF_8));
        assertCannotBeLoaded(file);
    }

    @Test
    void refusesAnOnnxFileCutShort(@TempDir Path folder) throws IOException {
        byte[] whole = OnnxWriter.toBytes(line());
        Path file = Files.write(folder.resolve("short.onnx"), Arrays.copyOf(whole, whole.length / 2));
        assertCannotBeLoaded(file);
    }

    @Test
    void refusesAFileThatIsNotThere(@TempDir Path folder) {
        assertCannotBeLoaded(folder.resolve("none.onnx"));
    }

    private static void assertCannotBeLoaded(Path file) {
        assertThatThrownBy(() -> CompiledGraph.open(file, ONE_THREAD))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(file + " cannot be loaded: ")
                .hasCauseInstanceOf(OrtException.class);
    }

    @Test
    void aBindingComputesFromWhatItsTensorsHoldNow() {
        Tensor x = column(1, 2);
        Tensor y = column(0, 0);
        try (CompiledGraph graph = compiledLine();
                Binding binding = graph.bind(Map.of("x", x), Map.of("y", y))) {
            binding.run();
            assertThat(y.toFloatArray()).containsExactly(4, 7);
            x.floats().put(0, 10);
            binding.run();
            assertThat(y.toFloatArray()).containsExactly(31, 7);
        }
    }

    @Test
    void aBindingWhoseOutputTensorDoesNotFitFailsInTheEngine() {
        try (CompiledGraph graph = compiledLine();
                Binding binding = graph.bind(Map.of("x", column(1, 2)), Map.of("y", column(0)))) {
            assertThatThrownBy(binding::run).isInstanceOf(EngineException.class).hasMessageStartingWith("run failed: ");
        }
    }

    @Test
    void refusesRunsAndBindingsAfterClose() {
        CompiledGraph graph = compiledLine();
        graph.close();
        graph.close();
        assertClosed("compiled graph is closed", () -> graph.run(Map.of("x", column(1))));
        assertClosed("compiled graph is closed", () -> graph.bind(Map.of("x", column(1)), Map.of("y", column(1))));
    }

    @Test
    void anOpenBindingOutlivesItsGraph() {
        CompiledGraph graph = compiledLine();
        Tensor y = column(0);
        Binding binding = graph.bind(Map.of("x", column(10)), Map.of("y", y));
        graph.close();
        binding.run();
        assertThat(y.toFloatArray()).containsExactly(31);
        assertThat(graph.lifetime().isFreed()).isFalse();
        binding.close();
        binding.close();
        assertThat(graph.lifetime().isFreed()).isTrue();
        assertClosed("binding is closed", binding::run);
    }

    private static void assertClosed(String message, ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(message);
    }

    @Test
    void aBindingThatIsRefusedDoesNotKeepItsGraphAlive() {
        CompiledGraph graph = compiledLine();
        Tensor unsigned = Tensor.zeros(DataType.UINT16, Shape.of(1, 1));
        assertRefused(
                "output 'y': UINT16 (expected: FLOAT)",
                () -> graph.bind(Map.of("x", column(1)), Map.of("y", unsigned)));
        graph.close();
        assertThat(graph.lifetime().isFreed()).isTrue();
    }
}
