package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;

/**
 * Where a tensor's channels lie: {@code [batch, …, channels]} or {@code [batch, channels, …]}.
 *
 * <p>ONNX knows the second only. A layer that needs it puts a transpose before and one behind; those of neighbouring
 * layers cancel out when the engine optimizes the graph.
 *
 * <p>Source: {@code keras.config.image_data_format}.
 */
enum DataFormat {
    CHANNELS_LAST("channels_last"),
    CHANNELS_FIRST("channels_first");

    private final String kerasName;

    DataFormat(String kerasName) {
        this.kerasName = kerasName;
    }

    static DataFormat read(Config config) {
        String name = config.text("data_format", CHANNELS_LAST.kerasName);
        try {
            return named(name);
        } catch (IllegalArgumentException e) {
            throw config.refused("data_format", name, "channels_last or channels_first");
        }
    }

    static DataFormat named(String name) {
        return Arrays.stream(values())
                .filter(format -> format.kerasName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "data_format '" + name + "' (expected: channels_last or channels_first)"));
    }

    String kerasName() {
        return kerasName;
    }

    /** The axis of the channels, from the end where that is nearer. */
    int channelAxis() {
        return this == CHANNELS_LAST ? -1 : 1;
    }

    /** The first of the axes that are neither batch nor channels. */
    int firstSpatialAxis() {
        return this == CHANNELS_LAST ? 1 : 2;
    }

    /** The axes that are neither batch nor channels. */
    int[] spatialAxes(int rank) {
        int[] axes = new int[rank - 2];
        Arrays.setAll(axes, i -> i + firstSpatialAxis());
        return axes;
    }

    /** Refuses a tensor that has another number of axes. */
    void requireRank(Layer layer, Shape shape, int spatialRank) {
        if (shape.rank() != spatialRank + 2) {
            String axes = this == CHANNELS_LAST ? "[batch, …, channels]" : "[batch, channels, …]";
            throw new IllegalArgumentException(layer + ": input of shape " + shape + " (expected: " + axes + " of rank "
                    + (spatialRank + 2) + ")");
        }
    }

    /** A tensor of this format as {@code [batch, channels, …]}. */
    Value toChannelsFirst(Ops ops, Value x) {
        if (this == CHANNELS_FIRST) {
            return x;
        }
        int rank = x.shape().rank();
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> i == 0 ? 0 : i == 1 ? rank - 1 : i - 1);
        return ops.transpose(x, permutation);
    }

    /** A tensor of this format as {@code [batch, …, channels]}. */
    Value toChannelsLast(Ops ops, Value x) {
        return this == CHANNELS_LAST ? x : CHANNELS_LAST.fromChannelsFirst(ops, x);
    }

    /** A tensor {@code [batch, channels, …]} in this format. */
    Value fromChannelsFirst(Ops ops, Value x) {
        if (this == CHANNELS_FIRST) {
            return x;
        }
        int rank = x.shape().rank();
        int[] permutation = new int[rank];
        Arrays.setAll(permutation, i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1);
        return ops.transpose(x, permutation);
    }
}
