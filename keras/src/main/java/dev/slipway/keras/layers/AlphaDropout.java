package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.OptionalInt;

/**
 * In training, sets numbers to the floor s of SELU with a probability and then computes {@code a · x + b} with {@code a =
 * ((1 - rate) · (1 + rate · s²))^-0.5} and {@code b = -a · s · rate}, which keeps mean 0 and variance 1; otherwise the
 * identity.
 *
 * <p>Source: {@code keras.layers.AlphaDropout}; G. Klambauer et al., "Self-Normalizing Neural Networks", 2017.
 */
public final class AlphaDropout extends RandomLayer {
    private static final double FLOOR = -1.6732632423543772 * 1.0507009873554805;

    private final double rate;
    private final NoiseShape noiseShape;

    private AlphaDropout(String name, boolean trainable, double rate, OptionalInt seed, NoiseShape noiseShape) {
        super(name, trainable, seed);
        this.rate = requireRate(rate);
        this.noiseShape = noiseShape;
    }

    /**
     * Drops with a random seed of the model's.
     *
     * @param rate the probability of a drop, 0 to 1; below 1 in training
     * @return the layer
     */
    public static AlphaDropout of(double rate) {
        return new AlphaDropout("", true, rate, OptionalInt.empty(), NoiseShape.FULL);
    }

    static AlphaDropout read(String name, Config config) {
        return new AlphaDropout(
                name, config.truth("trainable", true), config.number("rate", 0), seed(config), NoiseShape.read(config));
    }

    @Override
    public String className() {
        return "AlphaDropout";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("rate", rate);
        writeSeed(config);
        noiseShape.write(config);
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
        Value kept = kept(call, noiseShape.narrow(ops, x), rate);
        Value dropped = ops.mul(ops.sub(ops.like(x, 1), kept), ops.like(x, FLOOR));
        double a = 1 / Math.sqrt((1 - rate) * (1 + rate * FLOOR * FLOOR));
        Value scaled = ops.mul(ops.add(ops.mul(x, kept), dropped), ops.like(x, a));
        return ops.add(scaled, ops.like(x, -a * FLOOR * rate));
    }
}
