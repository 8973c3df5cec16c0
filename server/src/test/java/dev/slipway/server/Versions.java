package dev.slipway.server;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.inference.ServedModel;
import dev.slipway.server.models.ModelRepository;
import dev.slipway.server.models.ModelSource;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A source of one model, {@code m}, in versions that are given, with labels: where versions can be chosen from. */
record Versions(ModelRepository models, List<ServedModel> versions, Map<String, String> labels) implements ModelSource {
    /** Serves them. */
    static ModelServer serve(ServerOptions options, Map<String, String> labels, ServedModel... versions) {
        return ModelServer.follow(options, models -> new Versions(models, List.of(versions), labels));
    }

    /** y = f(x) for one number a row, computed on the host: what a version may do to its requests. */
    static ServedModel hosted(String version, UnaryOperator<Tensor> f) {
        HostOperator operator = new HostOperator() {
            @Override
            public String name() {
                return "Hosted";
            }

            @Override
            public Tensor apply(List<Tensor> operands) {
                return f.apply(operands.get(0));
            }
        };
        Graph graph = new Graph("hosted");
        Shape shape = Shape.of(List.of(Dimension.symbol("batch"), Dimension.of(1)));
        Value x = graph.input("x", DataType.FLOAT, shape);
        graph.output("y", new Ops(graph).host(operator, List.of(x), DataType.FLOAT, shape));
        return ServedModel.of("m", version, Predictor.compile(graph, Map.of(), EngineOptions.defaults()));
    }

    @Override
    public void begin() {
        versions.forEach(models::publish);
        models.label("m", labels);
    }

    @Override
    public void load(String name) {
        throw new UnsupportedOperationException("not for tests of traffic");
    }

    @Override
    public void unload(String name) {
        throw new UnsupportedOperationException("not for tests of traffic");
    }

    @Override
    public void close() {
        // The repository closes the models.
    }
}
