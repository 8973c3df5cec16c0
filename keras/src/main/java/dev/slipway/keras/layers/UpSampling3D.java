package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Three axes repeated: {@code [batch, depth, rows, columns, channels]} to
 * {@code [batch, size0 · depth, size1 · rows, size2 · columns, channels]}, or with the channels in front.
 *
 * <p>Source: {@code keras.layers.UpSampling3D}.
 */
public final class UpSampling3D extends UpSampling {
    private UpSampling3D(String name, List<Long> size, DataFormat format) {
        super(name, size, format, Sampling.NEAREST);
    }

    /**
     * The layer.
     *
     * @param size how often each element comes along each axis: a number for each, or one for all; 1 or more
     * @return the layer
     */
    public static UpSampling3D of(long... size) {
        return new UpSampling3D("", Lengths.of("size", 3, 1, size), DataFormat.CHANNELS_LAST);
    }

    static UpSampling3D read(String name, Config config) {
        config.ignore("trainable");
        return new UpSampling3D(name, Lengths.read(config, "size", 3, 1, 2), DataFormat.read(config));
    }

    @Override
    public String className() {
        return "UpSampling3D";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        Lengths.write(config, "size", factors());
        config.put("data_format", format().kerasName());
    }
}
