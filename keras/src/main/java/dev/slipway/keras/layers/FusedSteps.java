package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * All steps by one operator of ONNX. It knows sequences of different lengths, but no masks: so the steps that count are
 * moved to the front of each row in their order, and the outputs are fetched from there, a masked step's from the last
 * one before it that counts. That is exact for every mask.
 */
final class FusedSteps {
    private final RecurrentCell.Fused fused;
    private final LayerCall call;
    private final Ops ops;
    private final Sequence sequence;

    FusedSteps(RecurrentCell.Fused fused, LayerCall call, Sequence sequence) {
        this.fused = fused;
        this.call = call;
        this.ops = call.ops();
        this.sequence = sequence;
    }

    /** All outputs {@code [batch, time, units]}, or the last {@code [batch, units]}; and the last states. */
    RecurrentCell.Step run() {
        if (sequence.mask().isPresent()) {
            return masked(sequence.mask().get());
        }
        List<Value> results = results(sequence.x(), UnaryOperator.identity());
        List<Value> states = states(results);
        return new RecurrentCell.Step(sequence.all() ? batchFirst(results.get(0)) : states.get(0), states);
    }

    private List<Value> results(Value x, UnaryOperator<dev.slipway.graph.Recurrent> lengths) {
        List<Value> initial = sequence.initial().stream()
                .map(state -> ops.unsqueeze(state, 0))
                .toList();
        return fused.run(call, ops.transpose(x, 1, 0, 2), weights -> lengths.apply(weights.withStates(initial)));
    }

    private List<Value> states(List<Value> results) {
        return results.subList(1, results.size()).stream()
                .map(state -> ops.squeeze(state, 0))
                .toList();
    }

    /** From {@code [time, 1, batch, units]}. */
    private Value batchFirst(Value outputs) {
        return ops.transpose(ops.squeeze(outputs, 1), 1, 0, 2);
    }

    private RecurrentCell.Step masked(Value mask) {
        Value one = ops.constant(DataType.INT64, 1.0);
        Value counts = ops.cast(mask, DataType.INT64);
        // How many steps that count there are up to each step, and in the whole row.
        Value upTo = ops.cumSum(counts, 1, false);
        Value total = ops.reduceSum(counts, true, 1);
        Value skippedUpTo = ops.cumSum(ops.sub(one, counts), 1, false);
        Value place = ops.sub(ops.where(mask, upTo, ops.add(total, skippedUpTo)), one);
        Value x = sequence.x();
        Value front = ops.scatterElements(x, ops.expandLike(ops.unsqueeze(place, -1), x), x, 1, false);
        // The engine wants one step at least; the result of a row that has none is not used.
        Value lengths = ops.cast(ops.squeeze(ops.max(total, one), 1), DataType.INT32);
        List<Value> results = results(front, weights -> weights.withLengths(lengths));
        Value hasStep = ops.greaterOrEqual(total, one);
        List<Value> ends = states(results);
        List<Value> states = new ArrayList<>();
        for (int i = 0; i < ends.size(); i++) {
            Value end = ends.get(i);
            boolean given = !sequence.initial().isEmpty();
            states.add(ops.where(hasStep, end, given ? sequence.initial().get(i) : ops.like(end, 0)));
        }
        if (!sequence.all()) {
            Value shown = sequence.zeroOutput() ? ops.slice(mask, 1, -1, Long.MAX_VALUE) : hasStep;
            Value end = ends.get(0);
            return new RecurrentCell.Step(ops.where(shown, end, ops.like(end, 0)), states);
        }
        Value outputs = batchFirst(results.get(0));
        Value source = ops.unsqueeze(ops.sub(ops.max(upTo, one), one), -1);
        Value fetched = ops.gatherElements(outputs, ops.expandLike(source, outputs), 1);
        Value shown = sequence.zeroOutput() ? mask : ops.greaterOrEqual(upTo, one);
        return new RecurrentCell.Step(ops.where(ops.unsqueeze(shown, -1), fetched, ops.like(fetched, 0)), states);
    }
}
