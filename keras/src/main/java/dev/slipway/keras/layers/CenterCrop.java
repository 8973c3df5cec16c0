package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * The middle of images: {@code [batch, rows, columns, channels]} to {@code [batch, height, width, channels]}, or with the
 * channels in front; in float32. Images that are smaller than that are cropped to the ratio of the sides and then resized,
 * bilinearly.
 *
 * <p>Source: {@code keras.layers.CenterCrop}.
 */
public final class CenterCrop extends Layer {
    private final ImageSize size;
    private final DataFormat format;

    /** How boxes beside images are written, which are no inputs of a model: kept for the file. */
    private final Optional<JsonNode> boxFormat;

    private CenterCrop(String name, ImageSize size, DataFormat format, Optional<JsonNode> boxFormat) {
        super(name, true);
        this.size = size;
        this.format = format;
        this.boxFormat = boxFormat;
    }

    /**
     * The layer, for images whose channels are last.
     *
     * @param height the number of rows kept, 1 or more
     * @param width the number of columns kept, 1 or more
     * @return the layer
     */
    public static CenterCrop of(int height, int width) {
        return new CenterCrop("", new ImageSize(height, width), DataFormat.CHANNELS_LAST, Optional.empty());
    }

    static CenterCrop read(String name, Config config) {
        config.ignore("trainable");
        return new CenterCrop(
                name, ImageSize.read(config), DataFormat.read(config), config.find("bounding_box_format"));
    }

    @Override
    public String className() {
        return "CenterCrop";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("height", size.height()).put("width", size.width()).put("data_format", format.kerasName());
        boxFormat.ifPresent(found -> config.set("bounding_box_format", found));
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        ImageSize.requireImages(this, call.input(), format);
        Value x = call.floatingInput();
        ImageSize old = ImageSize.of(this, x, format);
        if (old.height() >= size.height() && old.width() >= size.width()) {
            return List.of(size.crop(ops, x, format, old));
        }
        Value cropped = old.insideWithRatioOf(size).crop(ops, x, format, old);
        return List.of(size.resize(call, cropped, format));
    }
}
