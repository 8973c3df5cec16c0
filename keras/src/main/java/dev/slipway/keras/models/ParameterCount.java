package dev.slipway.keras.models;

import dev.slipway.graph.DataSize;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.trainers.OptimizerState;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How many numbers there are, and how much memory they take.
 *
 * <p>Source: {@code count_params} and {@code weight_memory_size} of {@code keras.src.utils.summary_utils} of Keras 3.
 *
 * @param count how many numbers
 * @param size their memory
 */
public record ParameterCount(long count, DataSize size) {
    /**
     * Counts weights. The states of random generators are none, as in Keras.
     *
     * @param weights the weights
     * @return their numbers
     */
    public static ParameterCount of(Collection<Weight> weights) {
        return sum(weights.stream()
                .map(Weight::spec)
                .filter(spec -> !spec.name().startsWith(StoredVariables.RANDOM_STATE))
                .map(spec -> of(spec.type(), spec.shape()))
                .toList());
    }

    /** Counts what an optimizer remembers. Keras counts steps in 32 bits. */
    static ParameterCount of(OptimizerState state) {
        return sum(state.variables().values().stream()
                .map(variable ->
                        of(variable.type() == DataType.INT64 ? DataType.INT32 : variable.type(), variable.shape()))
                .toList());
    }

    private static ParameterCount of(DataType type, Shape shape) {
        return new ParameterCount(shape.elementCount(), new DataSize(shape.elementCount() * type.byteSize()));
    }

    private static ParameterCount sum(List<ParameterCount> parts) {
        return parts.stream().reduce(new ParameterCount(0, new DataSize(0)), ParameterCount::plus);
    }

    /** Both together. */
    ParameterCount plus(ParameterCount other) {
        return new ParameterCount(count + other.count, new DataSize(size.bytes() + other.size.bytes()));
    }

    /** As Keras's summaries show it: {@code 1,801 (7.04 KB)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d (%s)", count, size);
    }
}
