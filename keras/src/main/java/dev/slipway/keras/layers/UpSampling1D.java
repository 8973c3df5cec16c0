package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Each step repeated: {@code [batch, steps, features]} to {@code [batch, size · steps, features]}.
 *
 * <p>Source: {@code keras.layers.UpSampling1D}.
 */
public final class UpSampling1D extends UpSampling {
    private UpSampling1D(String name, List<Long> size) {
        super(name, size, DataFormat.CHANNELS_LAST, Sampling.NEAREST);
    }

    /**
     * The layer.
     *
     * @param size how often each step comes, 1 or more
     * @return the layer
     */
    public static UpSampling1D of(long size) {
        return new UpSampling1D("", Lengths.of("size", 1, 1, size));
    }

    static UpSampling1D read(String name, Config config) {
        config.ignore("trainable");
        return new UpSampling1D(name, Lengths.read(config, "size", 1, 1, 2));
    }

    @Override
    public String className() {
        return "UpSampling1D";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("size", factors().get(0));
    }
}
