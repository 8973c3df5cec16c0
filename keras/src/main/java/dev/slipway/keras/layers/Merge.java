package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Keras2Masks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * A layer that makes one tensor of several, elementwise and broadcast: tensors of a lower rank get axes of length 1 behind
 * the batch, and integers beside floating-point numbers become such.
 *
 * <p>Source: {@code keras.src.layers.merging.base_merge.Merge}.
 */
abstract sealed class Merge extends Layer permits Add, Average, Maximum, Minimum, Multiply, Subtract {
    private final boolean hasMasksOfKeras2;

    Merge(String name, boolean trainable, boolean hasMasksOfKeras2) {
        super(name, trainable);
        this.hasMasksOfKeras2 = hasMasksOfKeras2;
    }

    /** Makes a layer with a name, trainable or not, that takes masks as Keras 2 did or as Keras 3 does. */
    interface Factory<T extends Merge> {
        T create(String name, boolean trainable, boolean hasMasksOfKeras2);
    }

    static <T extends Merge> T read(String name, Config config, Factory<T> factory) {
        return factory.create(name, config.truth("trainable", true), Keras2Masks.isIn(config));
    }

    /** Merges tensors of one type and rank, at least one. */
    abstract Value merge(Ops ops, List<Value> inputs);

    @Override
    public final void writeConfig(ObjectNode config) {
        if (hasMasksOfKeras2) {
            config.put(Keras2Masks.KEY, true);
        }
    }

    @Override
    public final boolean takesList() {
        return true;
    }

    @Override
    public final List<Value> call(LayerCall call) {
        if (call.inputs().isEmpty()) {
            throw new IllegalArgumentException(this + ": no input (expected: one or more)");
        }
        List<Value> inputs = sameRank(call.ops(), sameType(call.ops(), call.inputs()));
        if (hasMasksOfKeras2) {
            Masks.giveIntersection(call);
            return List.of(merge(call.ops(), inputs));
        }
        Masks.giveUnion(call);
        List<Optional<Value>> masks = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            masks.add(wholeMask(call, i));
        }
        boolean hasMask = masks.stream().anyMatch(Optional::isPresent);
        return List.of(hasMask ? mergeMasked(call.ops(), inputs, masks) : merge(call.ops(), inputs));
    }

    /** The mask that came with an input, with an axis of length 1 for each of the input's that it lacks. */
    private static Optional<Value> wholeMask(LayerCall call, int input) {
        return call.mask(input).map(mask -> {
            Value whole = mask;
            while (whole.shape().rank() < call.inputs().get(input).shape().rank()) {
                whole = call.ops().unsqueeze(whole, -1);
            }
            return whole;
        });
    }

    /** As {@link #merge}, where some inputs have masks; what these say matters to some layers only. */
    Value mergeMasked(Ops ops, List<Value> inputs, List<Optional<Value>> masks) {
        return merge(ops, inputs);
    }

    /** The largest or smallest of those that count in each place; of none if none counts. */
    static Value extreme(Ops ops, BinaryOperator<Value> op, List<Value> inputs, List<Optional<Value>> masks) {
        Value result = inputs.get(0);
        Optional<Value> counts = masks.get(0);
        for (int i = 1; i < inputs.size(); i++) {
            Value before = result;
            Value x = inputs.get(i);
            Value next = masks.get(i).map(mask -> ops.where(mask, x, before)).orElse(x);
            Value known = counts.map(mask -> ops.where(mask, before, next)).orElse(before);
            result = op.apply(known, next);
            Optional<Value> mask = masks.get(i);
            counts = counts.flatMap(all -> mask.map(more -> ops.or(all, more)));
        }
        return result;
    }

    /** The inputs as floating-point numbers if one of them is such, else as the widest integers among them. */
    static List<Value> sameType(Ops ops, List<Value> inputs) {
        DataType widest = inputs.get(0).type();
        for (Value input : inputs) {
            widest = wider(widest, input.type());
        }
        DataType type = widest;
        return inputs.stream().map(input -> ops.cast(input, type)).toList();
    }

    private static DataType wider(DataType a, DataType b) {
        if (a.isFloating() != b.isFloating()) {
            return a.isFloating() ? a : b;
        }
        return a.byteSize() >= b.byteSize() ? a : b;
    }

    private static List<Value> sameRank(Ops ops, List<Value> inputs) {
        int rank = inputs.stream().mapToInt(x -> x.shape().rank()).max().orElseThrow();
        List<Value> raised = new ArrayList<>();
        for (Value input : inputs) {
            Value x = input;
            while (x.shape().rank() < rank) {
                x = ops.unsqueeze(x, 1);
            }
            raised.add(x);
        }
        return raised;
    }
}
