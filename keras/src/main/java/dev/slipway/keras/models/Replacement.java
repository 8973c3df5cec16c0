package dev.slipway.keras.models;

import dev.slipway.keras.layers.Layer;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What is written in the place of a layer.
 *
 * @param chain the layers, each applied to the first result of the one before; the last has the old layer's name
 * @param weights the weights that are others now, by their paths below the network around the layer
 * @param notes what was done, to be told to whoever writes the model
 */
record Replacement(List<Layer> chain, Map<String, Tensor> weights, List<String> notes) {
    static Replacement of(Layer layer, Map<String, Tensor> weights, String note) {
        return new Replacement(List.of(layer), weights, List.of(note));
    }
}
