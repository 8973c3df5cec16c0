package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.OptionalInt;

/**
 * In training, multiplies by normal random numbers of mean 1 and deviation {@code sqrt(rate / (1 - rate))}; otherwise the
 * identity.
 *
 * <p>Source: {@code keras.layers.GaussianDropout}.
 */
public final class GaussianDropout extends RandomLayer {
    private final double rate;

    private GaussianDropout(String name, boolean trainable, double rate, OptionalInt seed) {
        super(name, trainable, seed);
        this.rate = requireRate(rate);
    }

    /**
     * Disturbs with a random seed of the model's.
     *
     * @param rate as the probability of a dropout that disturbs as much, 0 to 1; below 1 in training
     * @return the layer
     */
    public static GaussianDropout of(double rate) {
        return new GaussianDropout("", true, rate, OptionalInt.empty());
    }

    static GaussianDropout read(String name, Config config) {
        return new GaussianDropout(name, config.truth("trainable", true), config.number("rate", 0), seed(config));
    }

    @Override
    public String className() {
        return "GaussianDropout";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("rate", rate);
        writeSeed(config);
    }

    @Override
    boolean draws() {
        return rate > 0;
    }

    @Override
    Value disturbed(LayerCall call) {
        requireBelowOne(rate);
        Ops ops = call.ops();
        Value x = call.input();
        Value noise = ops.mul(normal(call, x), ops.like(x, Math.sqrt(rate / (1 - rate))));
        return ops.mul(x, ops.add(noise, ops.like(x, 1)));
    }
}
