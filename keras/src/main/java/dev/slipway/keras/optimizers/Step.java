package dev.slipway.keras.optimizers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.List;

/**
 * The numbers that the updates of one step share, and arithmetic that several rules need.
 *
 * @param ops the operators
 * @param type the type of the weights
 * @param rate the learning rate, a scalar
 * @param number the number of this step, from 1, a scalar
 * @param shared the optimizer's shared slots before the step
 */
record Step(Ops ops, DataType type, Value rate, Value number, List<Value> shared) {
    /** Elements from which a tensor is worth the nodes that say when it is computed. */
    private static final long LARGE = 1 << 20;

    Value scalar(double value) {
        return ops.constant(type, value);
    }

    /** {@code 1 - β ^ number}: how much of a moving mean the steps so far make up. */
    Value weightOfMean(double beta) {
        return ops.sub(scalar(1), ops.pow(scalar(beta), number));
    }

    /** {@code rate · sqrt(1 - β2 ^ number) / (1 - β1 ^ number)}: Adam's rate, that of moving means which began at zero. */
    Value adamRate(Value of, double beta1, double beta2) {
        return ops.div(ops.mul(of, ops.sqrt(weightOfMean(beta2))), weightOfMean(beta1));
    }

    /** {@code 1 - part · rate}: what is left of a weight that decays. */
    Value rest(double part) {
        return ops.sub(scalar(1), ops.mul(scalar(part), rate));
    }

    /** {@code slot + (target - slot) · part}. */
    Value towards(Value slot, Value target, double part) {
        return ops.add(slot, ops.mul(ops.sub(target, slot), scalar(part)));
    }

    /** {@code ρ · slot + (1 - ρ) · next}. */
    Value mean(Value slot, Value next, double rho) {
        return ops.add(ops.mul(slot, scalar(rho)), ops.mul(next, scalar(1 - rho)));
    }

    Value square(Value x) {
        return ops.mul(x, x);
    }

    /**
     * {@code x²}, of a large tensor not before another value is known. The engine chooses the order of what does not depend on
     * each other, and so might hold what is between two updates of large tensors for both at a time.
     */
    Value squareAfter(Value earlier, Value x) {
        return x.shape().elementCount() < LARGE ? square(x) : ops.pow(x, ops.after(scalar(2), List.of(earlier)));
    }
}
