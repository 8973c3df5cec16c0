package dev.slipway.keras.trainers;

import dev.slipway.keras.data.RowBuffer;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.runtime.Binding;
import dev.slipway.runtime.CompiledGraph;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tensors of batches of one size, tied to the engine for each pair of sides of state and metrics. */
final class Batch implements AutoCloseable {
    private final CompiledGraph compiled;
    private final HostInputs host;
    private final RowSpec spec;
    private final RowBuffer rows;
    private final Map<String, Tensor> fromHost;
    private final List<@Nullable Binding> bindings = new ArrayList<>(4);

    Batch(CompiledGraph compiled, HostInputs host, RowSpec spec, int size) {
        this.compiled = compiled;
        this.host = host;
        this.spec = spec;
        this.rows = RowBuffer.of(spec, size);
        this.fromHost = host.room(size);
        for (int i = 0; i < 4; i++) {
            bindings.add(null);
        }
    }

    /** The rows that the next run sees. */
    RowBuffer rows() {
        return rows;
    }

    /** Gives the tensors to bind for a side of the state and a side of the metrics. */
    @FunctionalInterface
    interface Tensors {
        Map<String, Tensor> of(int stateSide, int metricsSide);
    }

    void run(int stateSide, int metricsSide, Tensors feeds, Tensors results) {
        int index = 2 * stateSide + metricsSide;
        Binding binding = bindings.get(index);
        if (binding == null) {
            Map<String, Tensor> all = new HashMap<>(feeds.of(stateSide, metricsSide));
            List<String> names = StepGraph.rowNames(spec);
            for (int i = 0; i < names.size(); i++) {
                all.put(names.get(i), rows.tensors().get(i));
            }
            all.putAll(fromHost);
            all.keySet()
                    .retainAll(compiled.inputs().stream().map(TensorSpec::name).toList());
            binding = compiled.bind(all, results.of(stateSide, metricsSide));
            bindings.set(index, binding);
        }
        host.fill(fromHost, rows.tensors());
        binding.run();
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
