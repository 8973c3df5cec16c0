package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * Gives images as they are. It bounds the number of boxes beside them, which are no inputs of a model.
 *
 * <p>Source: {@code keras.layers.MaxNumBoundingBoxes}.
 */
public final class MaxNumBoundingBoxes extends Layer {
    private final int most;
    private final DataFormat format;
    private final Optional<JsonNode> boxFormat;

    private MaxNumBoundingBoxes(String name, Config config) {
        super(name, config.truth("trainable", true));
        config.ignore("fill_value");
        most = config.integer("max_number");
        format = DataFormat.read(config);
        boxFormat = config.find("bounding_box_format");
    }

    static MaxNumBoundingBoxes read(String name, Config config) {
        return new MaxNumBoundingBoxes(name, config);
    }

    @Override
    public String className() {
        return "MaxNumBoundingBoxes";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("max_number", most).put("data_format", format.kerasName());
        boxFormat.ifPresent(found -> config.set("bounding_box_format", found));
    }

    @Override
    public boolean passesMask() {
        return true;
    }

    @Override
    public List<Value> call(LayerCall call) {
        return call.inputs();
    }
}
