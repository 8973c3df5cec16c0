package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;
import java.util.Optional;

/**
 * {@code -ln(p[target])}: the crossentropy for classes given by number, {@code [batch, …]} or {@code [batch, …, 1]}. A class
 * to be ignored does not count.
 *
 * <p>Source: {@code keras.losses.SparseCategoricalCrossentropy}; probabilities are divided by their sum as the backends
 * do it.
 */
final class SparseCategoricalCrossentropy extends Loss {
    private final boolean fromLogits;
    private final int axis;
    private final Optional<Integer> ignoredClass;

    SparseCategoricalCrossentropy(Config config) {
        super(config.text("name", "sparse_categorical_crossentropy"), reduction(config));
        this.fromLogits = config.truth("from_logits", false);
        this.axis = config.integer("axis", -1);
        this.ignoredClass = config.find("ignore_class").map(found -> config.integer("ignore_class"));
    }

    @Override
    public String className() {
        return "SparseCategoricalCrossentropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        config.put("from_logits", fromLogits);
        ignoredClass.ifPresentOrElse(
                ignored -> config.put("ignore_class", ignored), () -> config.putNull("ignore_class"));
        // Keras 3.9's class refuses the key.
        if (axis != -1) {
            config.put("axis", axis);
        }
    }

    @Override
    public void requireTargets(String output, Tensor targets, Shape prediction) {
        Targets.requireClasses(output, targets, prediction.dimension(axis), ignoredClass);
    }

    @Override
    boolean expectsShape() {
        return false;
    }

    /** An ignored class beyond the last is no class, and has no logarithm; a wrong one within counts 0 for its mask. */
    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value oneHot = Targets.oneHot(ops, target, prediction, axis);
        Value logs = LogProbabilities.of(ops, prediction, fromLogits, axis);
        Value values = ops.neg(ops.reduceSum(ops.mul(oneHot, logs), false, axis));
        return counted(ops, values, target, prediction)
                .map(counts -> ops.where(counts, values, ops.like(values, 0)))
                .orElse(values);
    }

    @Override
    Optional<Value> counted(Ops ops, Value values, Value target, Value prediction) {
        return ignoredClass.map(ignored -> {
            Value classes = Targets.classes(ops, target, prediction);
            return ops.not(ops.equal(classes, ops.like(classes, ignored)));
        });
    }
}
