package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code gamma · (x - mean) / sqrt(variance + epsilon) + beta} for each place of one axis; keeps the shape.
 *
 * <p>At inference, and when frozen, mean and variance are the stored moving statistics. In training they are the batch's
 * over all other axes, places that are masked left out, and {@code moving = moving · momentum + batch · (1 - momentum)},
 * with the variance that divides by the count.
 *
 * <p>Weights, all {@code [features]}: {@code gamma} if scaled, {@code beta} if centered, {@code moving_mean},
 * {@code moving_variance}; no optimizer changes the last two. With batch renormalization, a matter of training,
 * {@code moving_stddev}, {@code renorm_mean} and {@code renorm_stddev} follow; {@code moving_stddev} is what moves then, and
 * {@code moving_variance} its square less epsilon, at least 0.
 *
 * <p>Source: {@code keras.layers.BatchNormalization}; S. Ioffe, C. Szegedy, "Batch Normalization", 2015.
 */
public final class BatchNormalization extends Layer {
    /** Keras's {@code epsilon()}, added to the number of places that count. */
    private static final double LEAST_COUNT = 1e-7;

    private final int axis;
    private final double momentum;
    private final Initializer meanInitializer;
    private final Initializer varianceInitializer;
    private final GammaBeta affine;

    /** Whether several devices share their statistics in training: kept for the file, as there is one here. */
    private final boolean isSynchronized;

    /** What corrects the statistics of batches by moving ones in training; present if they are corrected. */
    private final Optional<Renormalization> renormalization;

    private BatchNormalization(Builder builder) {
        super(builder.name, builder.trainable);
        axis = builder.axis;
        momentum = builder.momentum;
        meanInitializer = builder.meanInitializer;
        varianceInitializer = builder.varianceInitializer;
        affine = new GammaBeta(builder);
        isSynchronized = builder.isSynchronized;
        renormalization = builder.renormalization;
    }

    /**
     * Normalizes the last axis, with Keras's defaults.
     *
     * @return the layer
     */
    public static BatchNormalization of() {
        return builder().build();
    }

    /**
     * A layer to be configured further.
     *
     * @return a builder with Keras's defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    static BatchNormalization read(String name, Config config) {
        Builder builder = builder().read(name, config);
        builder.axis(config.integer("axis", -1)).momentum(config.number("momentum", builder.momentum));
        builder.isSynchronized = config.truth("synchronized", false);
        builder.renormalization = Renormalization.read(config);
        builder.meanInitializer = LayerConfig.initializer(config, "moving_mean_initializer", "zeros");
        builder.varianceInitializer = LayerConfig.initializer(config, "moving_variance_initializer", "ones");
        return builder.build();
    }

    @Override
    public String className() {
        return "BatchNormalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("axis", axis).put("momentum", momentum);
        affine.write(config);
        LayerConfig.write(config, "moving_mean_initializer", meanInitializer);
        LayerConfig.write(config, "moving_variance_initializer", varianceInitializer);
        config.put("synchronized", isSynchronized);
        // Keras 3.9 does not know the keys.
        renormalization.ifPresent(kept -> kept.write(config));
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        if (!input.dimension(axis).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: a known length of axis " + axis + ")");
        }
        Shape shape = Shape.of(input.size(axis));
        List<WeightSpec> weights = new ArrayList<>(affine.weights(shape));
        weights.add(statistic("moving_mean", shape, meanInitializer));
        weights.add(statistic("moving_variance", shape, varianceInitializer));
        if (renormalization.isPresent()) {
            weights.add(statistic("moving_stddev", shape, varianceInitializer));
            weights.add(statistic("renorm_mean", shape, meanInitializer));
            weights.add(statistic("renorm_stddev", shape, varianceInitializer));
        }
        return weights;
    }

    private static WeightSpec statistic(String name, Shape shape, Initializer initializer) {
        return new WeightSpec(name, DataType.FLOAT, shape, initializer, Optional.empty(), false);
    }

    @Override
    public List<String> argumentNames() {
        return List.of("mask");
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.wideInput();
        Shape shape = Axes.of(axis).broadcastable(x.shape());
        if (!call.isTraining() || !isTrainable()) {
            // As x · factor + term, of which the engine computes factor and term once.
            Value deviation = affine.deviation(ops, statistic(call, "moving_variance", shape, x));
            Value factor = affine.scaled(call, ops.reciprocal(deviation), shape);
            Value mean = statistic(call, "moving_mean", shape, x);
            Value term = affine.shifted(call, ops.neg(ops.mul(mean, factor)), shape);
            return List.of(call.narrow(ops.add(ops.mul(x, factor), term)));
        }
        int[] others = IntStream.range(0, x.shape().rank())
                .filter(i -> i != x.shape().axis(axis))
                .toArray();
        Optional<Value> mask = call.mask().map(m -> counting(ops, x, m));
        Value mean =
                mask.map(m -> mean(ops, ops.mul(m, x), m, others)).orElseGet(() -> ops.reduceMean(x, true, others));
        Value distance = ops.sub(x, mean);
        Value variance = mask.map(m -> maskedVariance(ops, x, mean, m, others))
                .orElseGet(() -> ops.reduceMean(ops.mul(distance, distance), true, others));
        Value deviation = affine.deviation(ops, variance);
        Value normalized = ops.div(distance, deviation);
        if (renormalization.isPresent()) {
            normalized = renormalization.get().correct(call, normalized, mean, deviation, affine.epsilon());
            moveRenormalized(call, mean, deviation, renormalization.get().momentum());
        } else {
            move(call, "moving_mean", mean, momentum);
            move(call, "moving_variance", variance, momentum);
        }
        Value scaled = affine.scaled(call, normalized, shape);
        return List.of(call.narrow(affine.shifted(call, scaled, shape)));
    }

    private static Value statistic(LayerCall call, String name, Shape shape, Value x) {
        return call.ops().cast(call.ops().reshape(call.variable(name), shape), x.type());
    }

    /** 1 where a place counts and 0 elsewhere, with an axis of length 1 behind. */
    private Value counting(Ops ops, Value x, Value mask) {
        if (mask.shape().rank() != x.shape().rank() - 1) {
            throw new IllegalArgumentException(this + ": input of shape " + x.shape() + " and mask of shape "
                    + mask.shape() + " (expected: a mask of one axis less)");
        }
        return ops.unsqueeze(ops.cast(mask, x.type()), -1);
    }

    /** The mean over the places that count, as Keras computes it. */
    private static Value mean(Ops ops, Value weighted, Value weights, int[] axes) {
        Value count = ops.reduceSum(weights, true, axes);
        return ops.div(ops.reduceSum(weighted, true, axes), ops.add(count, ops.like(count, LEAST_COUNT)));
    }

    private static Value maskedVariance(Ops ops, Value x, Value mean, Value weights, int[] axes) {
        Value distance = ops.sub(ops.mul(weights, x), mean);
        return mean(ops, ops.mul(weights, ops.mul(distance, distance)), weights, axes);
    }

    private void moveRenormalized(LayerCall call, Value mean, Value deviation, double momentumOfBatches) {
        Ops ops = call.ops();
        move(call, "renorm_mean", mean, momentumOfBatches);
        move(call, "renorm_stddev", deviation, momentumOfBatches);
        move(call, "moving_mean", mean, momentum);
        move(call, "moving_stddev", deviation, momentum);
        Value moved = call.variable("moving_stddev");
        Value square = ops.mul(moved, moved);
        call.update("moving_variance", ops.relu(ops.sub(square, ops.like(square, affine.epsilon()))));
    }

    private static void move(LayerCall call, String statistic, Value batch, double share) {
        Ops ops = call.ops();
        Value old = call.variable(statistic);
        Value fresh = ops.cast(ops.reshape(batch, old.shape()), old.type());
        call.update(statistic, ops.add(ops.mul(old, ops.like(old, share)), ops.mul(fresh, ops.like(old, 1 - share))));
    }

    /** Sets what differs from Keras's defaults. */
    public static final class Builder extends NormalizationBuilder<Builder> {
        private int axis = -1;
        private double momentum = 0.99;
        private boolean isSynchronized;
        private Optional<Renormalization> renormalization = Optional.empty();
        private Initializer meanInitializer = Initializers.named("zeros");
        private Initializer varianceInitializer = Initializers.named("ones");

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the axis each place of which is normalized by itself.
         *
         * @param axis the axis, the batch being 0; negative from the end
         * @return this builder
         */
        public Builder axis(int axis) {
            this.axis = axis;
            return this;
        }

        /**
         * Sets how much of the moving statistics stays in each step of training.
         *
         * @param momentum the share, 0 to 1
         * @return this builder
         */
        public Builder momentum(double momentum) {
            this.momentum = momentum;
            return this;
        }

        /**
         * The layer as configured.
         *
         * @return the layer
         */
        public BatchNormalization build() {
            return new BatchNormalization(this);
        }
    }
}
