package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Rows and columns repeated or interpolated: {@code [batch, rows, columns, channels]} to
 * {@code [batch, size0 · rows, size1 · columns, channels]}, or with the channels in front.
 *
 * <p>Interpolations: those of {@link Resizing}, without antialiasing.
 *
 * <p>Source: {@code keras.layers.UpSampling2D}.
 */
public final class UpSampling2D extends UpSampling {
    private UpSampling2D(String name, List<Long> size, DataFormat format, Sampling sampling) {
        super(name, size, format, sampling);
    }

    /**
     * A layer that repeats.
     *
     * @param size how often rows and columns come: a number for each, or one for both; 1 or more
     * @return the layer
     */
    public static UpSampling2D of(long... size) {
        return of("nearest", size);
    }

    /**
     * A layer that interpolates.
     *
     * @param interpolation {@code nearest}, {@code bilinear}, {@code bicubic}, {@code lanczos3} or another of {@link Resizing}
     * @param size how many times as many rows and columns there are: a number for each, or one for both; 1 or more
     * @return the layer
     */
    public static UpSampling2D of(String interpolation, long... size) {
        return new UpSampling2D(
                "", Lengths.of("size", 2, 1, size), DataFormat.CHANNELS_LAST, Sampling.named(interpolation));
    }

    static UpSampling2D read(String name, Config config) {
        config.ignore("trainable");
        List<Long> size = Lengths.read(config, "size", 2, 1, 2);
        return new UpSampling2D(name, size, DataFormat.read(config), Sampling.read(config, "nearest"));
    }

    @Override
    public String className() {
        return "UpSampling2D";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        Lengths.write(config, "size", factors());
        config.put("data_format", format().kerasName())
                .put("interpolation", sampling().kerasName());
    }
}
