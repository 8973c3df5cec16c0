package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * Images in another size: {@code [batch, rows, columns, channels]} to {@code [batch, height, width, channels]}, or with the
 * channels in front; of the type they have.
 *
 * <p>Sides in another ratio are stretched, or cropped first, or padded first. Interpolations: {@code nearest},
 * {@code bilinear}, {@code bicubic} (a = -0.75 in files of Keras on PyTorch without {@code antialias}, otherwise a = -0.5 and
 * nothing beyond the edges) and, for images of known sizes, {@code lanczos3}, {@code lanczos5} and TensorFlow's {@code area},
 * {@code gaussian} and {@code mitchellcubic}.
 *
 * <p>Source: {@code keras.layers.Resizing}.
 */
public final class Resizing extends Layer {
    private final ImageSize size;
    private final Sampling sampling;
    private final boolean antialias;
    private final Ratio ratio;
    private final double fillValue;
    private final DataFormat format;

    /** How boxes beside images are written, which are no inputs of a model: kept for the file. */
    private final Optional<JsonNode> boxFormat;

    private Resizing(
            String name,
            ImageSize size,
            Sampling sampling,
            boolean antialias,
            Ratio ratio,
            double fillValue,
            DataFormat format,
            Optional<JsonNode> boxFormat) {
        super(name, true);
        this.boxFormat = boxFormat;
        this.size = size;
        this.sampling = sampling;
        this.antialias = antialias;
        this.ratio = ratio;
        this.fillValue = fillValue;
        this.format = format;
    }

    /** What is done where the sides of the images have another ratio than those wanted. */
    private enum Ratio {
        STRETCH,
        CROP,
        PAD
    }

    /**
     * A layer that stretches.
     *
     * @param height the number of rows, 1 or more
     * @param width the number of columns, 1 or more
     * @return the layer
     */
    public static Resizing of(int height, int width) {
        return of(height, width, "bilinear");
    }

    /**
     * A layer that stretches.
     *
     * @param height the number of rows, 1 or more
     * @param width the number of columns, 1 or more
     * @param interpolation {@code nearest}, {@code bilinear}, {@code bicubic}, {@code lanczos3} or another of those above
     * @return the layer
     */
    public static Resizing of(int height, int width, String interpolation) {
        return new Resizing(
                "",
                new ImageSize(height, width),
                Sampling.named(interpolation),
                false,
                Ratio.STRETCH,
                0,
                DataFormat.CHANNELS_LAST,
                Optional.empty());
    }

    static Resizing read(String name, Config config) {
        config.ignore("trainable");
        Sampling sampling = Sampling.read(config, "bilinear");
        boolean crops = config.truth("crop_to_aspect_ratio", false);
        boolean pads = config.truth("pad_to_aspect_ratio", false);
        if (crops && pads) {
            throw config.refused("pad_to_aspect_ratio", "true", "false, as crop_to_aspect_ratio is true");
        }
        String fillMode = config.text("fill_mode", "constant");
        if (!fillMode.equals("constant")) {
            throw config.refused("fill_mode", fillMode, "constant");
        }
        return new Resizing(
                name,
                ImageSize.read(config),
                sampling,
                config.truth("antialias", false),
                crops ? Ratio.CROP : pads ? Ratio.PAD : Ratio.STRETCH,
                config.number("fill_value", 0),
                DataFormat.read(config),
                config.find("bounding_box_format"));
    }

    @Override
    public String className() {
        return "Resizing";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("height", size.height()).put("width", size.width());
        config.put("interpolation", sampling.kerasName());
        config.put("crop_to_aspect_ratio", ratio == Ratio.CROP).put("pad_to_aspect_ratio", ratio == Ratio.PAD);
        config.put("fill_mode", "constant").put("fill_value", fillValue).put("antialias", antialias);
        config.put("data_format", format.kerasName());
        boxFormat.ifPresent(found -> config.set("bounding_box_format", found));
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        Value x = call.input();
        ImageSize.requireImages(this, x, format);
        if (ratio != Ratio.STRETCH) {
            ImageSize old = ImageSize.of(this, x, format);
            x = ratio == Ratio.CROP
                    ? old.insideWithRatioOf(size).crop(ops, x, format, old)
                    : pad(call, x, old, old.aroundWithRatioOf(size));
        }
        return List.of(size.resize(call, x, format, sampling, antialias));
    }

    /**
     * As much in front as behind, so that an odd rest is left out, as in Keras. Before Keras 3.15, what is on the left was
     * filled with 1 on PyTorch, whatever {@code fill_value} says.
     */
    private Value pad(LayerCall call, Value x, ImageSize old, ImageSize around) {
        int rows = format.firstSpatialAxis();
        long above = (around.height() - old.height()) / 2;
        long left = (around.width() - old.width()) / 2;
        boolean isOne = call.backend() == Backend.TORCH && !call.version().fillsAlikeEverywhere();
        double leftFill = isOne ? 1 : fillValue;
        Value columns = padded(call.ops(), x, rows + 1, left, 0, leftFill);
        columns = padded(call.ops(), columns, rows + 1, 0, left, fillValue);
        return padded(call.ops(), columns, rows, above, above, fillValue);
    }

    private static Value padded(Ops ops, Value x, int axis, long before, long after, double fill) {
        long[] first = new long[4];
        long[] last = new long[4];
        first[axis] = before;
        last[axis] = after;
        return before + after == 0 ? x : ops.pad(x, first, last, fill);
    }
}
