package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.Origin;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a model file holds.
 *
 * @param architecture the serialized model in Keras 3's form
 * @param compileConfig how the model was compiled, if it was
 * @param origin which Keras computes it so
 * @param layers the names of the top-level layers, in order
 * @param variables where each variable lies
 * @param values the content of each variable, by its path
 * @param keptNumbers numbers beside the variables, by their place in a {@code .keras} file
 * @param optimizerName the optimizer's name, such as {@code adam}
 * @param optimizer the optimizer's variables by name, in Keras's order; empty if the model was not compiled
 */
public record ModelDocument(
        ObjectNode architecture,
        Optional<ObjectNode> compileConfig,
        Origin origin,
        List<String> layers,
        List<StoredVariable> variables,
        Map<String, Tensor> values,
        Map<String, Tensor> keptNumbers,
        String optimizerName,
        Map<String, Tensor> optimizer) {

    /**
     * The same with names of layers that Keras 3 reads.
     *
     * @return this document, in which {@code /} in the name of a layer is {@code _}
     * @throws dev.slipway.keras.config.ConfigException if another layer has that name
     */
    public ModelDocument withPlainNames() {
        SlashedNames names = new SlashedNames(architecture);
        return new ModelDocument(
                (ObjectNode) names.in(architecture),
                compileConfig.map(config -> (ObjectNode) names.in(config)),
                origin,
                layers.stream().map(names::of).toList(),
                variables.stream().map(v -> v.withLayer(names.of(v.layer()))).toList(),
                values,
                keptNumbers,
                optimizerName,
                optimizer);
    }
}
