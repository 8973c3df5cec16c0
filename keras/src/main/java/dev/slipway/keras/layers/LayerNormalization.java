package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * {@code gamma · (x - mean) / sqrt(variance + epsilon) + beta}, with mean and variance of each row along some axes; keeps
 * the shape.
 *
 * <p>With {@code rms_scaling}, {@code gamma · x / sqrt(variance + epsilon)}: as Keras 3.9 computes it, the mean is taken
 * off for the variance, although not for x.
 *
 * <p>Weights, in the shape of the normalized axes: {@code gamma} if scaled, {@code beta} if centered.
 *
 * <p>Source: {@code keras.layers.LayerNormalization}; J. Ba, J. Kiros, G. Hinton, "Layer Normalization", 2016.
 */
public final class LayerNormalization extends Layer {
    private final Axes axes;
    private final boolean rmsScaling;
    private final GammaBeta affine;

    private LayerNormalization(Builder builder) {
        super(builder.name, builder.trainable);
        axes = builder.axes;
        rmsScaling = builder.rmsScaling;
        affine = new GammaBeta(builder, rmsScaling);
    }

    /**
     * Normalizes the last axis, with Keras's defaults.
     *
     * @return the layer
     */
    public static LayerNormalization of() {
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

    static LayerNormalization read(String name, Config config) {
        Builder builder = builder().read(name, config).rmsScaling(config.truth("rms_scaling", false));
        builder.axes = Axes.read(config, "axis", -1);
        return builder.build();
    }

    @Override
    public String className() {
        return "LayerNormalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        axes.write(config, "axis");
        affine.write(config);
        config.put("rms_scaling", rmsScaling);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        return affine.weights(axes.lengths(inputs.get(0)));
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public boolean autocasts() {
        return false;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.wideInput();
        int[] reduced = rmsScaling ? axes.of(x.shape()) : axes.averaged(call, x.shape());
        Value mean = ops.reduceMean(x, true, reduced);
        Value distance = ops.sub(x, mean);
        Value variance = ops.reduceMean(square(ops, x, distance), true, reduced);
        Value deviation = affine.deviation(ops, variance);
        Shape shape = Axes.listOf(reduced).broadcastable(x.shape());
        Value scaled = affine.scaled(call, ops.div(rmsScaling ? x : distance, deviation), shape);
        return List.of(call.narrow(affine.shifted(call, scaled, shape)));
    }

    /**
     * As a power the engine knows it, and makes one operator of the whole; wrongly in double precision, and behind a cast,
     * which it takes in although its operands are of different types then.
     */
    private static Value square(Ops ops, Value x, Value distance) {
        boolean isCast = ops.graph()
                .producer(x)
                .filter(node -> node.operator().equals("Cast"))
                .isPresent();
        return x.type() == DataType.FLOAT && !isCast
                ? ops.pow(distance, ops.like(distance, 2))
                : ops.mul(distance, distance);
    }

    /** Sets what differs from Keras's defaults. */
    public static final class Builder extends NormalizationBuilder<Builder> {
        private Axes axes = Axes.of(-1);
        private boolean rmsScaling;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the axes that are normalized together.
         *
         * @param first an axis, the batch being 0; negative from the end
         * @param more other axes
         * @return this builder
         */
        public Builder axes(int first, int... more) {
            this.axes = Axes.of(first, more);
            return this;
        }

        /**
         * Sets whether x is only scaled.
         *
         * @param rmsScaling true to scale by {@code gamma} and the deviation, without shifts
         * @return this builder
         */
        public Builder rmsScaling(boolean rmsScaling) {
            this.rmsScaling = rmsScaling;
            return this;
        }

        /**
         * The layer as configured.
         *
         * @return the layer
         */
        public LayerNormalization build() {
            return new LayerNormalization(this);
        }
    }
}
