package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What makes the statistics of a batch in training those of all batches: {@code x̂ · r + d}, where x̂ is normalized by the batch,
 * {@code r = stddev / s} and {@code d = (mean − m) / s}, m and s being moving averages of mean and stddev before this batch, s at
 * least {@code sqrt(epsilon)}. r and d may be kept in bounds, and count as constants in the gradient.
 *
 * <p>Source: {@code keras.layers.BatchNormalization} of Keras 3.13 with {@code renorm}; S. Ioffe, "Batch Renormalization", 2017.
 *
 * @param clipping the bounds: {@code rmin}, {@code rmax} and {@code dmax}, as the file has them; empty for none
 * @param momentum how much of m and s stays in each step of training
 */
record Renormalization(Optional<ObjectNode> clipping, double momentum) {
    private static final String CLIPPING = "renorm_clipping";
    private static final String MOMENTUM = "renorm_momentum";

    /** The keys of a configuration; empty if there is to be no renormalization. */
    static Optional<Renormalization> read(Config config) {
        Optional<ObjectNode> clipping = config.find(CLIPPING).map(node -> {
            if (!(node instanceof ObjectNode bounds)
                    || !bounds.properties().stream().allMatch(Renormalization::isKnown)) {
                throw config.refused(CLIPPING, node.toString(), "numbers by the names rmin, rmax and dmax");
            }
            boolean isCrossed = bounds.has("rmin")
                    && bounds.has("rmax")
                    && bounds.get("rmin").doubleValue() > bounds.get("rmax").doubleValue();
            if (isCrossed || bounds.path("dmax").doubleValue() < 0) {
                throw config.refused(CLIPPING, node.toString(), "rmin up to rmax, and dmax from 0");
            }
            return bounds;
        });
        Renormalization read = new Renormalization(clipping, config.number(MOMENTUM, 0.99));
        return config.truth("renorm", false) ? Optional.of(read) : Optional.empty();
    }

    private static boolean isKnown(Map.Entry<String, JsonNode> bound) {
        return Set.of("rmin", "rmax", "dmax").contains(bound.getKey())
                && bound.getValue().isNumber();
    }

    void write(ObjectNode config) {
        config.put("renorm", true);
        clipping.ifPresentOrElse(bounds -> config.set(CLIPPING, bounds), () -> config.putNull(CLIPPING));
        config.put(MOMENTUM, momentum);
    }

    private OptionalDouble bound(String name) {
        return clipping.filter(bounds -> bounds.has(name))
                .map(bounds -> OptionalDouble.of(bounds.get(name).doubleValue()))
                .orElse(OptionalDouble.empty());
    }

    /**
     * What was normalized by its batch, corrected by the moving averages before this batch.
     *
     * @param normalized numbers of mean 0 and variance 1
     * @param mean the batch's mean, each axis but one of length 1
     * @param deviation the batch's {@code sqrt(variance + epsilon)}, of the same shape
     * @param epsilon as the layer has it
     */
    Value correct(LayerCall call, Value normalized, Value mean, Value deviation, double epsilon) {
        Ops ops = call.ops();
        Value usual = statistic(call, "renorm_mean", mean);
        Value stored = statistic(call, "renorm_stddev", mean);
        Value least = ops.max(stored, ops.like(stored, Math.sqrt(epsilon)));
        Value r = ops.div(deviation, least);
        Value d = ops.div(ops.sub(mean, usual), least);
        if (bound("rmin").isPresent()) {
            r = ops.max(r, ops.like(r, bound("rmin").getAsDouble()));
        }
        if (bound("rmax").isPresent()) {
            r = ops.min(r, ops.like(r, bound("rmax").getAsDouble()));
        }
        if (bound("dmax").isPresent()) {
            double most = bound("dmax").getAsDouble();
            d = ops.clip(d, -most, most);
        }
        return ops.add(ops.mul(normalized, ops.stopGradient(r)), ops.stopGradient(d));
    }

    private static Value statistic(LayerCall call, String name, Value like) {
        Shape shape = like.shape();
        return call.ops().cast(call.ops().reshape(call.variable(name), shape), like.type());
    }
}
