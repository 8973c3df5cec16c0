package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What layers share that compute {@code gamma · (x - mean) / sqrt(variance + epsilon) + beta}: both weights, optional. */
final class GammaBeta {
    private final double epsilon;
    private final boolean center;
    private final boolean scale;
    private final boolean hasBeta;
    private final boolean hasGamma;
    private final Initializer betaInitializer;
    private final Initializer gammaInitializer;
    private final Optional<Regularizer> betaRegularizer;
    private final Optional<Regularizer> gammaRegularizer;
    private final Optional<Constraint> betaConstraint;
    private final Optional<Constraint> gammaConstraint;

    GammaBeta(NormalizationBuilder<?> builder) {
        this(builder, false);
    }

    /** With {@code gammaOnly}, whatever the builder says of center and scale, which are kept for the file. */
    GammaBeta(NormalizationBuilder<?> builder, boolean gammaOnly) {
        if (!(builder.epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon " + builder.epsilon + " (expected: >= 0)");
        }
        epsilon = builder.epsilon;
        center = builder.center;
        scale = builder.scale;
        hasBeta = center && !gammaOnly;
        hasGamma = scale || gammaOnly;
        betaInitializer = builder.betaInitializer;
        gammaInitializer = builder.gammaInitializer;
        betaRegularizer = builder.betaRegularizer;
        gammaRegularizer = builder.gammaRegularizer;
        betaConstraint = builder.betaConstraint;
        gammaConstraint = builder.gammaConstraint;
    }

    void write(ObjectNode config) {
        config.put("epsilon", epsilon).put("center", center).put("scale", scale);
        LayerConfig.write(config, "beta_initializer", betaInitializer);
        LayerConfig.write(config, "gamma_initializer", gammaInitializer);
        LayerConfig.write(config, "beta_regularizer", betaRegularizer);
        LayerConfig.write(config, "gamma_regularizer", gammaRegularizer);
        LayerConfig.writeConstraint(config, "beta_constraint", betaConstraint);
        LayerConfig.writeConstraint(config, "gamma_constraint", gammaConstraint);
    }

    /** The declarations of those weights that there are. */
    List<WeightSpec> weights(Shape shape) {
        List<WeightSpec> weights = new ArrayList<>();
        if (hasGamma) {
            weights.add(new WeightSpec(
                    "gamma", DataType.FLOAT, shape, gammaInitializer, gammaRegularizer, gammaConstraint, true));
        }
        if (hasBeta) {
            weights.add(new WeightSpec(
                    "beta", DataType.FLOAT, shape, betaInitializer, betaRegularizer, betaConstraint, true));
        }
        return weights;
    }

    /** What is added to a variance. */
    double epsilon() {
        return epsilon;
    }

    /** {@code sqrt(variance + epsilon)}. */
    Value deviation(Ops ops, Value variance) {
        return ops.sqrt(ops.add(variance, ops.like(variance, epsilon)));
    }

    /** Not cast down before, as Keras keeps these weights out of mixed precision. */
    private static Value weight(LayerCall call, String name, Shape shape, Value x) {
        return call.ops().cast(call.ops().reshape(call.variable(name), shape), x.type());
    }

    /** {@code x · gamma}, whose weights meet x in a given shape; x itself if there is no gamma. */
    Value scaled(LayerCall call, Value x, Shape shape) {
        if (!hasGamma) {
            return x;
        }
        return call.ops().mul(x, weight(call, "gamma", shape, x));
    }

    /** {@code x + beta}, whose weights meet x in a given shape; x itself if there is no beta. */
    Value shifted(LayerCall call, Value x, Shape shape) {
        if (!hasBeta) {
            return x;
        }
        return call.ops().add(x, weight(call, "beta", shape, x));
    }
}
