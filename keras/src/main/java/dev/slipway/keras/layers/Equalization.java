package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Gives each channel an even histogram in training, and images as they are otherwise: numbers fall into bins, and those of a bin become
 * {@code round((below - first) · 255 / (all - first))} of 255, where {@code below} numbers are in this and all lower bins, and
 * {@code first} in the lowest bin that has any. A channel whose numbers are all in one bin stays as it is. As in Keras, all images
 * of a batch are counted together.
 *
 * <p>The gradient is zero, as it is of all functions that cut digits off, but for channels that stay as they are. In Keras it is so on
 * JAX, and there is none on TensorFlow.
 *
 * <p>Source: {@code keras.layers.Equalization}.
 */
public final class Equalization extends Layer {
    private static final double WHITE = 255;
    private static final int USUAL_BINS = 256;
    private static final int MOST_BINS = 1 << 16;

    private final Augmentation.Range values;
    private final int bins;
    private final DataFormat format;

    private Equalization(String name, Config config) {
        super(name, config.truth("trainable", true));
        values = Augmentation.valueRange(config);
        bins = config.integer("bins", USUAL_BINS);
        Augmentation.requireCount(config, "bins", bins, 1, MOST_BINS);
        format = DataFormat.read(config);
    }

    static Equalization read(String name, Config config) {
        config.ignore("bounding_box_format");
        return new Equalization(name, config);
    }

    @Override
    public String className() {
        return "Equalization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.putArray("value_range").add(values.low()).add(values.high());
        config.put("bins", bins).put("data_format", format.kerasName());
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value images = call.floatingInput();
        if (!call.isTraining()) {
            return List.of(images);
        }
        ImageSize.requireImages(this, images, format);
        BatchStack batch = BatchStack.of(ops, format.toChannelsLast(ops, images), 1);
        Value changed = equalized(ops, batch, values, bins);
        return List.of(
                format == DataFormat.CHANNELS_LAST ? changed : DataFormat.CHANNELS_LAST.toChannelsFirst(ops, changed));
    }

    /** What this layer with the usual number of bins does to batches of images of a range. */
    static Value equalized(Ops ops, BatchStack batches, Augmentation.Range values) {
        return equalized(ops, batches, values, USUAL_BINS);
    }

    private static Value equalized(Ops ops, BatchStack batches, Augmentation.Range values, int bins) {
        Value images = batches.images();
        Dimension channels = images.shape().dimension(3);
        if (!channels.isKnown()) {
            throw new IllegalArgumentException("images of shape " + images.shape()
                    + " as [batch, rows, columns, channels] (expected: a known number of channels)");
        }
        double scale = WHITE / (values.high() - values.low());
        Value x = ops.add(ops.mul(images, ops.like(images, scale)), ops.like(images, -values.low() * scale));
        Value table = batches.places(ops, channels.size());
        Value offset = ops.mul(table, number(ops, bins));
        // Keras computes the bins to count in and the bins to read from in two ways, which differ by rounding.
        Value counted = bin(ops, ops.div(ops.mul(x, ops.like(x, bins - 1.0)), ops.like(x, WHITE)), bins);
        Value read = bin(ops, ops.mul(ops.div(x, ops.like(x, WHITE)), ops.like(x, bins - 1.0)), bins);
        long tables = channels.size() * batches.copies();
        Value histogram = histogram(ops, ops.add(counted, offset), tables, bins);
        Value all = ops.reshape(tables(ops, histogram, bins), Shape.of(tables * bins));
        Value found = ops.cast(ops.gather(all, ops.add(read, offset), 0), images.type());
        Value even = ops.add(ops.mul(found, ops.like(found, 1 / scale)), ops.like(found, values.low()));
        Value kinds = ops.reduceSum(ops.cast(ops.greater(histogram, number(ops, 0)), DataType.INT64), false, 1);
        Value isFlat = ops.lessOrEqual(ops.gather(kinds, table, 0), number(ops, 1));
        return ops.where(isFlat, images, even);
    }

    /** Cut after the conversion, for what is no number has some bin too. */
    private static Value bin(Ops ops, Value place, int bins) {
        return ops.clip(ops.cast(place, DataType.INT64), 0, bins - 1.0);
    }

    /** How many numbers are in each bin of each table, {@code [tables, bins]}. */
    private static Value histogram(Ops ops, Value bin, long tables, int bins) {
        Value all = ops.reshape(bin, Shape.of(List.of(ops.remainder(bin.shape(), 1))));
        Value none = ops.expand(number(ops, 0), Shape.of(tables * bins));
        Value counts = ops.scatterElements(none, all, ops.expandLike(ops.constant(1), all), 0, true);
        return ops.reshape(counts, Shape.of(tables, bins));
    }

    /** What becomes of the numbers of each bin, from 0 to 255, {@code [tables, bins]}. */
    private static Value tables(Ops ops, Value histogram, int bins) {
        Value below = ops.cumSum(histogram, 1, false);
        Value all = ops.slice(below, 1, bins - 1, bins);
        Value isUsed = ops.greater(below, number(ops, 0));
        Value first = ops.reduceMin(ops.where(isUsed, below, all), true, 1);
        Value others = ops.max(ops.sub(all, first), number(ops, 1));
        Value parts = ops.cast(ops.mul(ops.sub(below, first), number(ops, 255)), DataType.FLOAT);
        return ops.clip(ops.round(ops.div(parts, ops.cast(others, DataType.FLOAT))), 0, WHITE);
    }

    private static Value number(Ops ops, long value) {
        return ops.constant(DataType.INT64, (double) value);
    }
}
