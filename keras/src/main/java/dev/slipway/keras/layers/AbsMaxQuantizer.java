package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Cuts numbers to integers by the largest of them: {@code round(x · scale)} within {@code low} and {@code high}, where {@code scale
 * = high / (max |x| + epsilon)}.
 *
 * <p>Source: {@code keras.quantizers.AbsMaxQuantizer} of Keras 3.15.
 */
record AbsMaxQuantizer(double low, double high, double epsilon) {
    private static final AbsMaxQuantizer USUAL = new AbsMaxQuantizer(-127, 127, 1e-7);

    /** What was cut, still of the type it had, and by which scale: 1 for axes that shared one. */
    record Cut(Value integers, Value scale) {}

    static AbsMaxQuantizer usual() {
        return USUAL;
    }

    static AbsMaxQuantizer read(Config config, String key, JsonNode serialized) {
        JsonNode own = serialized.path("config");
        JsonNode range = own.path("value_range");
        boolean isRange =
                range.size() == 2 && range.path(0).isNumber() && range.path(1).isNumber();
        if (!serialized.path("class_name").asText("").equals("AbsMaxQuantizer") || !isRange) {
            throw config.refused(key, serialized.toString(), "an AbsMaxQuantizer with a value_range of two numbers");
        }
        return new AbsMaxQuantizer(
                range.get(0).doubleValue(),
                range.get(1).doubleValue(),
                own.path("epsilon").asDouble(USUAL.epsilon));
    }

    /** Cuts numbers; those along {@code axes} share a scale. */
    Cut cut(Ops ops, Value x, int... axes) {
        Value largest = ops.reduceMax(ops.abs(x), true, axes);
        Value scale = ops.div(ops.like(x, high), ops.add(largest, ops.like(x, epsilon)));
        return new Cut(ops.clip(ops.round(ops.mul(x, scale)), low, high), scale);
    }
}
