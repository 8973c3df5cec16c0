package dev.slipway.runtime;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a prediction of given shapes, tied to the engine: what a {@link Call} borrows from its predictor's
 * stock. Keeps the graph's native memory alive until it is freed.
 */
final class PreparedCall {
    private final Computation graph;
    private final List<Shape> shapes;
    private final List<Tensor> inputs;

    /** Absent where something is only known after the run. */
    private final @Nullable Binding binding;

    private List<Tensor> outputs = List.of();

    /** The memory of pinned tensors, which stays: it is asked for at the end of every call. */
    private final long pinnedBytes;

    PreparedCall(Computation graph, List<Shape> shapes, List<Tensor> inputs, List<Shape> results) {
        this.graph = graph;
        this.shapes = shapes;
        this.inputs = inputs;
        graph.lifetime().enter();
        try {
            this.binding = graph instanceof CompiledGraph compiled && isPinned(compiled, results)
                    ? bind(compiled, results)
                    : null;
            this.pinnedBytes = binding == null ? 0 : countBytes();
        } catch (RuntimeException | Error e) {
            graph.lifetime().leave();
            throw e;
        }
    }

    /** Text is copied into the engine with every run, and a length that depends on the input is not known before it. */
    private static boolean isPinned(CompiledGraph graph, List<Shape> results) {
        return results.stream().allMatch(Shape::isKnown)
                && Stream.concat(graph.inputs().stream(), graph.outputs().stream())
                        .noneMatch(spec -> spec.type() == DataType.STRING);
    }

    private Binding bind(CompiledGraph graph, List<Shape> results) {
        List<Tensor> pinned = new ArrayList<>();
        Map<String, Tensor> byName = new LinkedHashMap<>();
        for (int i = 0; i < results.size(); i++) {
            TensorSpec output = graph.outputs().get(i);
            pinned.add(Tensor.zeros(output.type(), results.get(i)));
            byName.put(output.name(), pinned.get(i));
        }
        outputs = pinned;
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            feeds.put(graph.inputs().get(i).name(), inputs.get(i));
        }
        return graph.bind(feeds, byName);
    }

    List<Shape> shapes() {
        return shapes;
    }

    /** The memory of its tensors between two runs, when texts are forgotten. */
    long bytes() {
        return binding == null ? countBytes() : pinnedBytes;
    }

    private long countBytes() {
        return Stream.concat(inputs.stream(), outputs.stream())
                .filter(tensor -> tensor.type() != DataType.STRING)
                .mapToLong(tensor -> tensor.bytes().remaining())
                .sum();
    }

    Tensor input(int index) {
        return inputs.get(index);
    }

    void run() {
        if (binding != null) {
            binding.run();
        } else {
            outputs = List.copyOf(graph.compute(inputs).values());
        }
    }

    Tensor output(int index) {
        return outputs.get(index);
    }

    /** Lets go of texts, which may be long, and which no later call is to see. */
    void forgetTexts() {
        if (binding != null) {
            return;
        }
        for (Tensor input : inputs) {
            if (input.type() == DataType.STRING) {
                input.assign(Tensor.zeros(DataType.STRING, input.shape()));
            }
        }
    }

    /** Frees handles and tensors, and the graph too if it is closed and this was the last. Only once. */
    void free() {
        if (binding != null) {
            binding.close();
        }
        inputs.forEach(Tensor::free);
        outputs.forEach(Tensor::free);
        graph.lifetime().leave();
    }
}
