package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code gamma · (x - mean) / sqrt(variance + epsilon) + beta}, with mean and variance of each row's groups of neighbouring
 * channels, over all other axes; keeps the shape.
 *
 * <p>Weights, {@code [channels]}: {@code gamma} if scaled, {@code beta} if centered.
 *
 * <p>Source: {@code keras.layers.GroupNormalization}; Y. Wu, K. He, "Group Normalization", 2018.
 */
public final class GroupNormalization extends Layer {
    private static final int EACH_CHANNEL = -1;

    private final int groups;
    private final int axis;
    private final GammaBeta affine;

    private GroupNormalization(Builder builder) {
        super(builder.name, builder.trainable);
        groups = builder.groups;
        axis = builder.axis;
        affine = new GammaBeta(builder);
    }

    /**
     * Normalizes groups of the last axis, with Keras's other defaults.
     *
     * @param groups how many, a divisor of the number of channels; -1 for each channel by itself
     * @return the layer
     */
    public static GroupNormalization of(int groups) {
        return builder().groups(groups).build();
    }

    /**
     * A layer to be configured further.
     *
     * @return a builder with Keras's defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    static GroupNormalization read(String name, Config config) {
        Builder builder = builder().read(name, config);
        return builder.groups(config.integer("groups", builder.groups))
                .axis(config.integer("axis", builder.axis))
                .build();
    }

    @Override
    public String className() {
        return "GroupNormalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("groups", groups).put("axis", axis);
        affine.write(config);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        requireGroups(input);
        return affine.weights(Shape.of(input.size(axis)));
    }

    private void requireGroups(Shape input) {
        boolean fits = input.axis(axis) > 0 && input.dimension(axis).isKnown();
        if (!fits || input.size(axis) % groupCount(input) != 0) {
            throw new IllegalArgumentException(this + ": input of shape " + input + " (expected: axis " + axis
                    + " not the batch and of a known length that is a multiple of groups " + groups + ")");
        }
    }

    private long groupCount(Shape input) {
        return groups == EACH_CHANNEL ? input.size(axis) : groups;
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.wideInput();
        requireGroups(x.shape());
        int at = x.shape().axis(axis);
        long count = groupCount(x.shape());
        long length = x.shape().size(at) / count;

        Value grouped = ops.reshape(x, split(x.shape(), at, count, length));
        int[] reduced =
                IntStream.range(1, grouped.shape().rank()).filter(i -> i != at).toArray();
        Value mean = ops.reduceMean(grouped, true, reduced);
        Value distance = ops.sub(grouped, mean);
        Value variance = ops.reduceMean(ops.mul(distance, distance), true, reduced);
        Shape shape = Axes.of(at, at + 1).broadcastable(grouped.shape());
        Value scaled = affine.scaled(call, ops.div(distance, affine.deviation(ops, variance)), shape);
        return List.of(call.narrow(ops.reshape(affine.shifted(call, scaled, shape), x.shape())));
    }

    /** A shape whose channels are two axes: groups, and channels of a group. */
    private static Shape split(Shape shape, int axis, long count, long length) {
        List<Dimension> dimensions = new ArrayList<>(shape.dimensions());
        dimensions.set(axis, Dimension.of(length));
        dimensions.add(axis, Dimension.of(count));
        return Shape.of(dimensions);
    }

    /** Sets what differs from Keras's defaults. */
    public static final class Builder extends NormalizationBuilder<Builder> {
        private int groups = 32;
        private int axis = -1;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the number of groups.
         *
         * @param groups a divisor of the number of channels; -1 for each channel by itself
         * @return this builder
         */
        public Builder groups(int groups) {
            if (groups < 1 && groups != EACH_CHANNEL) {
                throw new IllegalArgumentException("GroupNormalization groups: " + groups + " (expected: >= 1 or -1)");
            }
            this.groups = groups;
            return this;
        }

        /**
         * Sets the axis of the channels.
         *
         * @param axis the axis, not the batch; negative from the end
         * @return this builder
         */
        public Builder axis(int axis) {
            this.axis = axis;
            return this;
        }

        /**
         * The layer as configured.
         *
         * @return the layer
         */
        public GroupNormalization build() {
            return new GroupNormalization(this);
        }
    }
}
