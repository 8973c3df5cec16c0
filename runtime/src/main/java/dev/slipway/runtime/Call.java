package dev.slipway.runtime;

import dev.slipway.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One prediction in the making: write the inputs, {@link #run()}, read the outputs, close.
 *
 * <p>Closing gives it back to its predictor, so that the next call of the same shapes allocates nothing. For one thread
 * at a time. The tensors are valid until it is closed.
 */
public final class Call implements AutoCloseable {
    private final Predictor owner;
    private final CompiledGraph graph;
    private final List<Shape> shapes;
    private final List<Tensor> inputs;
    private final Map<String, Tensor> feeds = new LinkedHashMap<>();

    /** Absent where the shape of some output is only known after the run. */
    private final @Nullable Binding binding;

    private List<Tensor> outputs = List.of();

    Call(Predictor owner, CompiledGraph graph, List<Shape> shapes, List<Tensor> inputs, List<Shape> results) {
        this.owner = owner;
        this.graph = graph;
        this.shapes = shapes;
        this.inputs = inputs;
        for (int i = 0; i < inputs.size(); i++) {
            feeds.put(graph.inputs().get(i).name(), inputs.get(i));
        }
        this.binding = results.stream().allMatch(Shape::isKnown) ? bind(results) : null;
    }

    private Binding bind(List<Shape> results) {
        List<Tensor> pinned = new ArrayList<>();
        Map<String, Tensor> byName = new LinkedHashMap<>();
        for (int i = 0; i < results.size(); i++) {
            TensorSpec output = graph.outputs().get(i);
            pinned.add(Tensor.zeros(output.type(), results.get(i)));
            byName.put(output.name(), pinned.get(i));
        }
        outputs = pinned;
        return graph.bind(feeds, byName);
    }

    List<Shape> shapes() {
        return shapes;
    }

    /**
     * A tensor to write before the run.
     *
     * @param index the input's place in the model's order
     * @return the tensor, which may hold what an earlier call wrote
     */
    public Tensor input(int index) {
        return inputs.get(index);
    }

    /**
     * Computes the outputs.
     *
     * @throws EngineException if the engine fails
     */
    public void run() {
        if (binding != null) {
            binding.run();
        } else {
            outputs = List.copyOf(graph.run(feeds).values());
        }
    }

    /**
     * A tensor to read after the run.
     *
     * @param index the output's place in the model's order
     * @return the tensor, which the next run overwrites
     */
    public Tensor output(int index) {
        return outputs.get(index);
    }

    /** Gives this call back; none of its tensors may be used afterwards. */
    @Override
    public void close() {
        owner.release(this);
    }

    void free() {
        if (binding != null) {
            binding.close();
        }
    }
}
