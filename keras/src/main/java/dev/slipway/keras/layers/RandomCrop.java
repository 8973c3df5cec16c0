package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Optional;

/**
 * Crops images at random in training and promises to crop them otherwise: only images that have the size already are
 * taken, as they are. Others are refused, as Keras 3.9 gives them whole at inference, whatever it promised.
 *
 * <p>Source: {@code keras.layers.RandomCrop}.
 */
public final class RandomCrop extends RandomLayer {
    private final int height;
    private final int width;
    private final String dataFormat;
    private final Optional<JsonNode> boxFormat;

    private RandomCrop(String name, Config config) {
        super(name, config.truth("trainable", true), seed(config));
        height = config.integer("height");
        width = config.integer("width");
        dataFormat = config.text("data_format", "channels_last");
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
        config.put("height", height).put("width", width).put("data_format", dataFormat);
        boxFormat.ifPresent(format -> config.set("bounding_box_format", format));
        writeSeed(config);
    }

    @Override
    boolean draws() {
        return true;
    }

    @Override
    Value undisturbed(LayerCall call) {
        Shape shape = call.input().shape();
        int heightAxis = dataFormat.equals("channels_first") ? -2 : -3;
        boolean fits = shape.rank() == 4
                && shape.dimension(heightAxis).is(height)
                && shape.dimension(heightAxis + 1).is(width);
        if (!fits) {
            throw new IllegalArgumentException(this + ": images of shape " + shape + " (expected: of height " + height
                    + " and width " + width + ", as Slipway does not crop at random yet)");
        }
        return call.input();
    }

    @Override
    Value disturbed(LayerCall call) {
        return undisturbed(call);
    }
}
