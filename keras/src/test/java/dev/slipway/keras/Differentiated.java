package dev.slipway.keras;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Gradient;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/**
 * A function of a vector as the engine computes it.
 *
 * @param values its values
 * @param gradient the gradient of their sum
 */
record Differentiated(Tensor values, Tensor gradient) {
    static Differentiated of(BiFunction<Ops, Value, Value> function, float... x) {
        Graph graph = new Graph("differentiated");
        Ops ops = new Ops(graph);
        Value input = graph.input("x", DataType.FLOAT, Shape.of(x.length));
        Value result = function.apply(ops, input);
        graph.output("values", result);
        graph.output(
                "gradient",
                Gradient.of(ops, ops.reduceSum(result, false), List.of(input)).get(0));
        try (CompiledGraph compiled = CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults())) {
            Map<String, Tensor> results = compiled.run(Map.of("x", Tensor.of(Shape.of(x.length), x)));
            return new Differentiated(require(results, "values"), require(results, "gradient"));
        }
    }

    private static Tensor require(Map<String, Tensor> results, String name) {
        return Objects.requireNonNull(results.get(name), name);
    }
}
