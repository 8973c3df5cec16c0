package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * The mean of tensors in each place, broadcast; of integers too a floating-point number.
 *
 * <p>Source: {@code keras.layers.Average}.
 */
public final class Average extends Merge {
    private Average(String name, boolean trainable, boolean hasMasksOfKeras2) {
        super(name, trainable, hasMasksOfKeras2);
    }

    /**
     * The layer.
     *
     * @return a layer to be applied to one or more tensors
     */
    public static Average of() {
        return new Average("", true, false);
    }

    static Average read(String name, Config config) {
        return Merge.read(name, config, Average::new);
    }

    @Override
    public String className() {
        return "Average";
    }

    @Override
    Value merge(Ops ops, List<Value> inputs) {
        Value total = inputs.stream().reduce(ops::add).orElseThrow();
        Value sum = total.type().isFloating() ? total : ops.cast(total, DataType.FLOAT);
        return inputs.size() == 1 ? sum : ops.div(sum, ops.like(sum, inputs.size()));
    }
}
