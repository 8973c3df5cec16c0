package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import java.util.ArrayList;
import java.util.List;

/** All steps by a loop, for cells and functions that ONNX has no operator for. */
final class ScannedSteps {
    private final RecurrentCell cell;
    private final RecurrentCell.Steps steps;
    private final LayerCall call;
    private final Ops ops;
    private final Sequence sequence;

    /** Whether a masked step gives the output of the step before, which is a state of the loop then. */
    private final boolean carriesOutput;

    ScannedSteps(RecurrentCell cell, LayerCall call, Sequence sequence) {
        this.cell = cell;
        this.call = call;
        this.ops = call.ops();
        this.sequence = sequence;
        this.steps = cell.steps(call, zeros(RNN.step(sequence.x().shape())));
        this.carriesOutput = sequence.mask().isPresent() && !sequence.zeroOutput();
    }

    /** All outputs {@code [batch, time, …]}, or the last {@code [batch, …]}; and the last states. */
    RecurrentCell.Step run() {
        Shape input = RNN.step(sequence.x().shape());
        List<Value> before = new ArrayList<>();
        if (carriesOutput) {
            before.add(zeros(cell.output(input)));
        }
        if (sequence.initial().isEmpty()) {
            cell.states(input).forEach(shape -> before.add(zeros(shape)));
        } else {
            before.addAll(sequence.initial());
        }
        List<Value> sequences = new ArrayList<>(List.of(sequence.x()));
        sequence.mask().ifPresent(sequences::add);
        List<Value> results = ops.scan(before, sequences, 1, this::step);
        Value outputs = results.get(results.size() - 1);
        Value last = ops.squeeze(ops.slice(outputs, 1, -1, Long.MAX_VALUE), 1);
        List<Value> states = results.subList(carriesOutput ? 1 : 0, results.size() - 1);
        return new RecurrentCell.Step(sequence.all() ? outputs : last, states);
    }

    private Value zeros(Shape shape) {
        return RecurrentCell.zeros(ops, shape, sequence.x());
    }

    private List<Value> step(Ops body, List<Value> before, List<Value> elements) {
        List<Value> states = before.subList(carriesOutput ? 1 : 0, before.size());
        RecurrentCell.Step step = steps.step(call.within(body, elements.subList(0, 1)), states);
        List<Value> results = new ArrayList<>();
        Value output = step.output();
        if (sequence.mask().isEmpty()) {
            results.addAll(step.states());
        } else {
            Value mask = elements.get(1);
            output = choose(body, mask, output, carriesOutput ? before.get(0) : body.like(output, 0));
            if (carriesOutput) {
                results.add(output);
            }
            for (int i = 0; i < states.size(); i++) {
                results.add(choose(body, mask, step.states().get(i), states.get(i)));
            }
        }
        results.add(output);
        return results;
    }

    private static Value choose(Ops body, Value mask, Value counts, Value skipped) {
        int[] axes = new int[counts.shape().rank() - 1];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i + 1;
        }
        return body.where(body.unsqueeze(mask, axes), counts, skipped);
    }
}
