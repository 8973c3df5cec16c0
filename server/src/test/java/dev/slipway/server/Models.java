package dev.slipway.server;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.HostOperator;
import dev.slipway.runtime.Predictor;
import dev.slipway.runtime.RefusedInputException;
import dev.slipway.runtime.Tensor;
import dev.slipway.server.inference.ServedModel;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Small models to serve. */
final class Models {
    private static final Dimension BATCH = Dimension.symbol("batch");

    private Models() {}

    /** y = 3x + 1 for one number a row. */
    static ServedModel line() {
        return model("line", graph -> {
            Ops ops = new Ops(graph);
            Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(BATCH, Dimension.of(1))));
            Value three = ops.constant(DataType.FLOAT, 3);
            graph.output("y", ops.add(ops.mul(x, three), ops.constant(DataType.FLOAT, 1)));
        });
    }

    /** y = factor * x for one number a row, in one of several versions. */
    static ServedModel times(String name, String version, float factor) {
        return ServedModel.of(name, version, times(factor));
    }

    /** y = factor * x for one number a row. */
    static Predictor times(float factor) {
        Graph graph = new Graph("times");
        Ops ops = new Ops(graph);
        Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(BATCH, Dimension.of(1))));
        graph.output("y", ops.mul(x, ops.constant(DataType.FLOAT, factor)));
        EngineOptions engine = EngineOptions.defaults().withThreads(1);
        return new Predictor(CompiledGraph.compile(graph, Map.of(), engine));
    }

    /** The sum of two numbers a row: another signature than that of {@link #times}. */
    static ServedModel wide(String name, String version) {
        Graph graph = new Graph("wide");
        Value x = graph.input("x", DataType.DOUBLE, Shape.of(List.of(BATCH, Dimension.of(2))));
        graph.output("y", new Ops(graph).reduceSum(x, true, 1));
        EngineOptions engine = EngineOptions.defaults().withThreads(1);
        return ServedModel.of(name, version, new Predictor(CompiledGraph.compile(graph, Map.of(), engine)));
    }

    /** 1 / x for one number a row: not a number's business at zero. */
    static ServedModel reciprocal() {
        return model("reciprocal", graph -> {
            Value x = graph.input("x", DataType.FLOAT, Shape.of(List.of(BATCH, Dimension.of(1))));
            graph.output("y", new Ops(graph).reciprocal(x));
        });
    }

    /** Two inputs of different types and ranks, two outputs: twice the counts, and whether they exceed the matrix's sums. */
    static ServedModel mixed() {
        return model("mixed", graph -> {
            Ops ops = new Ops(graph);
            Shape matrix = Shape.of(List.of(BATCH, Dimension.of(2), Dimension.of(3)));
            Value a = graph.input("matrix", DataType.FLOAT, matrix);
            Value b = graph.input("count", DataType.INT64, Shape.of(List.of(BATCH)));
            graph.output("twice", ops.add(b, b));
            Value sums = ops.reduceSum(a, false, 1, 2);
            graph.output("more", ops.greater(ops.cast(b, DataType.FLOAT), sums));
        });
    }

    /** The places of two words, and the words at these places. */
    static ServedModel words() {
        return model("words", graph -> {
            Ops ops = new Ops(graph);
            Value word = graph.input("word", DataType.STRING, Shape.of(List.of(BATCH, Dimension.of(1))));
            Value place = ops.labelEncoder(word, List.of("a", "é"), List.of(3L, 5L), -1);
            graph.output("place", place);
            graph.output("again", ops.labelDecoder(place, List.of(3L, 5L), List.of("a", "é"), "?"));
        });
    }

    /** The sum of two numbers a row, of which the first may be missing, and is 4 then; and how a text that may be missing, too, begins. */
    static ServedModel gaps() {
        HostOperator first = new HostOperator() {
            @Override
            public String name() {
                return "First";
            }

            @Override
            public boolean knowsMissing() {
                return true;
            }

            @Override
            public Tensor apply(List<Tensor> operands) {
                Tensor texts = operands.get(0);
                String[] letters = texts.texts().stream()
                        .map(text -> text.isEmpty() ? "missing" : text.substring(0, 1))
                        .toArray(String[]::new);
                return Tensor.of(texts.shape(), letters);
            }
        };
        Graph graph = new Graph("gaps");
        Ops ops = new Ops(graph);
        Shape row = Shape.of(List.of(BATCH, Dimension.of(1)));
        Value age = graph.input("age", DataType.FLOAT, row);
        Value other = graph.input("other", DataType.FLOAT, row);
        Value city = graph.input("city", DataType.STRING, row);
        graph.output("sum", ops.add(ops.where(ops.isNaN(age), ops.like(age, 4), age), other));
        graph.output("letter", ops.host(first, List.of(city), DataType.STRING, row));
        EngineOptions engine = EngineOptions.defaults().withThreads(1);
        return ServedModel.of("gaps", Predictor.compile(graph, Map.of(), engine));
    }

    /** 1 for the word it knows; computed on the host, where every other word is refused. */
    static ServedModel strict() {
        HostOperator known = new HostOperator() {
            @Override
            public String name() {
                return "Known";
            }

            @Override
            public Tensor apply(List<Tensor> operands) {
                if (!operands.get(0).texts().stream().allMatch("a"::equals)) {
                    throw new RefusedInputException(
                            "'" + operands.get(0).texts().get(0) + "' (expected: 'a')");
                }
                return Tensor.of(Shape.of(1, 1), 1L);
            }
        };
        Graph graph = new Graph("strict");
        Value word = graph.input("word", DataType.STRING, Shape.of(List.of(BATCH, Dimension.of(1))));
        graph.output("known", new Ops(graph).host(known, List.of(word), DataType.INT64, word.shape()));
        return ServedModel.of("strict", Predictor.compile(graph, Map.of(), EngineOptions.defaults()));
    }

    static ServedModel model(String name, Consumer<Graph> content) {
        Graph graph = new Graph(name);
        content.accept(graph);
        EngineOptions engine = EngineOptions.defaults().withThreads(1);
        return ServedModel.of(name, new Predictor(CompiledGraph.compile(graph, Map.of(), engine)));
    }
}
