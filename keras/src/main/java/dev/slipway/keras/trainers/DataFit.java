package dev.slipway.keras.trainers;

import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.data.RowPlaces;
import dev.slipway.keras.data.RowSource;
import dev.slipway.keras.data.RowSpec;
import dev.slipway.keras.losses.TargetException;
import dev.slipway.runtime.Tensor;
import dev.slipway.runtime.TensorSpec;
import java.util.List;

/**
 * Whether rows fit a model: refused before any work where they do not.
 *
 * @param inputs the model's inputs
 * @param outputs the model's outputs
 * @param compile how it is trained: a loss may have no number for some targets
 */
record DataFit(List<TensorSpec> inputs, List<TensorSpec> outputs, CompileOptions compile) {
    void requireFits(RowSource rows) {
        RowSpec spec = rows.spec();
        requireCount("inputs", spec.inputs().size(), inputs.size());
        requireCount("targets", spec.targets().size(), outputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            requireInput(inputs.get(i), spec.inputs().get(i));
        }
        if (rows instanceof Dataset arrays) {
            requireTargets(arrays.targets(), 0, arrays.places());
        }
    }

    private static void requireCount(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(what + ": " + found + " tensors (expected: " + expected + ")");
        }
    }

    private static void requireInput(TensorSpec input, TensorSpec found) {
        boolean fits =
                found.shape().rank() == input.shape().rank() && ConvertedRows.converts(found.type(), input.type());
        for (int axis = 1; fits && axis < found.shape().rank(); axis++) {
            Dimension expected = input.shape().dimension(axis);
            fits = !expected.isKnown() || expected.is(found.shape().size(axis));
        }
        if (!fits) {
            throw new IllegalArgumentException("input '" + input.name() + "': " + found.type() + " " + found.shape()
                    + " (expected: " + input.type() + " " + input.shape() + ")");
        }
    }

    /** Rows in the types of the inputs, that are checked as they come where they could not be checked before. */
    RowSource prepared(RowSource rows) {
        boolean isChecked = rows instanceof Dataset || rows instanceof ShuffledArrays;
        return ConvertedRows.of(isChecked ? rows : new CheckedRows(rows, this), inputs);
    }

    /** Refuses targets that the losses have no number for; the first of them is row {@code first} of the places. */
    void requireTargets(List<Tensor> targets, long first, RowPlaces places) {
        for (int i = 0; i < outputs.size(); i++) {
            Tensor found = targets.get(i);
            TensorSpec output = outputs.get(i);
            Shape shape = output.shape();
            try {
                compile.outputs()
                        .get(i)
                        .loss()
                        .ifPresent(choice ->
                                choice.resolve(found.shape(), shape).requireTargets(output.name(), found, shape));
            } catch (TargetException e) {
                throw places.of(first + e.row(), i).map(e::at).orElse(e);
            }
        }
    }
}
