package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.runtime.Tensor;

/**
 * {@code -ln(p[target])}: the crossentropy for classes given by number, {@code [batch, …]} or {@code [batch, …, 1]}.
 *
 * <p>Source: {@code keras.losses.SparseCategoricalCrossentropy}; probabilities are divided by their sum as the backends
 * do it.
 */
final class SparseCategoricalCrossentropy extends Loss {
    private final boolean fromLogits;

    SparseCategoricalCrossentropy(Config config) {
        super(config.text("name", "sparse_categorical_crossentropy"), reduction(config));
        this.fromLogits = CrossentropyOptions.fromLogits(config);
        config.find("ignore_class").ifPresent(value -> {
            throw config.refused("ignore_class", value.toString(), "not set, as it is not supported yet");
        });
    }

    @Override
    public String className() {
        return "SparseCategoricalCrossentropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        // No "axis": Keras 3.9's class refuses the key.
        config.put("from_logits", fromLogits).putNull("ignore_class");
    }

    @Override
    public void requireTargets(String output, Tensor targets, Shape prediction) {
        Targets.requireClasses(output, targets, prediction);
    }

    @Override
    boolean expandsTargets() {
        return false;
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value classes = classes(ops, target, prediction);
        Value oneHot = ops.oneHot(classes, prediction.shape().size(-1), prediction.type());
        Value logs = LogProbabilities.normalized(ops, prediction, fromLogits);
        return ops.neg(ops.reduceSum(ops.mul(oneHot, logs), false, -1));
    }

    private static Value classes(Ops ops, Value target, Value prediction) {
        int rank = prediction.shape().rank();
        boolean column =
                target.shape().rank() == rank && target.shape().dimension(-1).is(1);
        Value classes = column ? ops.squeeze(target, -1) : target;
        if (classes.shape().rank() != rank - 1) {
            throw new IllegalArgumentException("targets of shape " + target.shape()
                    + " (expected: a class number for each" + " row of the output, " + prediction.shape() + ")");
        }
        return ops.cast(classes, DataType.INT64);
    }
}
