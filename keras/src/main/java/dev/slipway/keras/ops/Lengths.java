package dev.slipway.keras.ops;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.Literal;
import dev.slipway.keras.ops.Extents.Extent;
import java.util.ArrayList;
import java.util.List;

/**
 * Whole numbers that an argument gives, of which some may be computed while the model runs: a vector, or a list with scalars in it.
 *
 * @param vector the numbers as a vector of {@link DataType#INT64}
 * @param extents what is known of each of them
 */
record Lengths(Value vector, List<Extent> extents) {
    static Lengths of(OperationCall call, String name) {
        return of(call, name, call.argument(name));
    }

    private static Lengths of(OperationCall call, String name, Argument<Value> argument) {
        Ops ops = call.ops();
        Value vector;
        if (argument instanceof CallArguments.Items<Value> list) {
            List<Value> parts = new ArrayList<>();
            list.items().forEach(item -> parts.add(row(ops, value(call, name, item))));
            vector = parts.isEmpty() ? ops.constant() : parts.size() == 1 ? parts.get(0) : ops.concat(parts, 0);
        } else {
            vector = row(ops, value(call, name, argument));
        }
        List<Extent> extents = Extents.of(ops.graph(), vector);
        if (!vector.shape().isKnown() || extents.size() != vector.shape().elementCount()) {
            throw call.refused(name, vector.shape() + "", "a list of whole numbers");
        }
        boolean isKnown = extents.stream().allMatch(extent -> extent.known().isPresent());
        long[] numbers =
                extents.stream().mapToLong(extent -> (long) extent.number()).toArray();
        return new Lengths(isKnown ? ops.constant(numbers) : vector, extents);
    }

    private static Value value(OperationCall call, String name, Argument<Value> argument) {
        if (argument instanceof CallArguments.Tensor<Value> tensor) {
            return tensor.tensor();
        }
        if (argument instanceof CallArguments.Plain<Value> plain) {
            return call.ops()
                    .constant(Literal.read(call.subject(name), plain.value()).constant(DataType.INT64));
        }
        throw call.refused(name, "lists in lists", "whole numbers");
    }

    private static Value row(Ops ops, Value x) {
        Value whole = ops.cast(x, DataType.INT64);
        return whole.shape().rank() == 0 ? ops.unsqueeze(whole, 0) : whole;
    }

    int size() {
        return extents.size();
    }

    /** Whether all are numbers. */
    boolean isKnown() {
        return extents.stream().allMatch(extent -> extent.known().isPresent());
    }

    /** The numbers, all of which are known. */
    long[] numbers() {
        return extents.stream().mapToLong(extent -> (long) extent.number()).toArray();
    }

    /** The shape that they are; what is not known of it has new symbols. */
    Shape shape(Ops ops) {
        return Shape.of(extents.stream().map(extent -> dimension(ops, extent)).toList());
    }

    /** One of the lengths. */
    static Dimension dimension(Ops ops, Extent extent) {
        if (extent.known().isPresent()) {
            return Dimension.of((long) extent.number());
        }
        return extent.isSymbol() ? extent.length() : ops.graph().freshSymbol("length");
    }
}
