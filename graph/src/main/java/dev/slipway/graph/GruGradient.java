package dev.slipway.graph;

import java.util.List;

/**
 * The gradient of GRU, {@code h = (1 - z) · n + z · hBefore}, with n from the products x_n of the input and u_n of the state.
 * The gradient of z's sum is {@code dh · (hBefore - n) · z'}, that of n's sum {@code dh · (1 - z) · n'}.
 *
 * <p>Linear before reset, {@code n = g(x_n + r · u_n)}, all gradients of a step are dh times something known. Otherwise
 * {@code n = g(x_n + (r · hBefore) · r_n)}, and that of r's sum goes through the product with r_n first.
 *
 * <p>Source: the equations of the ONNX operator GRU.
 */
final class GruGradient extends RecurrentGradient {
    private final Ops ops;
    private final GateFunction f;
    private final GateFunction g;
    private final Value hBefore;

    GruGradient(Backward node) {
        super(node);
        this.ops = ops();
        this.f = functions().get(0);
        this.g = functions().get(1);
        this.hBefore = before(0, y());
    }

    @Override
    void give() {
        if (node().node().intAttribute("linear_before_reset", 0) == 1) {
            linearBeforeReset();
        } else {
            linearBehindReset();
        }
    }

    private void linearBeforeReset() {
        List<Value> fromX = parts(withBias(product(x(), w()), 0), 2, 1);
        List<Value> fromH = parts(withBias(product(hBefore, r()), 1), 2, 1);
        Value gates = f.apply(ops, ops.add(fromX.get(0), fromH.get(0)));
        List<Value> zr = parts(gates, 1, 1);
        List<Value> slopes = parts(f.slope(ops, gates), 1, 1);
        Value n = g.apply(ops, ops.add(fromX.get(1), ops.mul(zr.get(1), fromH.get(1))));
        Value toZ = ops.mul(ops.sub(hBefore, n), slopes.get(0));
        Value toN = ops.mul(complement(zr.get(0)), g.slope(ops, n));
        Value toR = ops.mul(ops.mul(toN, fromH.get(1)), slopes.get(1));
        Value ofState = ops.concat(List.of(toZ, toR, ops.mul(toN, zr.get(1))), -1);
        Value r = r();
        List<Value> results = loop(
                List.of(loopStart(0)),
                List.of(outputGradient()),
                List.of(zr.get(0), ofState),
                (body, states, elements) -> {
                    Value dh = states.get(0);
                    Value du = body.mul(body.concat(List.of(dh, dh, dh), -1), elements.get(1));
                    Value before = body.add(body.matMul(du, r), body.mul(dh, elements.get(0)));
                    return List.of(before, dh, du);
                });
        Value dh = results.get(1);
        Value du = results.get(2);
        Value dx = ops.concat(List.of(parts(du, 2, 1).get(0), ops.mul(dh, toN)), -1);
        giveInput(dx);
        node().give(2, () -> ops.unsqueeze(ofWeights(du, hBefore), 0));
        giveBias(dx, du);
        giveState(0, results.get(0));
    }

    private void linearBehindReset() {
        int units = units();
        List<Value> fromX = parts(withBias(withBias(product(x(), w()), 0), 1), 2, 1);
        List<Value> r = ops.split(r(), 0, 2L * units, units);
        Value gates = f.apply(ops, ops.add(fromX.get(0), product(hBefore, r.get(0))));
        List<Value> zr = parts(gates, 1, 1);
        List<Value> slopes = parts(f.slope(ops, gates), 1, 1);
        Value reset = ops.mul(zr.get(1), hBefore);
        Value n = g.apply(ops, ops.add(fromX.get(1), product(reset, r.get(1))));
        Value toZ = ops.mul(ops.sub(hBefore, n), slopes.get(0));
        Value toN = ops.mul(complement(zr.get(0)), g.slope(ops, n));
        Value toGates = ops.concat(List.of(toZ, ops.mul(hBefore, slopes.get(1))), -1);
        List<Value> results = loop(
                List.of(loopStart(0)),
                List.of(outputGradient()),
                List.of(toN, toGates, gates),
                (body, states, elements) -> {
                    Value dh = states.get(0);
                    Value dn = body.mul(dh, elements.get(0));
                    Value both = body.concat(List.of(dh, body.matMul(dn, r.get(1))), -1);
                    Value dzr = body.mul(both, elements.get(1));
                    List<Value> direct = body.split(body.mul(both, elements.get(2)), -1, units, units);
                    Value before = body.add(body.matMul(dzr, r.get(0)), body.add(direct.get(0), direct.get(1)));
                    return List.of(before, dzr, dn);
                });
        Value dzr = results.get(1);
        Value dn = results.get(2);
        Value dx = ops.concat(List.of(dzr, dn), -1);
        giveInput(dx);
        node().give(2, () -> {
            List<Value> both = List.of(ofWeights(dzr, hBefore), ofWeights(dn, reset));
            return ops.unsqueeze(ops.concat(both, 0), 0);
        });
        giveBias(dx, dx);
        giveState(0, results.get(0));
    }

    private Value withBias(Value product, int which) {
        return biases().map(both -> ops.add(product, both.get(which))).orElse(product);
    }
}
