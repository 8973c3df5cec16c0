package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Keras 2's RandomCrop: {@code [batch, rows, columns, channels]} to {@code [batch, height, width, channels]}. In training it gives a
 * window at a place that is drawn for the batch. At inference, and where images are smaller than the window, it gives the largest
 * part in their middle that has the window's ratio, resized bilinearly.
 *
 * <p>Before 2.7 it resized first and cropped then, each version in another way: there only images of the window's size are taken,
 * as they are.
 *
 * <p>Source: {@code keras.layers.RandomCrop} of Keras 2.7 to 2.15.
 */
final class Keras2RandomCrop extends RandomLayer {
    /** The name by which the reader of Keras 2's files asks for it; no Keras has it. */
    static final String CLASS_NAME = "Keras2RandomCrop";

    private static final DataFormat FORMAT = DataFormat.CHANNELS_LAST;

    private final ImageSize size;
    private final boolean resizesFirst;

    private Keras2RandomCrop(String name, Config config) {
        super(name, config.truth("trainable", true), seed(config));
        size = ImageSize.read(config);
        resizesFirst = config.truth("resizes_first", false);
    }

    static Keras2RandomCrop read(String name, Config config) {
        return new Keras2RandomCrop(name, config);
    }

    @Override
    public String className() {
        return CLASS_NAME;
    }

    @Override
    public String pythonName() {
        return "RandomCrop";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("height", size.height()).put("width", size.width()).put("resizes_first", resizesFirst);
        writeSeed(config);
    }

    @Override
    boolean draws() {
        return true;
    }

    @Override
    Value undisturbed(LayerCall call) {
        Value x = images(call);
        ImageSize old = ImageSize.of(this, x, FORMAT);
        Value part = old.insideWithRatioOf(size).crop(call.ops(), x, FORMAT, old);
        return old.equals(size) ? x : size.resize(call, part, FORMAT);
    }

    @Override
    Value disturbed(LayerCall call) {
        Value x = images(call);
        ImageSize old = ImageSize.of(this, x, FORMAT);
        boolean holdsWindow = old.height() >= size.height() && old.width() >= size.width();
        return holdsWindow ? RandomWindow.of(call, x, FORMAT, size) : undisturbed(call);
    }

    private Value images(LayerCall call) {
        ImageSize.requireImages(this, call.input(), FORMAT);
        Value x = call.floatingInput();
        if (resizesFirst && !ImageSize.of(this, x, FORMAT).equals(size)) {
            throw new IllegalArgumentException(this + " of Keras before 2.7: images of shape " + x.shape()
                    + " (expected: of height " + size.height() + " and width " + size.width()
                    + ", as what it made of others changed from version to version; save the model again in Keras 2.7 or"
                    + " later)");
        }
        return x;
    }
}
