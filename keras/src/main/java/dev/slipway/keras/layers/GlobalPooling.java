package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * One number for all elements of each channel: {@code [batch, …, channels]} to {@code [batch, channels]}, or with the kept axes
 * of length 1; or with the channels in front.
 *
 * <p>Source: {@code keras.layers.GlobalAveragePooling2D}, {@code GlobalMaxPooling2D} and those of one and three axes.
 */
public abstract class GlobalPooling extends Layer {
    private final String className;
    private final int rank;
    private final DataFormat format;
    private final boolean keepDims;

    GlobalPooling(String className, int rank, Options options) {
        super(options.name, true);
        this.className = className;
        this.rank = rank;
        this.format = options.format;
        this.keepDims = options.keepDims;
    }

    /**
     * What can be chosen.
     *
     * @param name the layer's name, or empty
     * @param format where the channels are
     * @param keepDims whether the other axes stay, with length 1
     */
    record Options(String name, DataFormat format, boolean keepDims) {
        static final Options DEFAULT = new Options("", DataFormat.CHANNELS_LAST, false);

        static Options read(String name, Config config) {
            config.ignore("trainable");
            return new Options(name, DataFormat.read(config), config.truth("keepdims", false));
        }

        static Options of(String dataFormat, boolean keepDims) {
            return new Options("", DataFormat.named(dataFormat), keepDims);
        }
    }

    @Override
    public final String className() {
        return className;
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        config.put("data_format", format.kerasName()).put("keepdims", keepDims);
    }

    @Override
    public final List<Value> call(LayerCall call) {
        format.requireRank(this, call.input().shape(), rank);
        return List.of(reduce(call, keepDims, format.spatialAxes(rank + 2)));
    }

    final int channelAxis() {
        return format.channelAxis();
    }

    /** The input, whole numbers in single precision, as means of them are. */
    static Value floating(LayerCall call) {
        Value x = call.input();
        return x.type().isFloating() ? x : call.ops().cast(x, DataType.FLOAT);
    }

    abstract Value reduce(LayerCall call, boolean keep, int[] axes);
}
