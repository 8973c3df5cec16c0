package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What layers do that normalize: {@code gamma · (x - mean) / sqrt(variance + epsilon) + beta}, both weights optional. */
final class GammaBeta {
    private final double epsilon;
    private final boolean center;
    private final boolean scale;
    private final Initializer betaInitializer;
    private final Initializer gammaInitializer;
    private final Optional<Regularizer> betaRegularizer;
    private final Optional<Regularizer> gammaRegularizer;
    private final Optional<JsonNode> betaConstraint;
    private final Optional<JsonNode> gammaConstraint;

    GammaBeta(NormalizationBuilder<?> builder) {
        if (!(builder.epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon " + builder.epsilon + " (expected: >= 0)");
        }
        epsilon = builder.epsilon;
        center = builder.center;
        scale = builder.scale;
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
        config.set("beta_constraint", LayerConfig.orNull(betaConstraint));
        config.set("gamma_constraint", LayerConfig.orNull(gammaConstraint));
    }

    /** The declarations of those weights that there are. */
    List<WeightSpec> weights(Shape shape) {
        List<WeightSpec> weights = new ArrayList<>();
        if (scale) {
            weights.add(new WeightSpec("gamma", DataType.FLOAT, shape, gammaInitializer, gammaRegularizer, true));
        }
        if (center) {
            weights.add(new WeightSpec("beta", DataType.FLOAT, shape, betaInitializer, betaRegularizer, true));
        }
        return weights;
    }

    double epsilon() {
        return epsilon;
    }

    /**
     * The whole formula as {@code x · factor + term}, so that with constant statistics the engine computes factor and term
     * once.
     *
     * @param weightShape the shape in which the weights meet x
     */
    Value apply(LayerCall call, Value x, Value mean, Value variance, Shape weightShape) {
        refuseConstraints(call);
        Ops ops = call.ops();
        Value factor = ops.reciprocal(ops.sqrt(ops.add(variance, ops.like(x, epsilon))));
        if (scale) {
            factor = ops.mul(factor, ops.reshape(call.weight("gamma"), weightShape));
        }
        Value term = ops.neg(ops.mul(mean, factor));
        if (center) {
            term = ops.add(term, ops.reshape(call.weight("beta"), weightShape));
        }
        return ops.add(ops.mul(x, factor), term);
    }

    private void refuseConstraints(LayerCall call) {
        if (call.isTraining()) {
            LayerConfig.refuseToTrain("beta_constraint", betaConstraint);
            LayerConfig.refuseToTrain("gamma_constraint", gammaConstraint);
        }
    }
}
