package dev.slipway.keras.optimizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Follow the regularized leader: {@code n' = n + g²}, {@code z += g + 2 · shrinkage · w - (n'^p - n^p) / rate · w},
 * {@code w = (clip(z, -l1, l1) - z) / (n'^p / rate + 2 · (l2 + β / (2 · rate)))} with {@code p} the negative of
 * {@code learning_rate_power}.
 *
 * <p>Source: {@code keras.optimizers.Ftrl}; H. McMahan and others, "Ad Click Prediction", 2013.
 */
final class Ftrl extends Optimizer {
    private final double power;
    private final double initial;
    private final double l1;
    private final double l2;
    private final double shrinkage;
    private final double beta;

    private Ftrl(Config config) {
        super(OptimizerOptions.read(config, "ftrl", 0.001));
        power = config.number("learning_rate_power", -0.5);
        if (power > 0) {
            throw config.refused("learning_rate_power", String.valueOf(power), "<= 0");
        }
        initial = notNegative(config, "initial_accumulator_value", 0.1);
        l1 = notNegative(config, "l1_regularization_strength", 0);
        l2 = notNegative(config, "l2_regularization_strength", 0);
        shrinkage = notNegative(config, "l2_shrinkage_regularization_strength", 0);
        beta = config.number("beta", 0);
    }

    private static double notNegative(Config config, String key, double absent) {
        double found = config.number(key, absent);
        if (found < 0) {
            throw config.refused(key, String.valueOf(found), ">= 0");
        }
        return found;
    }

    static Ftrl read(Config config) {
        return new Ftrl(config);
    }

    @Override
    public String className() {
        return "Ftrl";
    }

    @Override
    void writeConfig(ObjectNode config) {
        config.put("learning_rate_power", power)
                .put("initial_accumulator_value", initial)
                .put("l1_regularization_strength", l1)
                .put("l2_regularization_strength", l2)
                .put("l2_shrinkage_regularization_strength", shrinkage)
                .put("beta", beta);
    }

    @Override
    public List<List<Slot>> slotGroups(Trained weight) {
        return List.of(List.of(Slot.like(weight, "accumulator", initial), Slot.like(weight, "linear")));
    }

    @Override
    boolean isElementwise() {
        return true;
    }

    @Override
    Rule rule(Step step) {
        Ops ops = step.ops();
        Value doubled = ops.mul(step.scalar(2), step.rate());
        Value strength = ops.add(step.scalar(l2), ops.div(step.scalar(beta), doubled));
        Value penalty = ops.mul(step.scalar(2), strength);
        Value exponent = step.scalar(-power);
        return (weight, gradient, slots) -> {
            Value before = ops.pow(slots.get(0), exponent);
            Value squares = ops.add(slots.get(0), step.square(gradient));
            Value now = ops.pow(squares, exponent);
            Value pull = ops.mul(ops.div(ops.sub(now, before), step.rate()), weight);
            Value used = ops.add(gradient, ops.mul(step.scalar(2 * shrinkage), weight));
            Value linear = ops.add(slots.get(1), ops.sub(used, pull));
            Value quadratic = ops.add(ops.div(now, step.rate()), penalty);
            Value after = ops.div(ops.sub(ops.clip(linear, -l1, l1), linear), quadratic);
            return List.of(after, squares, linear);
        };
    }
}
