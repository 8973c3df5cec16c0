package dev.slipway.keras.trainers;

import dev.slipway.graph.Dimension;
import dev.slipway.runtime.Binding;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tensors of batches of one size, tied to the engine for each pair of sides of state and metrics. */
final class Batch implements AutoCloseable {
    private final CompiledGraph compiled;
    private final List<Tensor> inputs;
    private final List<Tensor> targets;
    private final List<Tensor> sampleWeights;
    private final List<@Nullable Binding> bindings = new ArrayList<>(4);

    Batch(CompiledGraph compiled, Dataset data, int size) {
        this.compiled = compiled;
        this.inputs = ofSize(data.inputs(), size);
        this.targets = ofSize(data.targets(), size);
        this.sampleWeights = ofSize(data.sampleWeights(), size);
        for (int i = 0; i < 4; i++) {
            bindings.add(null);
        }
    }

    /** Gives the tensors to bind for a side of the state and a side of the metrics. */
    @FunctionalInterface
    interface Tensors {
        Map<String, Tensor> of(int stateSide, int metricsSide);
    }

    private static List<Tensor> ofSize(List<Tensor> tensors, int size) {
        return tensors.stream()
                .map(t -> Tensor.zeros(t.type(), t.shape().with(0, Dimension.of(size))))
                .toList();
    }

    void run(int stateSide, int metricsSide, Tensors feeds, Tensors results) {
        int index = 2 * stateSide + metricsSide;
        Binding binding = bindings.get(index);
        if (binding == null) {
            Map<String, Tensor> all = new HashMap<>(feeds.of(stateSide, metricsSide));
            for (int i = 0; i < inputs.size(); i++) {
                all.put(StepGraph.input(i), inputs.get(i));
            }
            for (int i = 0; i < targets.size(); i++) {
                all.put(StepGraph.target(i), targets.get(i));
            }
            for (int i = 0; i < sampleWeights.size(); i++) {
                all.put(StepGraph.sampleWeight(i), sampleWeights.get(i));
            }
            binding = compiled.bind(all, results.of(stateSide, metricsSide));
            bindings.set(index, binding);
        }
        binding.run();
    }

    /** Copies rows of the data, in an order, from a place on. */
    void fill(Dataset data, RowOrder order, int from) {
        copyRows(data.inputs(), inputs, order, from);
        copyRows(data.targets(), targets, order, from);
        copyRows(data.sampleWeights(), sampleWeights, order, from);
    }

    private static void copyRows(List<Tensor> sources, List<Tensor> batch, RowOrder order, int from) {
        for (int i = 0; i < sources.size(); i++) {
            copyRows(sources.get(i), batch.get(i), order, from);
        }
    }

    private static void copyRows(Tensor source, Tensor batch, RowOrder order, int from) {
        int rowBytes = source.rowBytes();
        ByteBuffer read = source.bytes();
        ByteBuffer write = batch.bytes();
        int size = (int) batch.shape().size(0);
        for (int i = 0; i < size; i++) {
            write.put(i * rowBytes, read, order.row(from + i) * rowBytes, rowBytes);
        }
    }

    @Override
    public void close() {
        for (Binding binding : bindings) {
            if (binding != null) {
                binding.close();
            }
        }
    }
}
