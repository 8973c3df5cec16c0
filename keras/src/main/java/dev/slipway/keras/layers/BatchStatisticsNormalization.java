package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Keras 1's BatchNormalization in its other modes, which normalize by what is given and not by what was seen in training:
 * mode 1 each row by itself, {@code gamma · (x − mean) / (sqrt(var + ε) + ε) + beta} over the axis; mode 2 each place of the
 * axis over the batch, {@code gamma · (x − mean) / sqrt(var + ε) + beta}. In mode 2 what a row gives depends on the others.
 *
 * <p>In training it does the same: the momentum is that of statistics which these modes neither use nor move.
 *
 * <p>Weights: {@code gamma}, {@code beta}, and those statistics; each of the axis's length.
 *
 * <p>Source: {@code keras.layers.normalization.BatchNormalization} of Keras 1.2.
 */
final class BatchStatisticsNormalization extends Layer {
    /** The name by which the reader of Keras 1's files asks for it; no Keras has it. */
    static final String CLASS_NAME = "Keras1BatchNormalization";

    private final int mode;
    private final int axis;
    private final double epsilon;
    private final double momentum;
    private final WeightOptions gammaOptions;
    private final WeightOptions betaOptions;

    private BatchStatisticsNormalization(String name, Config config) {
        super(name, config.truth("trainable", true));
        this.mode = config.integer("mode");
        this.axis = config.integer("axis", -1);
        this.epsilon = config.number("epsilon", 1e-3);
        if (mode != 1 && mode != 2) {
            throw config.refused("mode", String.valueOf(mode), "0, 1 or 2");
        }
        this.momentum = config.number("momentum", 0.99);
        this.gammaOptions = WeightOptions.of("gamma", "ones").read(config);
        this.betaOptions = WeightOptions.of("beta", "zeros").read(config);
        config.ignore("weights");
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
        config.put("mode", mode).put("axis", axis).put("epsilon", epsilon).put("momentum", momentum);
        gammaOptions.write(config);
        betaOptions.write(config);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        if (!input.dimension(axis).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: a known length of axis " + axis + ")");
        }
        Shape shape = Shape.of(input.size(axis));
        return List.of(
                gammaOptions.weight("gamma", shape),
                betaOptions.weight("beta", shape),
                statistic("moving_mean", shape, "zeros"),
                statistic("moving_variance", shape, "ones"));
    }

    private static WeightSpec statistic(String name, Shape shape, String initializer) {
        return new WeightSpec(name, DataType.FLOAT, shape, Initializers.named(initializer), Optional.empty(), false);
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
