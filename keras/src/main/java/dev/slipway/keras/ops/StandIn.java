package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.node.DoubleNode;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.KerasTensor;
import java.util.List;
import java.util.Map;

/** A number in the place of missing ones, as a part of a model. */
public final class StandIn {
    private StandIn() {}

    /**
     * Records {@code keras.ops.where(keras.ops.isnan(x), number, x)}.
     *
     * @param number what stands in, finite
     * @param x numbers of single precision, NaN where they are missing
     * @return the same with the number in their place
     */
    public static KerasTensor forMissing(float number, KerasTensor x) {
        OperationRegistry operations = OperationRegistry.builtIn();
        KerasTensor isMissing = operations.read("", "Isnan", Config.json()).apply(x);
        // The shortest decimal that is this float: what reads it as a double rounds it to the same.
        Argument<KerasTensor> constant =
                new CallArguments.Plain<>(DoubleNode.valueOf(Double.parseDouble(Float.toString(number))));
        return operations
                .read("", "Where", Config.json())
                .apply(new CallArguments<>(
                        List.of(new CallArguments.Tensor<>(isMissing), constant, new CallArguments.Tensor<>(x)),
                        Map.of()))
                .get(0);
    }
}
