package dev.slipway.bench;

import dev.slipway.keras.layers.Conv2D;
import dev.slipway.keras.layers.Dense;
import dev.slipway.keras.layers.Dropout;
import dev.slipway.keras.layers.Flatten;
import dev.slipway.keras.layers.GRU;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.LSTM;
import dev.slipway.keras.layers.MaxPooling2D;
import dev.slipway.keras.models.Model;

/** The models that benchmarks run. */
final class Networks {
    private Networks() {}

    static Model named(String name) {
        return switch (name) {
            case "dense1" -> Model.sequential(InputLayer.of(1), Dense.of(1));
            case "mlp32-64-64-1" ->
                Model.sequential(InputLayer.of(32), Dense.of(64, "relu"), Dense.of(64, "relu"), Dense.of(1));
            case "mlp784-512-512-10" ->
                Model.sequential(
                        InputLayer.of(784), Dense.of(512, "relu"), Dense.of(512, "relu"), Dense.of(10, "softmax"));
            case "cnn64" ->
                Model.sequential(
                        InputLayer.of(64, 64, 3),
                        Conv2D.builder(32, 3).activation("relu").build(),
                        MaxPooling2D.of(2),
                        Conv2D.builder(192, 3).activation("relu").build(),
                        MaxPooling2D.of(2),
                        Flatten.of(),
                        Dense.of(10, "softmax"));
            case "mnist-cnn" ->
                Model.sequential(
                        InputLayer.of(28, 28, 1),
                        Conv2D.builder(32, 3).activation("relu").build(),
                        MaxPooling2D.of(2),
                        Conv2D.builder(64, 3).activation("relu").build(),
                        MaxPooling2D.of(2),
                        Flatten.of(),
                        Dropout.of(0.5),
                        Dense.of(10, "softmax"));
            case "lstm64" -> Model.sequential(InputLayer.of(50, 32), LSTM.of(64), Dense.of(1));
            case "gru64" -> Model.sequential(InputLayer.of(50, 32), GRU.of(64), Dense.of(1));
            default ->
                throw new IllegalArgumentException(
                        "network '" + name + "' (expected: dense1, mlp32-64-64-1, mlp784-512-512-10,"
                                + " mnist-cnn, cnn64, lstm64 or gru64)");
        };
    }
}
