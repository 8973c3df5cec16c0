package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/**
 * Gives each channel of an image an even histogram tile by tile. Of a tile's histogram what is above a limit is spread over all
 * bins; the number of values in a bin and all below it, scaled to 255, is what the bin's values become. A pixel is what the four
 * tiles whose centres are around it make of it, weighed by their distance. Images are filled up to whole tiles by their
 * mirror image. Images of integers give integers, cut.
 *
 * <p>Source: {@code keras.layers.ContrastLimitedAdaptiveHistogramEqualization} of Keras 3.15.
 */
public final class ContrastLimitedAdaptiveHistogramEqualization extends Layer {
    private static final int BINS = 256;
    private static final double WHITE = 255;

    private final Augmentation.Range values;
    private final double clipLimit;
    private final int rows;
    private final int columns;
    private final DataFormat format;
    private final Optional<JsonNode> boxFormat;

    private ContrastLimitedAdaptiveHistogramEqualization(String name, Config config) {
        super(name, config.truth("trainable", true));
        values = Augmentation.valueRange(config);
        clipLimit = config.number("clip_limit", 4);
        double[] grid = config.numbers("tile_grid_size").orElse(new double[] {8, 8});
        boolean fits = grid.length == 2 && isCount(grid[0]) && isCount(grid[1]);
        if (!fits) {
            throw config.refused(
                    "tile_grid_size",
                    config.find("tile_grid_size").orElseThrow().toString(),
                    "two whole numbers from 1 on");
        }
        rows = (int) grid[0];
        columns = (int) grid[1];
        format = DataFormat.read(config);
        boxFormat = config.find("bounding_box_format");
    }

    static ContrastLimitedAdaptiveHistogramEqualization read(String name, Config config) {
        return new ContrastLimitedAdaptiveHistogramEqualization(name, config);
    }

    private static boolean isCount(double number) {
        return number >= 1 && number <= Short.MAX_VALUE && number == Math.rint(number);
    }

    @Override
    public String className() {
        return "ContrastLimitedAdaptiveHistogramEqualization";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.putArray("value_range").add(values.low()).add(values.high());
        config.put("clip_limit", clipLimit);
        config.putArray("tile_grid_size").add(rows).add(columns);
        config.put("data_format", format.kerasName());
        boxFormat.ifPresent(found -> config.set("bounding_box_format", found));
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value given = call.input();
        ImageSize.requireImages(this, given, format);
        ImageSize size = ImageSize.of(this, given, format);
        Value images = ops.cast(format.toChannelsLast(ops, given), DataType.FLOAT);
        if (!images.shape().dimension(3).isKnown()) {
            throw new IllegalArgumentException(
                    this + ": input of shape " + given.shape() + " (expected: known channels)");
        }
        Value bytes = scaled(ops, images, values.low(), WHITE / (values.high() - values.low()), 0);
        Value even = equalized(ops, bytes, new Tiles(size.height(), rows), new Tiles(size.width(), columns));
        Value back = scaled(ops, even, 0, (values.high() - values.low()) / WHITE, values.low());
        Value result = ops.cast(back, given.type());
        return List.of(
                format == DataFormat.CHANNELS_LAST ? result : DataFormat.CHANNELS_LAST.toChannelsFirst(ops, result));
    }

    private static Value scaled(Ops ops, Value x, double from, double scale, double to) {
        Value moved = from == 0 ? x : ops.sub(x, ops.like(x, from));
        Value scaled = scale == 1 ? moved : ops.mul(moved, ops.like(x, scale));
        return to == 0 ? scaled : ops.add(scaled, ops.like(x, to));
    }

    /**
     * The tiles along one side of an image.
     *
     * @param length how many pixels there are
     * @param count how many tiles
     */
    private record Tiles(long length, int count) {
        long size() {
            return (length + count - 1) / count;
        }

        long filled() {
            return size() * count;
        }

        /** Where each pixel of whole tiles comes from. */
        long[] sources() {
            return places(place -> place < length ? place : 2 * length - 1 - place);
        }

        /** The tile that each pixel is in. */
        long[] own() {
            return places(place -> place / size());
        }

        /** The tile whose centre is before each pixel, or the one after it; the outer tiles have no neighbours there. */
        long[] neighbours(int after) {
            return places(place -> Math.min(count - 1, Math.max(0, (long) Math.floor(position(place)) - 1 + after)));
        }

        /** How far each pixel is from the centre before it to the next. */
        float[] weights() {
            float[] weights = new float[Math.toIntExact(filled())];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = position(i) - (float) Math.floor(position(i));
            }
            return weights;
        }

        /** In single precision, as Keras has it. */
        private float position(long place) {
            return (place - size() / 2f) / size() + 1;
        }

        private long[] places(LongUnaryOperator of) {
            return LongStream.range(0, filled()).map(of).toArray();
        }
    }

    private Value equalized(Ops ops, Value images, Tiles down, Tiles across) {
        if (down.filled() > 2 * down.length() || across.filled() > 2 * across.length()) {
            throw new IllegalArgumentException(this + ": images of " + down.length() + " x " + across.length()
                    + " (expected: at least half as large as " + rows + " x " + columns + " whole tiles)");
        }
        Value whole =
                ops.gather(ops.gather(images, ops.constant(down.sources()), 1), ops.constant(across.sources()), 2);
        Value pixels = ops.clip(ops.cast(whole, DataType.INT64), 0, WHITE);
        Grid grid = new Grid(ops, pixels, columns);
        Value tables = tables(ops, histograms(ops, grid, down, across), down.size() * across.size());
        Value low = weighed(ops, grid, tables, down.neighbours(0), across);
        Value high = weighed(ops, grid, tables, down.neighbours(1), across);
        float[] weights = down.weights();
        Value even = between(ops, low, high, Constant.of(Shape.of(weights.length, 1, 1), weights));
        return ops.slice(ops.slice(even, 1, 0, down.length()), 2, 0, across.length());
    }

    /**
     * The places of pixels in tables of 256 bins for each channel of each tile.
     *
     * @param ops the operators to apply
     * @param pixels {@code [batch, rows, columns, channels]}, from 0 to 255
     * @param tilesAcross how many tiles are in a row of them
     */
    private record Grid(Ops ops, Value pixels, int tilesAcross) {
        long channels() {
            return pixels.shape().size(3);
        }

        /** {@code [batch, pixels]}, with the tile of each row and of each column of pixels. */
        Value places(long[] downTiles, long[] acrossTiles) {
            long stride = channels() * BINS;
            Value down = offsets(downTiles, stride * tilesAcross, Shape.of(downTiles.length, 1, 1));
            Value across = offsets(acrossTiles, stride, Shape.of(acrossTiles.length, 1));
            Value channel = offsets(LongStream.range(0, channels()).toArray(), BINS, Shape.of(channels()));
            Value places = ops.add(ops.add(pixels, channel), ops.add(down, across));
            return ops.reshape(
                    places,
                    Shape.of((long) downTiles.length * acrossTiles.length * channels())
                            .prepend(pixels.shape().dimension(0)));
        }

        private Value offsets(long[] numbers, long stride, Shape shape) {
            return ops.reshape(
                    ops.constant(LongStream.of(numbers)
                            .map(number -> number * stride)
                            .toArray()),
                    shape);
        }
    }

    /** How many pixels there are in each bin, {@code [batch, tables, bins]}. */
    private Value histograms(Ops ops, Grid grid, Tiles down, Tiles across) {
        Value places = grid.places(down.own(), across.own());
        long tables = (long) rows * columns * grid.channels();
        Value first = ops.slice(places, 1, 0, 1);
        Value none = ops.pad(ops.mul(first, ops.like(first, 0)), new long[] {0, 0}, new long[] {0, tables * BINS - 1});
        Value ones = ops.expandLike(ops.constant(1L), places);
        Value counts = ops.scatterElements(none, places, ones, 1, true);
        return ops.cast(
                ops.reshape(
                        counts, Shape.of(tables, BINS).prepend(places.shape().dimension(0))),
                DataType.FLOAT);
    }

    /** What each bin becomes, {@code [batch, tables * bins]}. */
    private Value tables(Ops ops, Value histograms, long pixels) {
        Value counts = histograms;
        if (clipLimit > 0) {
            Value clipped = ops.min(counts, ops.like(counts, clipLimit * pixels / BINS));
            Value excess = ops.reduceSum(ops.sub(counts, clipped), true, 2);
            counts = ops.add(clipped, ops.div(excess, ops.like(excess, BINS)));
        }
        Value below = ops.cumSum(counts, 2, false);
        Value first = ops.slice(below, 2, 0, 1);
        Value others = ops.sub(ops.like(first, (double) pixels), first);
        Value isNone = ops.equal(others, ops.like(others, 0));
        Value divisor = ops.where(isNone, ops.like(others, 1), others);
        Value scaled = ops.div(ops.mul(ops.sub(below, first), ops.like(below, WHITE)), divisor);
        Shape shape = histograms.shape();
        return ops.reshape(
                ops.clip(scaled, 0, WHITE),
                Shape.of(shape.size(1) * shape.size(2)).prepend(shape.dimension(0)));
    }

    /** What the tiles of one row make of the pixels. */
    private Value weighed(Ops ops, Grid grid, Value tables, long[] downTiles, Tiles across) {
        Value left = ops.gatherElements(tables, grid.places(downTiles, across.neighbours(0)), 1);
        Value right = ops.gatherElements(tables, grid.places(downTiles, across.neighbours(1)), 1);
        float[] weights = across.weights();
        Shape shape = grid.pixels().shape();
        return between(
                ops,
                ops.reshape(left, shape),
                ops.reshape(right, shape),
                Constant.of(Shape.of(weights.length, 1), weights));
    }

    private static Value between(Ops ops, Value before, Value after, Constant weights) {
        Value weight = ops.constant(weights);
        return ops.add(ops.mul(before, ops.sub(ops.constant(DataType.FLOAT, 1), weight)), ops.mul(after, weight));
    }
}
