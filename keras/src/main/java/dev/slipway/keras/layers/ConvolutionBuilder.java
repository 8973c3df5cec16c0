package dev.slipway.keras.layers;

import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializer;
import java.util.Collections;
import java.util.List;

/**
 * Sets what differs from Keras's defaults in a layer that convolves.
 *
 * @param <B> the builder of the layer
 */
public abstract sealed class ConvolutionBuilder<B extends ConvolutionBuilder<B>>
        permits Convolution.Builder,
                TransposedConvolution.Builder,
                DepthwiseConvolution.Builder,
                SeparableConvolution.Builder {
    private static final String KEPT = "activity_regularizer";

    final int rank;
    List<Long> kernelSize;
    List<Long> strides;
    List<Long> dilations;
    String name = "";
    boolean trainable = true;
    String padding = Padding.VALID.kerasName();
    DataFormat format = DataFormat.CHANNELS_LAST;
    Activation activation = Activations.named("linear");
    boolean useBias = true;
    WeightOptions bias = WeightOptions.of("bias", "zeros");
    KeptConfig kept = KeptConfig.of(KEPT);

    ConvolutionBuilder(int rank, long... kernelSize) {
        this.rank = rank;
        this.kernelSize = Lengths.of("kernel_size", rank, 1, kernelSize);
        this.strides = Collections.nCopies(rank, 1L);
        this.dilations = strides;
    }

    abstract B self();

    B read(String layerName, Config config) {
        config.ignore("quantization_config");
        name = layerName;
        trainable = config.truth("trainable", true);
        kernelSize = Lengths.read(config, "kernel_size", rank, 1);
        strides = Lengths.read(config, "strides", rank, 1, 1);
        dilations = Lengths.read(config, "dilation_rate", rank, 1, 1);
        padding = config.text("padding", padding);
        format = DataFormat.read(config);
        activation = LayerConfig.activation(config, "activation", "linear");
        useBias = config.truth("use_bias", true);
        bias = bias.read(config);
        kept = KeptConfig.read(config, KEPT).withLora(config);
        return self();
    }

    /** How the window moves, with one of the paddings that the layer knows. */
    Sliding sliding(List<Padding> allowed) {
        return new Sliding(kernelSize, strides, dilations, Padding.named(padding, allowed));
    }

    /**
     * Sets the layer's name.
     *
     * @param name the name, or empty to let the model choose
     * @return this builder
     */
    public final B name(String name) {
        this.name = name;
        return self();
    }

    /**
     * Sets whether training changes the weights.
     *
     * @param trainable false to freeze them
     * @return this builder
     */
    public final B trainable(boolean trainable) {
        this.trainable = trainable;
        return self();
    }

    /**
     * Sets how far the kernel moves.
     *
     * @param strides a number for each axis, or one for all; 1 or more
     * @return this builder
     */
    public final B strides(long... strides) {
        this.strides = Lengths.of("strides", rank, 1, strides);
        return self();
    }

    /**
     * Sets the distance of neighbouring elements of the kernel.
     *
     * @param dilationRate a number for each axis, or one for all; 1 for none between
     * @return this builder
     */
    public final B dilationRate(long... dilationRate) {
        this.dilations = Lengths.of("dilation_rate", rank, 1, dilationRate);
        return self();
    }

    /**
     * Sets what is around the input.
     *
     * @param padding {@code valid} for nothing, {@code same} for as much as gives {@code ceil(length / stride)} places;
     *     for {@link Conv1D} and {@link SeparableConv1D} {@code causal} too, all of it before the input
     * @return this builder
     */
    public final B padding(String padding) {
        this.padding = padding;
        return self();
    }

    /**
     * Sets where the channels are.
     *
     * @param dataFormat {@code channels_last} or {@code channels_first}
     * @return this builder
     */
    public final B dataFormat(String dataFormat) {
        this.format = DataFormat.named(dataFormat);
        return self();
    }

    /**
     * Sets the activation.
     *
     * @param activation its Keras name
     * @return this builder
     */
    public final B activation(String activation) {
        this.activation = Activations.named(activation);
        return self();
    }

    /**
     * Sets whether a bias is added.
     *
     * @param useBias false for none
     * @return this builder
     */
    public final B useBias(boolean useBias) {
        this.useBias = useBias;
        return self();
    }

    /**
     * Sets how the bias begins.
     *
     * @param initializer the initializer
     * @return this builder
     */
    public final B biasInitializer(Initializer initializer) {
        this.bias = bias.with(initializer);
        return self();
    }
}
