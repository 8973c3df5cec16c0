package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.OptionalInt;

/**
 * In training, sets each number to zero with a probability and scales the others by {@code 1 / (1 - rate)}; otherwise the
 * identity. With a noise shape, places along its axes of length 1 are kept or dropped together.
 *
 * <p>Source: {@code keras.layers.Dropout}.
 */
public final class Dropout extends RandomLayer {
    private final double rate;
    private final NoiseShape noiseShape;

    private Dropout(String name, boolean trainable, double rate, OptionalInt seed, NoiseShape noiseShape) {
        super(name, trainable, seed);
        this.rate = requireRate(rate);
        this.noiseShape = noiseShape;
    }

    /**
     * Drops with a random seed of the model's.
     *
     * @param rate the probability of a zero, 0 to 1
     * @return the layer
     */
    public static Dropout of(double rate) {
        return new Dropout("", true, rate, OptionalInt.empty(), NoiseShape.FULL);
    }

    /**
     * Drops with a given seed.
     *
     * @param rate the probability of a zero, 0 to 1
     * @param seed the seed
     * @return the layer
     */
    public static Dropout of(double rate, int seed) {
        return new Dropout("", true, rate, OptionalInt.of(seed), NoiseShape.FULL);
    }

    static Dropout read(String name, Config config) {
        return new Dropout(
                name, config.truth("trainable", true), config.number("rate", 0), seed(config), NoiseShape.read(config));
    }

    @Override
    public String className() {
        return "Dropout";
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
        return dropped(call, noiseShape.narrow(call.ops(), call.input()), rate);
    }

    /** The input with random zeros, one number drawn for each place of another tensor that broadcasts to it. */
    static Value dropped(LayerCall call, Value noise, double rate) {
        Ops ops = call.ops();
        Value x = call.input();
        if (rate == 1) {
            return ops.mul(x, ops.like(x, 0));
        }
        return ops.mul(x, ops.mul(kept(call, noise, rate), ops.like(x, 1 / (1 - rate))));
    }
}
