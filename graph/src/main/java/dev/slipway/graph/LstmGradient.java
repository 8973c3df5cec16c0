package dev.slipway.graph;

import java.util.List;

/**
 * The gradient of LSTM. With the gates i, o, f, g and {@code c = f · cBefore + i · g}, {@code h = o · H(c)}, the step back is
 * {@code dc += dh · o · H'(c)}, {@code dz = [dc, dh, dc, dc] · [g · i', H(c) · o', cBefore · f', i · g']},
 * {@code dhBefore = dz · r}, {@code dcBefore = dc · f}.
 *
 * <p>Source: the equations of the ONNX operator LSTM, without peepholes.
 */
final class LstmGradient extends RecurrentGradient {
    LstmGradient(Backward node) {
        super(node);
    }

    @Override
    void give() {
        Ops ops = ops();
        GateFunction f = functions().get(0);
        GateFunction g = functions().get(1);
        GateFunction h = functions().get(2);
        Value hBefore = before(0, y());
        Value sum = gates(hBefore);
        // Behind a row's end c would go on, and could become infinite; zero times that is not zero.
        List<Value> z = parts(hasLengths() ? ops.where(counts(), sum, ops.like(sum, 0)) : sum, 3, 1);
        Value sigmas = f.apply(ops, z.get(0));
        List<Value> iof = parts(sigmas, 1, 1, 1);
        List<Value> slopes = parts(f.slope(ops, sigmas), 1, 1, 1);
        Value i = iof.get(0);
        Value forget = iof.get(2);
        Value candidate = g.apply(ops, z.get(1));
        Value c = cells(forget, ops.mul(i, candidate));
        Value hidden = h.apply(ops, c);
        Value throughOutput = ops.mul(iof.get(1), h.slope(ops, hidden));
        Value factors = ops.concat(
                List.of(
                        ops.mul(candidate, slopes.get(0)),
                        ops.mul(hidden, slopes.get(1)),
                        ops.mul(before(1, c), slopes.get(2)),
                        ops.mul(i, g.slope(ops, candidate))),
                -1);
        Value r = r();
        List<Value> results = loop(
                List.of(loopStart(0), loopStart(1)),
                List.of(outputGradient(), atLastStep(1)),
                List.of(throughOutput, factors, forget),
                (body, states, elements) -> {
                    Value dh = states.get(0);
                    Value dc = body.add(states.get(1), body.mul(dh, elements.get(0)));
                    Value dz = body.mul(body.concat(List.of(dc, dh, dc, dc), -1), elements.get(1));
                    return List.of(body.matMul(dz, r), body.mul(dc, elements.get(2)), dz);
                });
        Value dz = results.get(2);
        giveInput(dz);
        node().give(2, () -> ops.unsqueeze(ofWeights(dz, hBefore), 0));
        giveBias(dz, dz);
        giveState(0, results.get(0));
        giveState(1, results.get(1));
    }

    /** The state c after each step, {@code f · c + added}. */
    private Value cells(Value forget, Value added) {
        List<Value> results = ops().scan(List.of(first(1)), List.of(forget, added), 0, (body, states, elements) -> {
            Value next = body.add(body.mul(states.get(0), elements.get(0)), elements.get(1));
            return List.of(next, next);
        });
        return results.get(1);
    }
}
