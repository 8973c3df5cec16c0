package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.OptionalInt;

/**
 * In training, adds normal random numbers of mean 0; otherwise the identity.
 *
 * <p>Source: {@code keras.layers.GaussianNoise}.
 */
public final class GaussianNoise extends RandomLayer {
    private final double deviation;

    private GaussianNoise(String name, boolean trainable, double deviation, OptionalInt seed) {
        super(name, trainable, seed);
        if (!(deviation >= 0 && deviation <= 1)) {
            throw new IllegalArgumentException(this + ": stddev " + deviation + " (expected: 0 to 1)");
        }
        this.deviation = deviation;
    }

    /**
     * Disturbs with a random seed of the model's.
     *
     * @param deviation the standard deviation of what is added, 0 to 1
     * @return the layer
     */
    public static GaussianNoise of(double deviation) {
        return new GaussianNoise("", true, deviation, OptionalInt.empty());
    }

    static GaussianNoise read(String name, Config config) {
        return new GaussianNoise(name, config.truth("trainable", true), config.number("stddev", 0), seed(config));
    }

    @Override
    public String className() {
        return "GaussianNoise";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("stddev", deviation);
        writeSeed(config);
    }

    @Override
    boolean draws() {
        return deviation > 0;
    }

    @Override
    Value disturbed(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        return ops.add(x, ops.mul(normal(call, x), ops.like(x, deviation)));
    }
}
