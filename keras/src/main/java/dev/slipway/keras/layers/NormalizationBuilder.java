package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import dev.slipway.keras.regularizers.Regularizers;
import java.util.Optional;

/**
 * Sets what differs from Keras's defaults in a layer that normalizes and then scales by {@code gamma} and shifts by
 * {@code beta}.
 *
 * @param <B> the builder of the layer
 */
public abstract sealed class NormalizationBuilder<B extends NormalizationBuilder<B>>
        permits BatchNormalization.Builder, GroupNormalization.Builder, LayerNormalization.Builder {
    String name = "";
    boolean trainable = true;
    double epsilon = 1e-3;
    boolean center = true;
    boolean scale = true;
    Initializer betaInitializer = Initializers.named("zeros");
    Initializer gammaInitializer = Initializers.named("ones");
    Optional<Regularizer> betaRegularizer = Optional.empty();
    Optional<Regularizer> gammaRegularizer = Optional.empty();
    Optional<Constraint> betaConstraint = Optional.empty();
    Optional<Constraint> gammaConstraint = Optional.empty();

    NormalizationBuilder() {}

    abstract B self();

    B read(String layerName, Config config) {
        name = layerName;
        trainable = config.truth("trainable", trainable);
        epsilon = config.number("epsilon", epsilon);
        center = config.truth("center", center);
        scale = config.truth("scale", scale);
        betaInitializer = LayerConfig.initializer(config, "beta_initializer", "zeros");
        gammaInitializer = LayerConfig.initializer(config, "gamma_initializer", "ones");
        betaRegularizer = LayerConfig.regularizer(config, "beta_regularizer");
        gammaRegularizer = LayerConfig.regularizer(config, "gamma_regularizer");
        betaConstraint = LayerConfig.constraint(config, "beta_constraint");
        gammaConstraint = LayerConfig.constraint(config, "gamma_constraint");
        return self();
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
     * Sets what is added to the variance.
     *
     * @param epsilon a small number, 0 or more
     * @return this builder
     */
    public final B epsilon(double epsilon) {
        this.epsilon = epsilon;
        return self();
    }

    /**
     * Sets whether {@code beta} is added.
     *
     * @param center false for none
     * @return this builder
     */
    public final B center(boolean center) {
        this.center = center;
        return self();
    }

    /**
     * Sets whether the result is multiplied by {@code gamma}.
     *
     * @param scale false for none
     * @return this builder
     */
    public final B scale(boolean scale) {
        this.scale = scale;
        return self();
    }

    /**
     * Sets how {@code beta} begins.
     *
     * @param initializer the initializer
     * @return this builder
     */
    public final B betaInitializer(Initializer initializer) {
        this.betaInitializer = initializer;
        return self();
    }

    /**
     * Sets how {@code gamma} begins.
     *
     * @param initializer the initializer
     * @return this builder
     */
    public final B gammaInitializer(Initializer initializer) {
        this.gammaInitializer = initializer;
        return self();
    }

    /**
     * Sets what the size of {@code beta} adds to the loss.
     *
     * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
     * @return this builder
     */
    public final B betaRegularizer(String regularizer) {
        this.betaRegularizer = Optional.of(Regularizers.named(regularizer));
        return self();
    }

    /**
     * Sets what the size of {@code gamma} adds to the loss.
     *
     * @param regularizer the regularizer's Keras name: l1, l2 or l1_l2
     * @return this builder
     */
    public final B gammaRegularizer(String regularizer) {
        this.gammaRegularizer = Optional.of(Regularizers.named(regularizer));
        return self();
    }
}
