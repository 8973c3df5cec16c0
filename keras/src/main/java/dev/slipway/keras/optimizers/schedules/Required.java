package dev.slipway.keras.optimizers.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/** Numbers that a schedule cannot do without. */
final class Required {
    private Required() {}

    static double number(Config config, String key) {
        JsonNode value = config.find(key).orElseThrow(() -> config.refused(key, "nothing", "a number"));
        return value.isNumber() ? value.doubleValue() : config.number(key, 0);
    }

    /** A number of steps to divide by. */
    static double steps(Config config, String key) {
        double steps = number(config, key);
        if (!(steps > 0)) {
            throw config.refused(key, String.valueOf(steps), "above 0");
        }
        return steps;
    }

    /** A scalar in the type that rates are computed in. */
    static Value scalar(Ops ops, double value) {
        return ops.constant(DataType.FLOAT, value);
    }
}
