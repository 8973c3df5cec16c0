package dev.slipway.graph;

import dev.slipway.graph.Graph.TypedShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The types and shapes of one of ONNX's recurrent operators.
 *
 * @param name the ONNX operator
 * @param gates the number of gates, which are stacked in the weights
 * @param states the number of states
 * @param functions the number of functions applied
 */
record RecurrentOperator(String name, int gates, int states, int functions) {
    /** The types and shapes of the results: all outputs, then the last of each state. */
    List<TypedShape> infer(Value x, Recurrent recurrent) {
        Operand.FLOATING.require(name, x);
        Shape w = recurrent.w().shape();
        Shape r = recurrent.r().shape();
        if (x.shape().rank() != 3 || w.rank() != 3 || r.rank() != 3) {
            throw new IllegalArgumentException(
                    name + ": " + x.shape() + ", " + w + " and " + r + " (expected: rank 3)");
        }
        Dimension units = r.dimension(2);
        Dimension stacked = units.isKnown() ? Dimension.of(gates * units.size()) : r.dimension(1);
        requireShape("w", recurrent.w(), Dimension.of(1), stacked, x.shape().dimension(2));
        requireShape("r", recurrent.r(), Dimension.of(1), stacked, units);
        Dimension batch = x.shape().dimension(1);
        recurrent.bias().ifPresent(bias -> {
            Dimension both = units.isKnown()
                    ? Dimension.of(2L * gates * units.size())
                    : bias.shape().dimension(-1);
            requireShape("bias", bias, Dimension.of(1), both);
        });
        recurrent.lengths().ifPresent(lengths -> requireShape("lengths", lengths, batch));
        if (recurrent
                .lengths()
                .filter(lengths -> lengths.type() != DataType.INT32)
                .isPresent()) {
            throw new IllegalArgumentException(name + ": " + recurrent.lengths().get() + " (expected: INT32)");
        }
        recurrent.states().forEach(state -> requireShape("state", state, Dimension.of(1), batch, units));
        boolean counts = recurrent.functions().size() == functions
                && (recurrent.states().isEmpty() || recurrent.states().size() == states);
        if (!counts) {
            throw new IllegalArgumentException(
                    name + ": " + recurrent.functions().size() + " functions and "
                            + recurrent.states().size() + " states (expected: " + functions + " and " + states + ")");
        }
        List<TypedShape> results = new ArrayList<>();
        Shape last = Shape.of(List.of(Dimension.of(1), batch, units));
        results.add(new TypedShape(x.type(), last.prepend(x.shape().dimension(0))));
        for (int i = 0; i < states; i++) {
            results.add(new TypedShape(x.type(), last));
        }
        return results;
    }

    private void requireShape(String operand, Value value, Dimension... expected) {
        Shape shape = value.shape();
        boolean fits = shape.rank() == expected.length;
        for (int i = 0; fits && i < expected.length; i++) {
            Dimension found = shape.dimension(i);
            fits = !found.isKnown() || !expected[i].isKnown() || found.equals(expected[i]);
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    name + ": " + operand + " " + shape + " (expected: " + Shape.of(List.of(expected)) + ")");
        }
    }

    List<Optional<Value>> operands(Value x, Recurrent recurrent) {
        List<Optional<Value>> operands = new ArrayList<>(List.of(Optional.of(x)));
        operands.addAll(recurrent.operands());
        return operands;
    }

    Map<String, Attribute> attributes(Recurrent recurrent) {
        Map<String, Attribute> attributes = new TreeMap<>();
        attributes.put("hidden_size", new Attribute.Int(recurrent.r().shape().size(2)));
        List<String> names = new ArrayList<>();
        List<Float> alphas = new ArrayList<>();
        List<Float> betas = new ArrayList<>();
        for (RecurrentFunction function : recurrent.functions()) {
            names.add(function.operator());
            alphas.addAll(function.alpha());
            betas.addAll(function.beta());
        }
        attributes.put("activations", new Attribute.Texts(names));
        if (!alphas.isEmpty()) {
            attributes.put("activation_alpha", new Attribute.Reals(alphas));
        }
        if (!betas.isEmpty()) {
            attributes.put("activation_beta", new Attribute.Reals(betas));
        }
        if (recurrent.linearBeforeReset()) {
            attributes.put("linear_before_reset", new Attribute.Int(1));
        }
        return attributes;
    }
}
