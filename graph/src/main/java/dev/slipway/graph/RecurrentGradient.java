package dev.slipway.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What the gradients of ONNX's recurrent operators share. All that can be computed for all steps at once is: the gates,
 * again, from the sequences and the outputs, and the gradients of the weights. Only what goes from step to step is a
 * loop, backwards, over factors made before. Measured for LSTM(64), 50 steps of 32 rows, one thread: 1.2 ms as a Scan,
 * 1.35 ms unrolled, which also takes ten times as long to compile.
 *
 * <p>Shapes: {@code x [time, batch, features]}, {@code w [gates · units, features]}, {@code r [gates · units, units]},
 * states {@code [1, batch, units]}, everything by step {@code [time, batch, …]}.
 *
 * <p>Steps behind a row's length need no care in the loop: its output there is zero and has no gradient, and the gradient
 * of its last state is added at its last step.
 */
abstract class RecurrentGradient {
    private static final int BIAS = 3;
    private static final int LENGTHS = 4;
    private static final int STATES = 5;

    private final Backward node;
    private final Ops ops;

    RecurrentGradient(Backward node) {
        this.node = node;
        this.ops = node.ops();
    }

    /** Leaves the gradients of all operands. */
    abstract void give();

    final Backward node() {
        return node;
    }

    final Ops ops() {
        return ops;
    }

    final Value x() {
        return node.in(0);
    }

    final Value w() {
        return ops.squeeze(node.in(1), 0);
    }

    final Value r() {
        return ops.squeeze(node.in(2), 0);
    }

    final int units() {
        return Math.toIntExact(node.node().intAttribute("hidden_size", 0));
    }

    /** The functions in ONNX's order f, g, h. */
    final List<GateFunction> functions() {
        return GateFunction.of(node.node());
    }

    private Optional<Value> operand(int index) {
        List<Optional<Value>> inputs = node.node().inputs();
        return index < inputs.size() ? inputs.get(index) : Optional.empty();
    }

    /** The outputs of all steps {@code [time, batch, units]}. */
    final Value y() {
        return ops.squeeze(node.out(0), 1);
    }

    /** A state before each step, given the state after each. */
    final Value before(int state, Value after) {
        Value first = operand(STATES + state).orElseGet(() -> node.zeros(node.out(1 + state)));
        return ops.slice(ops.concat(List.of(first, after), 0), 0, 0, -1);
    }

    /** A state before the first step {@code [batch, units]}. */
    final Value first(int state) {
        return ops.squeeze(operand(STATES + state).orElseGet(() -> node.zeros(node.out(1 + state))), 0);
    }

    /** The biases of input and state, each {@code [gates · units]}. */
    final Optional<List<Value>> biases() {
        return operand(BIAS).map(both -> {
            long half = both.shape().size(1) / 2;
            return ops.split(ops.squeeze(both, 0), 0, half, half);
        });
    }

    /** {@code x · wᵀ} of all steps. */
    final Value product(Value x, Value w) {
        return ops.matMul(x, ops.transpose(w, 1, 0));
    }

    /** {@code x · wᵀ + hBefore · rᵀ + biases}. */
    final Value gates(Value hBefore) {
        Value sum = ops.add(product(x(), w()), product(hBefore, r()));
        return biases().map(b -> ops.add(sum, ops.add(b.get(0), b.get(1)))).orElse(sum);
    }

    final boolean hasLengths() {
        return operand(LENGTHS).isPresent();
    }

    /** The number of each step as {@code [time, 1, 1]}. */
    private Value steps() {
        Dimension time = x().shape().dimension(0);
        Value zero = ops.constant(DataType.INT64, 0.0);
        return ops.unsqueeze(ops.range(zero, ops.length(x(), 0), time), 1, 2);
    }

    /** The length of each row as {@code [batch, 1]}. */
    private Value lengths() {
        return ops.unsqueeze(ops.cast(operand(LENGTHS).orElseThrow(), DataType.INT64), 1);
    }

    /** Where steps count, as {@code [time, batch, 1]}. */
    final Value counts() {
        return ops.less(steps(), lengths());
    }

    /** The gradient of a last state, where the loop begins: zeros if there is none or lengths say where it goes. */
    final Value loopStart(int state) {
        Value last = node.out(1 + state);
        return ops.squeeze(hasLengths() ? node.zeros(last) : node.gradientOf(last), 0);
    }

    /** The gradient of a last state in each row's last step, if lengths say where that is. */
    final Optional<Value> atLastStep(int state) {
        if (!hasLengths()) {
            return Optional.empty();
        }
        return node.findGradientOf(node.out(1 + state)).map(last -> {
            Value isLast = ops.equal(ops.add(steps(), ops.constant(DataType.INT64, 1.0)), lengths());
            return ops.mul(ops.cast(isLast, last.type()), last);
        });
    }

    /** What comes to the outputs of all steps from outside the loop; empty if nothing does. */
    final Optional<Value> outputGradient() {
        Optional<Value> outputs = node.findGradientOf(node.out(0)).map(g -> {
            Value all = ops.squeeze(g, 1);
            return hasLengths() ? ops.mul(all, ops.cast(counts(), all.type())) : all;
        });
        Optional<Value> last = atLastStep(0);
        return outputs.isPresent() && last.isPresent()
                ? Optional.of(ops.add(outputs.get(), last.get()))
                : outputs.or(() -> last);
    }

    /** One step of the loop back. */
    @FunctionalInterface
    interface Step {
        /** From the gradients of the states, with what came to them, and factors to those before; then what is kept. */
        List<Value> back(Ops body, List<Value> states, List<Value> factors);
    }

    /**
     * Goes back from the last step.
     *
     * @param starts the gradients of the last states
     * @param more what is added to them at each step, if anything
     * @param factors what the step reads
     * @return the gradients of the first states, then what was kept of each step
     */
    final List<Value> loop(List<Value> starts, List<Optional<Value>> more, List<Value> factors, Step step) {
        List<Value> sequences = new ArrayList<>(factors);
        more.forEach(added -> added.ifPresent(sequences::add));
        ScanPath path = new ScanPath(Collections.nCopies(sequences.size(), 0), result -> 0, true);
        return ops.scan(starts, sequences, path, (body, states, elements) -> {
            List<Value> whole = new ArrayList<>();
            int next = factors.size();
            for (int i = 0; i < states.size(); i++) {
                boolean adds = more.get(i).isPresent();
                whole.add(adds ? body.add(states.get(i), elements.get(next)) : states.get(i));
                next += adds ? 1 : 0;
            }
            return step.back(body, whole, elements.subList(0, factors.size()));
        });
    }

    /** Leaves the gradients of the sequences and of their weights, given those of their products of all steps. */
    final void giveInput(Value products) {
        node.give(0, () -> ops.matMul(products, w()));
        node.give(1, () -> ops.unsqueeze(ofWeights(products, x()), 0));
    }

    /** The gradient of weights that were applied to something in all steps. */
    final Value ofWeights(Value products, Value operand) {
        return ops.gemm(ops.flat(products), true, ops.flat(operand), false);
    }

    /** Leaves the gradient of the biases, given those of the products of all steps with input and state. */
    final void giveBias(Value ofInput, Value ofState) {
        node.give(BIAS, () -> {
            Value one = ops.reduceSum(ofInput, false, 0, 1);
            Value other = ofState.equals(ofInput) ? one : ops.reduceSum(ofState, false, 0, 1);
            return ops.unsqueeze(ops.concat(List.of(one, other), 0), 0);
        });
    }

    /** Leaves the gradient of a state before the first step. */
    final void giveState(int state, Value gradient) {
        node.give(STATES + state, () -> ops.unsqueeze(gradient, 0));
    }

    /** A part of the gates, which lie side by side on the last axis. */
    final List<Value> parts(Value gates, int... counts) {
        long[] lengths = new long[counts.length];
        for (int i = 0; i < counts.length; i++) {
            lengths[i] = (long) counts[i] * units();
        }
        return ops.split(gates, -1, lengths);
    }

    /** {@code 1 - x}. */
    final Value complement(Value x) {
        return ops.sub(ops.like(x, 1), x);
    }
}
