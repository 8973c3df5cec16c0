package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.Optional;

/** How the kernels and biases of {@link EinsumDense} and of attention begin and are regularized, with Keras's defaults. */
record ProjectionWeights(
        Initializer kernelInitializer,
        Initializer biasInitializer,
        Optional<Regularizer> kernelRegularizer,
        Optional<Regularizer> biasRegularizer,
        Optional<Constraint> kernelConstraint,
        Optional<Constraint> biasConstraint,
        Optional<Regularizer> activityRegularizer,
        KeptConfig kept) {
    private static final String[] KEPT = {"activity_regularizer"};

    static ProjectionWeights defaults() {
        return new ProjectionWeights(
                Initializers.named("glorot_uniform"),
                Initializers.named("zeros"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                KeptConfig.of(KEPT));
    }

    static ProjectionWeights read(Config config) {
        return new ProjectionWeights(
                LayerConfig.initializer(config, "kernel_initializer", "glorot_uniform"),
                LayerConfig.initializer(config, "bias_initializer", "zeros"),
                LayerConfig.regularizer(config, "kernel_regularizer"),
                LayerConfig.regularizer(config, "bias_regularizer"),
                LayerConfig.constraint(config, "kernel_constraint"),
                LayerConfig.constraint(config, "bias_constraint"),
                LayerConfig.regularizer(config, "activity_regularizer"),
                KeptConfig.read(config, KEPT).withLora(config));
    }

    void write(ObjectNode config) {
        LayerConfig.write(config, "kernel_initializer", kernelInitializer);
        LayerConfig.write(config, "bias_initializer", biasInitializer);
        LayerConfig.write(config, "kernel_regularizer", kernelRegularizer);
        LayerConfig.write(config, "bias_regularizer", biasRegularizer);
        LayerConfig.writeConstraint(config, "kernel_constraint", kernelConstraint);
        LayerConfig.writeConstraint(config, "bias_constraint", biasConstraint);
        kept.write(config);
    }

    WeightSpec kernel(Shape shape) {
        return new WeightSpec(
                "kernel", DataType.FLOAT, shape, kernelInitializer, kernelRegularizer, kernelConstraint, true);
    }

    WeightSpec bias(Shape shape) {
        return new WeightSpec("bias", DataType.FLOAT, shape, biasInitializer, biasRegularizer, biasConstraint, true);
    }
}
