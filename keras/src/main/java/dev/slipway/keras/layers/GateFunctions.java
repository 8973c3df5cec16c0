package dev.slipway.keras.layers;

import dev.slipway.graph.RecurrentFunction;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The activations that ONNX's recurrent operators apply themselves. Softplus is not among them: the engine's overflows
 * where Keras's does not.
 */
final class GateFunctions {
    private static final Map<String, RecurrentFunction> BY_NAME = Map.of(
            "sigmoid",
            RecurrentFunction.of("Sigmoid"),
            "tanh",
            RecurrentFunction.of("Tanh"),
            "relu",
            RecurrentFunction.of("Relu"),
            "softsign",
            RecurrentFunction.of("Softsign"),
            "leaky_relu",
            RecurrentFunction.of("LeakyRelu", 0.2),
            "elu",
            RecurrentFunction.of("Elu", 1),
            "hard_sigmoid",
            RecurrentFunction.of("HardSigmoid", 1 / 6.0, 0.5),
            Activations.KERAS_2_HARD_SIGMOID,
            RecurrentFunction.of("HardSigmoid", 0.2, 0.5),
            "linear",
            RecurrentFunction.of("Affine", 1, 0));

    private GateFunctions() {}

    /** The functions in ONNX's terms; empty if one of them has none. */
    static Optional<List<RecurrentFunction>> of(Activation... activations) {
        List<RecurrentFunction> functions = new ArrayList<>();
        for (Activation activation : activations) {
            RecurrentFunction function = BY_NAME.get(activation.name());
            if (function == null) {
                return Optional.empty();
            }
            functions.add(function);
        }
        return Optional.of(functions);
    }
}
