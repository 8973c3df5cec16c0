package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Moving means of squared gradients kept by rows and columns only: with {@code s = g² + ε1} and {@code β = 1 - t^decay},
 * {@code r = β · r + (1 - β) · mean(s, -1)}, {@code c = β · c + (1 - β) · mean(s, -2)},
 * {@code v = r / mean(r) · c}, or {@code v = β · v + (1 - β) · s} for a vector; {@code u = g / sqrt(v)};
 * {@code w -= α · u / max(1, rms(u) / threshold)} with {@code α = max(ε2, rms(w)) · min(rate, 1 / sqrt(t))}.
 *
 * <p>Source: {@code keras.optimizers.Adafactor}; N. Shazeer, M. Stern, "Adafactor", 2018.
 */
final class Adafactor extends Optimizer {
    private final double decay;
    private final double epsilon1;
    private final double epsilon2;
    private final double threshold;

    /** Kept for the file: Keras takes the same minimum once more where it is set. */
    private final boolean relativeStep;

    private Adafactor(Config config) {
        super(OptimizerOptions.read(config, "adafactor", 0.001));
        decay = config.number("beta_2_decay", -0.8);
        epsilon1 = config.number("epsilon_1", 1e-30);
        epsilon2 = config.number("epsilon_2", 1e-3);
        threshold = config.number("clip_threshold", 1);
        relativeStep = config.truth("relative_step", true);
    }

    static Adafactor read(Config config) {
        return new Adafactor(config);
    }

    @Override
    public String className() {
        return "Adafactor";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("beta_2_decay", decay)
                .put("epsilon_1", epsilon1)
                .put("epsilon_2", epsilon2)
                .put("clip_threshold", threshold)
                .put("relative_step", relativeStep);
    }

    /** Where there are no rows and columns, Keras keeps two whole numbers in their place. */
    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        Slot v = Slot.like(weight, "velocity");
        Shape shape = weight.shape();
        int rank = shape.rank();
        if (rank < 2) {
            Slot r = Slot.scalar("r", DataType.INT32, 0);
            return List.of(List.of(r, Slot.scalar("c", DataType.INT32, 0), v));
        }
        Shape rows = shape.slice(0, rank - 1);
        List<Dimension> columns = new ArrayList<>(shape.slice(0, rank - 2).dimensions());
        columns.add(shape.dimension(-1));
        return List.of(
                List.of(new Slot("r", weight.type(), rows, 0), new Slot("c", weight.type(), Shape.of(columns), 0), v));
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        Value rate = ops.min(step.rate(), ops.div(step.scalar(1), ops.sqrt(step.number())));
        Value beta = ops.sub(step.scalar(1), ops.pow(step.number(), step.scalar(decay)));
        Value rest = ops.sub(step.scalar(1), beta);
        return (weight, gradient, slots) -> {
            Value alpha = ops.mul(ops.max(step.scalar(epsilon2), rms(step, weight)), rate);
            Value squares = ops.add(step.square(gradient), step.scalar(epsilon1));
            Value r = slots.get(0);
            Value c = slots.get(1);
            Value v;
            if (weight.shape().rank() < 2) {
                v = ops.add(ops.mul(beta, slots.get(2)), ops.mul(rest, squares));
            } else {
                r = ops.add(ops.mul(beta, r), ops.mul(rest, ops.reduceMean(squares, false, -1)));
                c = ops.add(ops.mul(beta, c), ops.mul(rest, ops.reduceMean(squares, false, -2)));
                Value share = ops.div(r, ops.reduceMean(r, true, -1));
                v = ops.mul(ops.unsqueeze(share, -1), ops.unsqueeze(c, -2));
            }
            Value change = ops.div(gradient, ops.sqrt(v));
            Value excess = ops.max(step.scalar(1), ops.div(rms(step, change), step.scalar(threshold)));
            return List.of(ops.sub(weight, ops.mul(alpha, ops.div(change, excess))), r, c, v);
        };
    }

    private static Value rms(Step step, Value x) {
        return step.ops().sqrt(step.ops().reduceMean(step.square(x), false));
    }
}
