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
    private static final Map<Activation, RecurrentFunction> BY_ACTIVATION = Map.of(
            Activations.named("sigmoid"),
            RecurrentFunction.of("Sigmoid"),
            Activations.named("tanh"),
            RecurrentFunction.of("Tanh"),
            Activations.named("relu"),
            RecurrentFunction.of("Relu"),
            Activations.named("softsign"),
            RecurrentFunction.of("Softsign"),
            Activations.named("leaky_relu"),
            RecurrentFunction.of("LeakyRelu", 0.2),
            Activations.named("elu"),
            RecurrentFunction.of("Elu", 1),
            Activations.named("hard_sigmoid"),
            RecurrentFunction.of("HardSigmoid", 1 / 6.0, 0.5),
            Activations.named(Activations.KERAS_2_HARD_SIGMOID),
            RecurrentFunction.of("HardSigmoid", 0.2, 0.5),
            Activations.named("linear"),
            RecurrentFunction.of("Affine", 1, 0));

    private GateFunctions() {}

    /** The functions in ONNX's terms; empty if one of them has none. */
    static Optional<List<RecurrentFunction>> of(Activation... activations) {
        List<RecurrentFunction> functions = new ArrayList<>();
        for (Activation activation : activations) {
            RecurrentFunction function = BY_ACTIVATION.get(activation);
            if (function == null) {
                return Optional.empty();
            }
            functions.add(function);
        }
        return Optional.of(functions);
    }
}
