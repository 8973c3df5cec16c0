package dev.slipway.graph;

import java.util.List;

/**
 * The gradient of RNN, {@code h = f(z)}: the step back is {@code dz = dh · f'}, {@code dhBefore = dz · r}.
 *
 * <p>Source: the equation of the ONNX operator RNN.
 */
final class RnnGradient extends RecurrentGradient {
    RnnGradient(Backward node) {
        super(node);
    }

    @Override
    void give() {
        Value slope = functions().get(0).slope(ops(), y());
        Value r = r();
        List<Value> results =
                loop(List.of(loopStart(0)), List.of(outputGradient()), List.of(slope), (body, states, elements) -> {
                    Value dz = body.mul(states.get(0), elements.get(0));
                    return List.of(body.matMul(dz, r), dz);
                });
        Value dz = results.get(1);
        giveInput(dz);
        node().give(2, () -> ops().unsqueeze(ofWeights(dz, before(0, y())), 0));
        giveBias(dz, dz);
        giveState(0, results.get(0));
    }
}
