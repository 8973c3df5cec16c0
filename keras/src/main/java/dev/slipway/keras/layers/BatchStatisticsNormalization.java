package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Keras 1's BatchNormalization in its other modes, which normalize by what is given and not by what was seen in training:
 * mode 1 each row by itself, {@code gamma · (x − mean) / (sqrt(var + ε) + ε) + beta} over the axis; mode 2 each place of the
 * axis over the batch, {@code gamma · (x − mean) / sqrt(var + ε) + beta}. In mode 2 what a row gives depends on the others.
 *
 * <p>Weights: {@code gamma}, {@code beta}, and the statistics of training, which are not used; each of the axis's length.
 *
 * <p>Source: {@code keras.layers.normalization.BatchNormalization} of Keras 1.2.
 */
final class BatchStatisticsNormalization extends Layer {
    /** The name by which the reader of Keras 1's files asks for it; no Keras has it. */
    static final String CLASS_NAME = "Keras1BatchNormalization";

    private final int mode;
    private final int axis;
    private final double epsilon;

    private BatchStatisticsNormalization(String name, Config config) {
        super(name, config.truth("trainable", true));
        this.mode = config.integer("mode");
        this.axis = config.integer("axis", -1);
        this.epsilon = config.number("epsilon", 1e-3);
        if (mode != 1 && mode != 2) {
            throw config.refused("mode", String.valueOf(mode), "0, 1 or 2");
        }
        config.ignore(
                "momentum",
                "beta_initializer",
                "gamma_initializer",
                "gamma_regularizer",
                "beta_regularizer",
                "weights");
    }

    static BatchStatisticsNormalization read(String name, Config config) {
        return new BatchStatisticsNormalization(name, config);
    }

    @Override
    public String className() {
        return CLASS_NAME;
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("mode", mode).put("axis", axis).put("epsilon", epsilon);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        if (!input.dimension(axis).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: a known length of axis " + axis + ")");
        }
        List<WeightSpec> weights = new ArrayList<>();
        for (String weight : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
            boolean startsAtOne = weight.equals("gamma") || weight.equals("moving_variance");
            weights.add(new WeightSpec(
                    weight,
                    DataType.FLOAT,
                    Shape.of(input.size(axis)),
                    Initializers.named(startsAtOne ? "ones" : "zeros"),
                    Optional.empty(),
                    weights.size() < 2));
        }
        return weights;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.floatingInput();
        int own = x.shape().axis(axis);
        int[] axes = mode == 1
                ? new int[] {own}
                : IntStream.range(0, x.shape().rank()).filter(i -> i != own).toArray();
        Value distance = ops.sub(x, ops.reduceMean(x, true, axes));
        Value variance = ops.reduceMean(ops.mul(distance, distance), true, axes);
        Value deviation = ops.sqrt(ops.add(variance, ops.like(x, epsilon)));
        Value divisor = mode == 1 ? ops.add(deviation, ops.like(x, epsilon)) : deviation;
        // Mode 1 takes gamma as it stands, along the last axis.
        Shape shape = Axes.of(mode == 1 ? -1 : axis).broadcastable(x.shape());
        Value scaled = ops.mul(ops.div(distance, divisor), ops.reshape(call.weight("gamma"), shape));
        return List.of(ops.add(scaled, ops.reshape(call.weight("beta"), shape)));
    }
}
