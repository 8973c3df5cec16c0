package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Optional;

/**
 * A window of images at a place that is drawn for the batch, in training only: {@code [batch, rows, columns, channels]} to {@code
 * [batch, height, width, channels]}, or with the channels in front. Images that are not larger than the window in both directions
 * are cut where a window of its ratio in their middle begins, and what is left is resized, bilinearly.
 *
 * <p>At inference Keras 3 gives images as they are, whole, though it promises to crop them then too (its issue 21868), and builds the
 * layers behind this one for the window all the same. So does Slipway: a model runs on larger images if those layers do.
 *
 * <p>Differs from Keras: whole images of another type than that in which the layer computes become such, as the layer says of its
 * results in Keras as well.
 *
 * <p>Source: {@code keras.layers.RandomCrop} of Keras 3.9; {@link Keras2RandomCrop} is that of Keras 2.
 */
public final class RandomCrop extends RandomLayer {
    private final ImageSize size;
    private final DataFormat format;

    /** How boxes beside images are written, which are no inputs of a model: kept for the file. */
    private final Optional<JsonNode> boxFormat;

    private RandomCrop(String name, Config config) {
        super(name, config.truth("trainable", true), seed(config));
        size = ImageSize.read(config);
        format = DataFormat.read(config);
        boxFormat = config.find("bounding_box_format");
    }

    static RandomCrop read(String name, Config config) {
        return new RandomCrop(name, config);
    }

    @Override
    public String className() {
        return "RandomCrop";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("height", size.height()).put("width", size.width()).put("data_format", format.kerasName());
        boxFormat.ifPresent(found -> config.set("bounding_box_format", found));
        writeSeed(config);
    }

    @Override
    boolean draws() {
        return true;
    }

    @Override
    Value undisturbed(LayerCall call) {
        Value x = images(call);
        return call.isDeclaration() ? declared(call.ops(), x) : x;
    }

    private Value images(LayerCall call) {
        ImageSize.requireImages(this, call.input(), format);
        return call.floatingInput();
    }

    /** Something of the shape that images have after a crop. */
    private Value declared(Ops ops, Value x) {
        int axis = format.firstSpatialAxis();
        return firstOnly(ops, firstOnly(ops, x, axis, size.height()), axis + 1, size.width());
    }

    private static Value firstOnly(Ops ops, Value x, int axis, long length) {
        return ops.gather(x, ops.constant(Constant.of(new long[Math.toIntExact(length)])), axis);
    }

    @Override
    Value disturbed(LayerCall call) {
        Value x = images(call);
        ImageSize old = ImageSize.of(this, x, format);
        if (old.height() > size.height() && old.width() > size.width()) {
            return RandomWindow.of(call, x, format, size);
        }
        ImageSize inside = old.insideWithRatioOf(size);
        Ops ops = call.ops();
        int axis = format.firstSpatialAxis();
        Value rows = from(ops, x, axis, (old.height() - inside.height()) / 2, size.height());
        Value window = from(ops, rows, axis + 1, (old.width() - inside.width()) / 2, size.width());
        boolean fits = ImageSize.of(this, window, format).equals(size);
        return fits ? window : size.resize(call, window, format);
    }

    /** As many elements as there are from a place on, but no more than are wanted. */
    private static Value from(Ops ops, Value x, int axis, long start, long wanted) {
        long end = Math.min(x.shape().size(axis), start + wanted);
        return end - start == x.shape().size(axis) ? x : ops.slice(x, axis, start, end);
    }
}
