package dev.slipway.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@link Ops#rnn}, {@link Ops#gru} and {@link Ops#lstm} take besides the sequences.
 *
 * @param w the input weights {@code [1, gates · units, features]}
 * @param r the recurrent weights {@code [1, gates · units, units]}
 * @param bias the biases of both, {@code [1, 2 · gates · units]}; zeros if absent
 * @param lengths the number of steps of each row, {@code [batch]} of {@link DataType#INT32}; all steps if absent
 * @param states the states before the first step, each {@code [1, batch, units]}; zeros if empty
 * @param functions the functions applied, in ONNX's order f, g, h
 * @param linearBeforeReset of GRU, whether the reset gate is applied behind the recurrent product
 */
public record Recurrent(
        Value w,
        Value r,
        Optional<Value> bias,
        Optional<Value> lengths,
        List<Value> states,
        List<RecurrentFunction> functions,
        boolean linearBeforeReset) {
    /**
     * Copies the lists.
     *
     * @param w the input weights
     * @param r the recurrent weights
     * @param bias the biases
     * @param lengths the number of steps of each row
     * @param states the states before the first step
     * @param functions the functions applied
     * @param linearBeforeReset where GRU's reset gate is applied
     */
    public Recurrent {
        states = List.copyOf(states);
        functions = List.copyOf(functions);
    }

    /**
     * All steps of every row, from zero states, without bias.
     *
     * @param w the input weights
     * @param r the recurrent weights
     * @param functions the functions applied
     * @return the description
     */
    public static Recurrent of(Value w, Value r, List<RecurrentFunction> functions) {
        return new Recurrent(w, r, Optional.empty(), Optional.empty(), List.of(), functions, false);
    }

    /**
     * The same with biases.
     *
     * @param value the biases of input and recurrent weights
     * @return a new description
     */
    public Recurrent withBias(Value value) {
        return new Recurrent(w, r, Optional.of(value), lengths, states, functions, linearBeforeReset);
    }

    /**
     * The same with rows of different lengths.
     *
     * @param value the number of steps of each row
     * @return a new description
     */
    public Recurrent withLengths(Value value) {
        return new Recurrent(w, r, bias, Optional.of(value), states, functions, linearBeforeReset);
    }

    /**
     * The same from other states.
     *
     * @param values the states before the first step
     * @return a new description
     */
    public Recurrent withStates(List<Value> values) {
        return new Recurrent(w, r, bias, lengths, values, functions, linearBeforeReset);
    }

    /**
     * The same with GRU's reset gate applied behind the recurrent product, which ONNX calls linear before reset.
     *
     * @param value true for behind, false for before
     * @return a new description
     */
    public Recurrent withLinearBeforeReset(boolean value) {
        return new Recurrent(w, r, bias, lengths, states, functions, value);
    }

    /** All operands in ONNX's order, behind the sequences. */
    List<Optional<Value>> operands() {
        List<Optional<Value>> operands = new ArrayList<>(List.of(Optional.of(w), Optional.of(r), bias, lengths));
        states.forEach(state -> operands.add(Optional.of(state)));
        return operands;
    }
}
