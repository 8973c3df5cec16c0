package dev.slipway.bench;

import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.models.Model;

/** The models that benchmarks run. */
final class Networks {
    private Networks() {}

    static Model named(String name) {
        return switch (name) {
            case "dense1" -> Model.sequential(InputLayer.of(1), Dense.of(1));
            case "mlp32-64-64-1" ->
                Model.sequential(InputLayer.of(32), Dense.of(64, "relu"), Dense.of(64, "relu"), Dense.of(1));
            default -> throw new IllegalArgumentException("network '" + name + "' (expected: dense1 or mlp32-64-64-1)");
        };
    }
}
