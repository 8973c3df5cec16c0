package dev.slipway.cli.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.features.AdaptedFeatures;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.models.Model;
import dev.slipway.keras.models.Network;
import java.util.List;

/**
 * A model that takes raw columns: what becomes of each, side by side, and then a chain of layers.
 *
 * @param features the columns
 */
record FeatureModel(AdaptedFeatures features) {
    Model newModel(ModelSpec spec, long seed) {
        ObjectNode chain = spec.architecture().orElseThrow().deepCopy();
        boolean isChain = chain.path("class_name").asText().equals("Sequential");
        String first = chain.at("/config/layers/0/class_name").asText();
        if (!isChain || spec.base().isPresent() || first.equals("InputLayer")) {
            throw new ConfigException(
                    "model: " + (isChain ? first : chain.path("class_name").asText())
                            + " first (expected: layers: without input_shape and base:, as the features come first)");
        }
        KerasTensor x = features.encoded();
        for (Layer layer : layers(chain, x, seed)) {
            x = layer.apply(x);
        }
        String name = chain.at("/config/name").asText();
        String given = name.equals("sequential") ? "functional" : name;
        return Model.of(Network.functional(given, true, List.of(), features.inputs(), List.of(x)), seed);
    }

    private static List<Layer> layers(ObjectNode chain, KerasTensor before, long seed) {
        ArrayNode shape = Config.json().putArray("shape").add(before.shape().size(1));
        ((ArrayNode) chain.at("/config/layers")).insert(0, ModelSpec.input(shape, DataType.FLOAT));
        try (Model read = Model.fromJson(chain, LayerRegistry.builtIn(), seed)) {
            return read.network().layers().values().stream()
                    .filter(layer -> !(layer instanceof InputLayer))
                    .toList();
        }
    }
}
