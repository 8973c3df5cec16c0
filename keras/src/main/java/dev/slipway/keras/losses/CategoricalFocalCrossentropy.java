package dev.slipway.keras.losses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;

/**
 * {@code -sum(alpha · (1 - p)^gamma · t · ln(p))} along the axis of the classes; probabilities are divided by their sum and
 * clipped to {@code [1e-7, 1 - 1e-7]}. {@code alpha} is one number, or one for each class of the last axis.
 *
 * <p>Source: {@code keras.losses.CategoricalFocalCrossentropy}.
 */
final class CategoricalFocalCrossentropy extends Loss {
    private final CrossentropyOptions options;
    private final double[] alpha;
    private final double gamma;

    CategoricalFocalCrossentropy(Config config) {
        super(config.text("name", "categorical_focal_crossentropy"), reduction(config));
        this.options = CrossentropyOptions.read(config);
        this.alpha = config.numbers("alpha").orElse(new double[] {0.25});
        this.gamma = config.number("gamma", 2);
    }

    @Override
    public String className() {
        return "CategoricalFocalCrossentropy";
    }

    @Override
    protected void writeConfig(ObjectNode config) {
        options.write(config);
        config.put("gamma", gamma);
        if (alpha.length == 1) {
            config.put("alpha", alpha[0]);
        } else {
            ArrayNode each = config.putArray("alpha");
            Arrays.stream(alpha).forEach(each::add);
        }
    }

    @Override
    public Value values(Ops ops, Value target, Value prediction) {
        Value t = options.smoothed(ops, target, target.shape().dimension(-1));
        Value given = options.fromLogits() ? ops.softmax(prediction, options.axis()) : prediction;
        Value p = LogProbabilities.clipped(ops, LogProbabilities.normalized(ops, given, options.axis()));
        Value doubt = ops.pow(ops.sub(ops.like(p, 1), p), ops.like(p, gamma));
        Value entropy = ops.neg(ops.mul(t, ops.log(p)));
        return ops.reduceSum(ops.mul(ops.mul(doubt, weight(ops, p)), entropy), false, options.axis());
    }

    private Value weight(Ops ops, Value like) {
        if (alpha.length == 1) {
            return ops.like(like, alpha[0]);
        }
        float[] each = new float[alpha.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = (float) alpha[i];
        }
        return ops.cast(ops.constant(Constant.of(Shape.of(each.length), each)), like.type());
    }
}
