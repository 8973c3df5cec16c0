package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * In training, sets whole channels of a row to zero with a probability and scales the others by {@code 1 / (1 - rate)};
 * otherwise the identity. {@code [batch, …, channels]}, or {@code [batch, channels, …]} with channels first.
 *
 * <p>Source: {@code keras.layers.SpatialDropout1D}, {@code SpatialDropout2D} and {@code SpatialDropout3D}, which differ
 * in the number of axes between batch and channels.
 */
public final class SpatialDropout extends RandomLayer {
    private static final String CHANNELS_FIRST = "channels_first";
    private static final String CHANNELS_LAST = "channels_last";

    private final int spatialAxes;
    private final double rate;
    private final String dataFormat;

    private SpatialDropout(
            String name, boolean trainable, int spatialAxes, double rate, OptionalInt seed, String dataFormat) {
        super(name, trainable, seed);
        this.spatialAxes = spatialAxes;
        this.rate = requireRate(rate);
        this.dataFormat = dataFormat;
        boolean known = dataFormat.equals(CHANNELS_LAST) || (dataFormat.equals(CHANNELS_FIRST) && spatialAxes > 1);
        if (!known || spatialAxes < 1 || spatialAxes > 3) {
            throw new IllegalArgumentException(this + ": data_format '" + dataFormat + "', " + spatialAxes
                    + " axes (expected: channels_last or channels_first, 1 to 3; of 1 channels_last)");
        }
    }

    /**
     * Drops channels of {@code [batch, …, channels]}.
     *
     * @param spatialAxes the number of axes between batch and channels, 1 to 3
     * @param rate the probability of a zero, 0 to 1
     * @return the layer
     */
    public static SpatialDropout of(int spatialAxes, double rate) {
        return new SpatialDropout("", true, spatialAxes, rate, OptionalInt.empty(), CHANNELS_LAST);
    }

    static SpatialDropout read(int spatialAxes, String name, Config config) {
        return new SpatialDropout(
                name,
                config.truth("trainable", true),
                spatialAxes,
                config.number("rate", 0),
                seed(config),
                config.text("data_format", CHANNELS_LAST));
    }

    @Override
    public String className() {
        return "SpatialDropout" + spatialAxes + "D";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("rate", rate);
        writeSeed(config);
        if (spatialAxes > 1) {
            config.put("data_format", dataFormat);
        }
        // Keras's constructor takes no such argument.
        config.remove("trainable");
    }

    @Override
    boolean draws() {
        return rate > 0;
    }

    @Override
    Value disturbed(LayerCall call) {
        List<Integer> lengths = new ArrayList<>(Collections.nCopies(spatialAxes + 2, 1));
        lengths.set(0, NoiseShape.AS_INPUT);
        lengths.set(dataFormat.equals(CHANNELS_FIRST) ? 1 : spatialAxes + 1, NoiseShape.AS_INPUT);
        return Dropout.dropped(call, new NoiseShape(lengths).narrow(call.ops(), call.input()), rate);
    }
}
