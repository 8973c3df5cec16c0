package dev.slipway.runtime;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a {@link Predictor} runs. Safe for use by several threads at once; closed by its owner. */
abstract sealed class Computation implements AutoCloseable permits CompiledGraph, Program {
    /**
     * What a run needs.
     *
     * @return the inputs in order
     */
    public abstract List<TensorSpec> inputs();

    /**
     * What a run gives.
     *
     * @return the outputs in order
     */
    public abstract List<TensorSpec> outputs();

    /** How long the engine's memory is there; who uses it enters, and leaves. */
    abstract Lifetime lifetime();

    /** Computes the outputs for a caller that has entered the lifetime, from feeds in order that are known to fit. */
    abstract Map<String, Tensor> compute(List<Tensor> ordered);

    /** Takes over the memory of tensors that only this computation uses: freed when the engine's memory is. */
    abstract void own(Collection<Tensor> memory);

    @Override
    public abstract void close();

    /** The feeds in the graph's order; refuses what is missing, unknown or does not fit. */
    final List<Tensor> requireFeeds(Map<String, Tensor> feeds) {
        Map<String, Long> sizes = new HashMap<>();
        List<Tensor> ordered = new ArrayList<>();
        for (TensorSpec input : inputs()) {
            Tensor feed = feeds.get(input.name());
            if (feed == null) {
                throw new IllegalArgumentException(
                        "input '" + input.name() + "': missing (expected: " + input.type() + " " + input.shape() + ")");
            }
            input.require(feed, sizes);
            ordered.add(feed);
        }
        if (feeds.size() != inputs().size()) {
            List<String> names = inputs().stream().map(TensorSpec::name).toList();
            String unknown = feeds.keySet().stream()
                    .filter(name -> !names.contains(name))
                    .findFirst()
                    .orElse("");
            throw new IllegalArgumentException("input '" + unknown + "': unknown (expected: one of " + names + ")");
        }
        return ordered;
    }
}
