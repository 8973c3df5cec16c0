package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One number for all elements of a window, each channel by itself: {@code [batch, …, channels]} to
 * {@code [batch, …, channels]}, or with the channels in front.
 *
 * <p>An axis of length n becomes {@code floor((n - poolSize) / stride) + 1} places long; padded to the same length,
 * {@code ceil(n / stride)}.
 *
 * <p>Source: {@code keras.layers.MaxPooling2D}, {@code AveragePooling2D} and those of one and three axes.
 */
public abstract class Pooling extends Layer {
    private static final List<Padding> PADDINGS = List.of(Padding.VALID, Padding.SAME);

    private final String className;
    private final Sliding sliding;
    private final DataFormat format;

    Pooling(String className, Builder<?> builder) {
        super(builder.name, true);
        this.className = className;
        sliding = Sliding.of(
                builder.poolSize, builder.strides.orElse(builder.poolSize), Padding.named(builder.padding, PADDINGS));
        format = builder.format;
    }

    @Override
    public final String className() {
        return className;
    }

    @Override
    public final void writeConfig(ObjectNode config) {
        Lengths.write(config, "pool_size", sliding.lengths());
        Lengths.write(config, "strides", sliding.strides());
        config.put("padding", sliding.padding().kerasName()).put("data_format", format.kerasName());
    }

    @Override
    public final List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        format.requireRank(this, call.input().shape(), sliding.rank());
        Value images = sliding.seen(ops, format.toChannelsFirst(ops, call.input()));
        Value result = pool(call, images, sliding);
        return List.of(format.fromChannelsFirst(ops, result));
    }

    /** Pools {@code [batch, channels, …]}. */
    abstract Value pool(LayerCall call, Value x, Sliding window);

    /**
     * Sets what differs from Keras's defaults.
     *
     * @param <L> the layer
     */
    public static final class Builder<L extends Pooling> {
        private final Function<Builder<L>, L> layer;
        private final int rank;
        private String name = "";
        private List<Long> poolSize;
        private Optional<List<Long>> strides = Optional.empty();
        private String padding = Padding.VALID.kerasName();
        private DataFormat format = DataFormat.CHANNELS_LAST;

        Builder(Function<Builder<L>, L> layer, int rank, long... poolSize) {
            this.layer = layer;
            this.rank = rank;
            this.poolSize = Lengths.of("pool_size", rank, 1, poolSize);
        }

        Builder<L> read(String layerName, Config config) {
            config.ignore("trainable");
            name = layerName;
            poolSize = Lengths.read(config, "pool_size", rank, 1, 2);
            strides = Lengths.find(config, "strides", rank, 1);
            padding = config.text("padding", padding);
            format = DataFormat.read(config);
            return this;
        }

        /**
         * Sets the layer's name.
         *
         * @param name the name, or empty to let the model choose
         * @return this builder
         */
        public Builder<L> name(String name) {
            this.name = name;
            return this;
        }

        /**
         * Sets how far the window moves; as far as it is long by default.
         *
         * @param strides a number for each axis, or one for all; 1 or more
         * @return this builder
         */
        public Builder<L> strides(long... strides) {
            this.strides = Optional.of(Lengths.of("strides", rank, 1, strides));
            return this;
        }

        /**
         * Sets what is around the input.
         *
         * @param padding {@code valid} for nothing, {@code same} for as much as gives {@code ceil(length / stride)} places
         * @return this builder
         */
        public Builder<L> padding(String padding) {
            this.padding = padding;
            return this;
        }

        /**
         * Sets where the channels are.
         *
         * @param dataFormat {@code channels_last} or {@code channels_first}
         * @return this builder
         */
        public Builder<L> dataFormat(String dataFormat) {
            this.format = DataFormat.named(dataFormat);
            return this;
        }

        /**
         * The layer as configured.
         *
         * @return the layer
         */
        public L build() {
            return layer.apply(this);
        }
    }
}
