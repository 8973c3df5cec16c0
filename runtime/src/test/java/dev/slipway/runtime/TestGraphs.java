package dev.slipway.runtime;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.List;
import java.util.Map;

/** Graphs small enough to know the answers by heart. */
final class TestGraphs {
    static final EngineOptions ONE_THREAD = EngineOptions.defaults().withThreads(1);
    static final Map<String, Tensor> LINE_PARAMETERS =
            Map.of("slope", Tensor.of(Shape.of(1, 1), 3f), "intercept", Tensor.of(Shape.of(1), 1f));

    private TestGraphs() {}

    static Shape batchOf(long columns) {
        return Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(columns)));
    }

    /** y = 3x + 1 of {@code x [batch, 1]}, with slope and intercept as parameters. */
    static Graph line() {
        Graph graph = new Graph("line");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", DataType.FLOAT, batchOf(1));
        Value slope = graph.parameter("slope", DataType.FLOAT, Shape.of(1, 1));
        Value intercept = graph.parameter("intercept", DataType.FLOAT, Shape.of(1));
        graph.output("y", ops.add(ops.matMul(x, slope), intercept));
        return graph;
    }

    static CompiledGraph compiledLine() {
        return CompiledGraph.compile(line(), LINE_PARAMETERS, ONE_THREAD);
    }

    /** sum = a + b and difference = a - b of {@code a [batch, 2]} and {@code b [batch, 2]}. */
    static CompiledGraph compiledPair() {
        Graph graph = new Graph("pair");
        Ops ops = new Ops(graph);
        Value a = graph.input("a", DataType.FLOAT, batchOf(2));
        Value b = graph.input("b", DataType.FLOAT, batchOf(2));
        graph.output("sum", ops.add(a, b));
        graph.output("difference", ops.sub(a, b));
        return CompiledGraph.compile(graph, Map.of(), ONE_THREAD);
    }

    /** The numbers from 0 to before {@code n}: as many as only the run can tell. */
    static CompiledGraph compiledCount() {
        Graph graph = new Graph("count");
        Ops ops = new Ops(graph);
        Value n = graph.input("n", DataType.INT64, Shape.scalar());
        graph.output("numbers", ops.range(ops.constant(DataType.INT64, 0), n, graph.freshSymbol("count")));
        return CompiledGraph.compile(graph, Map.of(), ONE_THREAD);
    }

    static Tensor column(float... values) {
        return Tensor.of(Shape.of(values.length, 1), values);
    }
}
