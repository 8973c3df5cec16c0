package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A fully connected layer: {@code activation(x · kernel + bias)}, {@code [batch, …, features]} to
 * {@code [batch, …, units]}.
 *
 * <p>Weights: {@code kernel [features, units]}, {@code bias [units]}.
 *
 * <p>Source: {@code keras.layers.Dense}.
 */
public final class Dense extends Layer {
    private static final String[] KEPT = {"activity_regularizer"};

    private final int units;
    private final Activation activation;
    private final boolean useBias;
    private final Initializer kernelInitializer;
    private final Initializer biasInitializer;
    private final Optional<Regularizer> kernelRegularizer;
    private final Optional<Regularizer> biasRegularizer;
    private final Optional<Constraint> kernelConstraint;
    private final Optional<Constraint> biasConstraint;
    private final KeptConfig kept;
    private final QuantizationConfig quantizationConfig;

    private Dense(Builder builder) {
        super(builder.name, builder.trainable);
        units = builder.units;
        activation = builder.activation;
        useBias = builder.useBias;
        kernelInitializer = builder.kernelInitializer;
        biasInitializer = builder.biasInitializer;
        kernelRegularizer = builder.kernelRegularizer;
        biasRegularizer = builder.biasRegularizer;
        kernelConstraint = builder.kernelConstraint;
        biasConstraint = builder.biasConstraint;
        kept = builder.kept;
        quantizationConfig = builder.quantizationConfig;
        regularizeActivity(builder.activityRegularizer);
    }

    /**
     * A linear layer with Keras's defaults.
     *
     * @param units the length of the result's last axis, at least 1
     * @return the layer
     */
    public static Dense of(int units) {
        return builder(units).build();
    }

    /**
     * A layer with an activation and Keras's other defaults.
     *
     * @param units the length of the result's last axis, at least 1
     * @param activation the activation's Keras name, such as {@code relu}
     * @return the layer
     */
    public static Dense of(int units, String activation) {
        return builder(units).activation(activation).build();
    }

    /**
     * A layer to be configured further.
     *
     * @param units the length of the result's last axis, at least 1
     * @return a builder with Keras's defaults
     */
    public static Builder builder(int units) {
        return new Builder(units);
    }

    static Dense read(String name, Config config) {
        config.ignore("quantization_mode");
        Builder builder = builder(config.integer("units")).name(name).trainable(config.truth("trainable", true));
        builder.activation = LayerConfig.activation(config, "activation", "linear");
        builder.useBias = config.truth("use_bias", true);
        builder.kernelInitializer = LayerConfig.initializer(config, "kernel_initializer", "glorot_uniform");
        builder.biasInitializer = LayerConfig.initializer(config, "bias_initializer", "zeros");
        builder.kernelRegularizer = LayerConfig.regularizer(config, "kernel_regularizer");
        builder.biasRegularizer = LayerConfig.regularizer(config, "bias_regularizer");
        builder.kernelConstraint = LayerConfig.constraint(config, "kernel_constraint");
        builder.biasConstraint = LayerConfig.constraint(config, "bias_constraint");
        builder.kept = KeptConfig.read(config, KEPT).withLora(config);
        builder.quantizationConfig = QuantizationConfig.read(config);
        return builder.build();
    }

    @Override
    public String className() {
        return "Dense";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("units", units);
        LayerConfig.write(config, "activation", activation);
        config.put("use_bias", useBias);
        LayerConfig.write(config, "kernel_initializer", kernelInitializer);
        LayerConfig.write(config, "bias_initializer", biasInitializer);
        LayerConfig.write(config, "kernel_regularizer", kernelRegularizer);
        LayerConfig.write(config, "bias_regularizer", biasRegularizer);
        LayerConfig.writeConstraint(config, "kernel_constraint", kernelConstraint);
        LayerConfig.writeConstraint(config, "bias_constraint", biasConstraint);
        kept.write(config);
        quantizationConfig.write(config);
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        Shape input = inputs.get(0);
        if (input.rank() < 2 || !input.dimension(-1).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + input + " (expected: rank >= 2 and a known last axis)");
        }
        Shape kernel = Shape.of(input.size(-1), units);
        WeightSpec plain = new WeightSpec("kernel", DataType.FLOAT, kernel, kernelInitializer, kernelRegularizer, true)
                .with(kernelConstraint);
        Optional<WeightSpec> bias = Optional.empty();
        if (useBias) {
            bias = Optional.of(
                    new WeightSpec("bias", DataType.FLOAT, Shape.of(units), biasInitializer, biasRegularizer, true)
                            .with(biasConstraint));
        }
        Optional<QuantizedKernel> quantized = quantized(input);
        if (quantized.isPresent()) {
            return quantized.get().weights(plain, bias);
        }
        List<WeightSpec> weights = new ArrayList<>(List.of(plain));
        bias.ifPresent(weights::add);
        return weights;
    }

    private Optional<QuantizedKernel> quantized(Shape input) {
        return quantization()
                .map(quantization -> new QuantizedKernel(
                        this, quantization, quantizationConfig, new MatrixGeometry(input.size(-1), units)));
    }

    @Override
    Set<Quantization.Mode> quantizations() {
        return EnumSet.allOf(Quantization.Mode.class);
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        kept.requireInference(this, call);
        Ops ops = call.ops();
        Optional<QuantizedKernel> quantized = quantized(call.input().shape());
        Value result = quantized.isPresent()
                ? quantized.get().product(call)
                : ops.matMul(call.floatingInput(), call.weight("kernel"));
        if (useBias) {
            Value bias = call.weight("bias");
            result = ops.add(result, quantized.map(q -> q.bias(call, bias)).orElse(bias));
        }
        return List.of(activation.apply(ops, result));
    }

    /** Sets what differs from Keras's defaults. */
    public static final class Builder {
        private final int units;
        private String name = "";
        private boolean trainable = true;
        private boolean useBias = true;
        private Activation activation = Activations.named("linear");
        private Initializer kernelInitializer = Initializers.named("glorot_uniform");
        private Initializer biasInitializer = Initializers.named("zeros");
        private Optional<Regularizer> kernelRegularizer = Optional.empty();
        private Optional<Regularizer> biasRegularizer = Optional.empty();
        private Optional<Constraint> kernelConstraint = Optional.empty();
        private Optional<Constraint> biasConstraint = Optional.empty();
        private KeptConfig kept = KeptConfig.of(KEPT);
        private QuantizationConfig quantizationConfig = QuantizationConfig.none();
        private Optional<Regularizer> activityRegularizer = Optional.empty();

        private Builder(int units) {
            if (units < 1) {
                throw new IllegalArgumentException("Dense units: " + units + " (expected: >= 1)");
            }
            this.units = units;
        }

        /**
         * Sets the layer's name.
         *
         * @param name the name, or empty to let the model choose
         * @return this builder
         */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets whether training changes the weights.
         *
         * @param trainable false to freeze them
         * @return this builder
         */
        public Builder trainable(boolean trainable) {
            this.trainable = trainable;
            return this;
        }

        /**
         * Sets the activation.
         *
         * @param activation its Keras name
         * @return this builder
         */
        public Builder activation(String activation) {
            return activation(Activations.named(activation));
        }

        /**
         * Sets the activation.
         *
         * @param activation the function, which may be of the program's own
         * @return this builder
         */
        public Builder activation(Activation activation) {
            this.activation = activation;
            return this;
        }

        /**
         * Sets whether a bias is added.
         *
         * @param useBias false for none
         * @return this builder
         */
        public Builder useBias(boolean useBias) {
            this.useBias = useBias;
            return this;
        }

        /**
         * Sets how the kernel begins.
         *
         * @param initializer the initializer
         * @return this builder
         */
        public Builder kernelInitializer(Initializer initializer) {
            this.kernelInitializer = initializer;
            return this;
        }

        /**
         * Sets how the bias begins.
         *
         * @param initializer the initializer
         * @return this builder
         */
        public Builder biasInitializer(Initializer initializer) {
            this.biasInitializer = initializer;
            return this;
        }

        /**
         * Sets what the kernel's size adds to the loss.
         *
         * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
         * @return this builder
         */
        public Builder kernelRegularizer(String regularizer) {
            this.kernelRegularizer = Optional.of(Regularizers.named(regularizer));
            return this;
        }

        /**
         * Sets what the kernel is held to after each step of training.
         *
         * @param constraint the constraint
         * @return this builder
         */
        public Builder kernelConstraint(Constraint constraint) {
            this.kernelConstraint = Optional.of(constraint);
            return this;
        }

        /**
         * Sets what the bias is held to after each step of training.
         *
         * @param constraint the constraint
         * @return this builder
         */
        public Builder biasConstraint(Constraint constraint) {
            this.biasConstraint = Optional.of(constraint);
            return this;
        }

        /**
         * Sets what the size of the results adds to the loss.
         *
         * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
         * @return this builder
         */
        public Builder activityRegularizer(String regularizer) {
            this.activityRegularizer = Optional.of(Regularizers.named(regularizer));
            return this;
        }

        /**
         * The layer as configured.
         *
         * @return the layer
         */
        public Dense build() {
            return new Dense(this);
        }
    }
}
