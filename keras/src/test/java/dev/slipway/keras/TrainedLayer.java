package dev.slipway.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Gradient;
import dev.slipway.graph.Graph;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.Weight;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.EngineOptions;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A layer in training as a graph: its results, a loss to which every number of them contributes differently, and the
 * gradient of the loss by the layer's weights and inputs. Random states are inputs, so the same numbers are drawn each time.
 */
final class TrainedLayer implements AutoCloseable {
    private final Map<String, Tensor> feeds = new LinkedHashMap<>();
    private final List<String> differing = new ArrayList<>();
    private final CompiledGraph compiled;

    /**
     * What a layer is called with.
     *
     * @param inputs its inputs, batch first; the floating-point ones are differentiated by
     * @param named other tensors by the name of the argument, which is a list if there are several
     * @param flags the arguments that are true
     */
    record Arguments(List<Tensor> inputs, Map<String, List<Tensor>> named, List<String> flags) {
        static Arguments of(Tensor... inputs) {
            return new Arguments(List.of(inputs), Map.of(), List.of());
        }

        Arguments with(String name, Tensor... tensors) {
            Map<String, List<Tensor>> more = new LinkedHashMap<>(named);
            more.put(name, List.of(tensors));
            return new Arguments(inputs, more, flags);
        }

        Arguments with(String flag) {
            List<String> more = new ArrayList<>(flags);
            more.add(flag);
            return new Arguments(inputs, named, more);
        }
    }

    TrainedLayer(Layer layer, Arguments given, Random random) {
        Graph graph = new Graph("trained layer");
        Ops ops = new Ops(graph);
        List<Value> values = declare(graph, "input", given.inputs());
        CallArguments<Value> arguments = layer.takesList() ? CallArguments.ofList(values) : CallArguments.of(values);
        for (Map.Entry<String, List<Tensor>> entry : given.named().entrySet()) {
            arguments = arguments.with(entry.getKey(), argument(declare(graph, entry.getKey(), entry.getValue())));
        }
        for (String flag : given.flags()) {
            arguments = arguments.with(flag, true);
        }
        List<Shape> shapes = values.stream().map(Value::shape).toList();
        Map<String, Value> weights = new HashMap<>();
        for (Weight weight : Weight.of("layer", layer, shapes)) {
            boolean isState = weight.spec().type() == DataType.INT64;
            Tensor content = isState
                    ? Tensor.of(Shape.of(2), 7L, 3L)
                    : random(random, 0.5, weight.spec().shape());
            weights.put(weight.path(), declare(graph, weight.path(), content, content.shape()));
        }
        LayerCall root = LayerCall.root(ops, List.of(), true, path -> Objects.requireNonNull(weights.get(path), path));
        List<Value> results = layer.call(root.child("layer", layer, arguments));
        for (int i = 0; i < results.size(); i++) {
            graph.output("result" + i, results.get(i));
        }
        Value loss = ops.constant(DataType.FLOAT, 0);
        for (Value result : results) {
            loss = ops.add(loss, ops.reduceSum(ops.mul(result, ops.sin(place(ops, result))), false));
        }
        graph.output("loss", loss);
        List<Value> by = graph.inputs().stream()
                .filter(value -> differing.contains(value.name()))
                .toList();
        List<Value> gradients = Gradient.of(ops, loss, by);
        for (int i = 0; i < by.size(); i++) {
            graph.output("gradient of " + by.get(i).name(), gradients.get(i));
        }
        this.compiled =
                CompiledGraph.compile(graph, Map.of(), EngineOptions.defaults().withThreads(1));
    }

    private static Argument<Value> argument(List<Value> values) {
        List<Argument<Value>> items = new ArrayList<>();
        values.forEach(value -> items.add(new CallArguments.Tensor<>(value)));
        return items.size() == 1 ? items.get(0) : new CallArguments.Items<>(items);
    }

    private List<Value> declare(Graph graph, String name, List<Tensor> tensors) {
        List<Value> values = new ArrayList<>();
        for (Tensor tensor : tensors) {
            Shape shape = tensor.shape().with(0, Dimension.symbol(InputLayer.BATCH));
            values.add(declare(graph, name + " " + values.size(), tensor, shape));
        }
        return values;
    }

    private Value declare(Graph graph, String name, Tensor content, Shape shape) {
        feeds.put(name, content);
        if (content.type() == DataType.FLOAT) {
            differing.add(name);
        }
        return graph.input(name, content.type(), shape);
    }

    /** 1, 2, 3, … in the shape of a value. */
    private static Value place(Ops ops, Value like) {
        Value ones = ops.reshape(
                ops.expandLike(ops.like(like, 1), like),
                ops.constant(-1),
                Shape.of(List.of(ops.graph().freshSymbol("count"))));
        return ops.reshape(ops.cumSum(ones, 0, false), ops.shape(like), like.shape());
    }

    static Tensor random(Random random, double scale, Shape shape) {
        float[] numbers = new float[(int) shape.elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (scale * (2 * random.nextDouble() - 1));
        }
        return Tensor.of(shape, numbers);
    }

    /** What the layer gives. */
    List<Tensor> results() {
        Map<String, Tensor> results = compiled.run(feeds);
        List<Tensor> own = new ArrayList<>();
        for (int i = 0; results.containsKey("result" + i); i++) {
            own.add(Objects.requireNonNull(results.get("result" + i)));
        }
        return own;
    }

    /** Changes a weight. */
    void assign(String path, Tensor content) {
        feeds.put(path, content);
    }

    /** Compares the gradient by each tensor with the slope of the loss in a random direction of that tensor. */
    void requireSlopes(Random random, String where) {
        Map<String, Tensor> results = compiled.run(feeds);
        for (String name : differing) {
            Tensor content = Objects.requireNonNull(feeds.get(name));
            Tensor gradient = Objects.requireNonNull(results.get("gradient of " + name));
            assertThat(gradient.shape()).as("%s, %s", where, name).isEqualTo(content.shape());
            Tensor direction = random(random, 1, content.shape());
            double expected = slope(name, content, direction);
            double found = 0;
            double scale = 1;
            for (int i = 0; i < content.shape().elementCount(); i++) {
                double part = gradient.element(i) * direction.element(i);
                found += part;
                scale += Math.abs(part);
            }
            assertThat(Math.abs(found - expected))
                    .as("%s, gradient by %s: %s (expected: %s)", where, name, found, expected)
                    .isLessThanOrEqualTo(5e-3 * scale);
        }
    }

    /** By Richardson's extrapolation of two central differences, as single precision allows no small ones. */
    private double slope(String name, Tensor content, Tensor direction) {
        double near = difference(name, content, direction, 0.01);
        double far = difference(name, content, direction, 0.02);
        return (4 * near - far) / 3;
    }

    private double difference(String name, Tensor content, Tensor direction, double step) {
        double above = lossAt(name, moved(content, direction, step));
        double below = lossAt(name, moved(content, direction, -step));
        return (above - below) / (2 * step);
    }

    private static Tensor moved(Tensor content, Tensor direction, double step) {
        float[] numbers = new float[(int) content.shape().elementCount()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (content.element(i) + step * direction.element(i));
        }
        return Tensor.of(content.shape(), numbers);
    }

    private double lossAt(String name, Tensor content) {
        Map<String, Tensor> changed = new HashMap<>(feeds);
        changed.put(name, content);
        return Objects.requireNonNull(compiled.run(changed).get("loss")).element(0);
    }

    @Override
    public void close() {
        compiled.close();
    }
}
