package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.saving.ModelDocument;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Makes the document of a model. */
final class ModelWriter {
    private ModelWriter() {}

    /**
     * Makes a document.
     *
     * @param network the architecture
     * @param weights the content of each weight, by path
     * @param compile how the model is compiled, if it is
     * @param state what its optimizer remembers, if it has one
     */
    static ModelDocument document(
            Network network,
            Function<String, Tensor> weights,
            Optional<CompileSpec> compile,
            Optional<OptimizerState> state) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        for (Weight weight : Model.weightsOf(network)) {
            values.put(weight.path(), weights.apply(weight.path()));
        }
        String optimizer = compile.map(c -> c.optimizer().options().name()).orElse("");
        Optional<ObjectNode> config = compile.map(CompileSpec::toJson);
        Map<String, Tensor> kept = new LinkedHashMap<>();
        collectKept(network, List.of(), "", kept);
        return new ModelDocument(
                ArchitectureWriter.toJson(network),
                config,
                network.origin().with(network.backend().inKeras3()),
                layerNames(network),
                StoredVariables.of(network),
                values,
                kept,
                optimizer,
                state.map(remembered -> optimizerVariables(network, remembered)).orElse(Map.of()));
    }

    /** The layers that Keras lists in a file. */
    static List<String> layerNames(Network network) {
        List<String> layers = new ArrayList<>();
        boolean sequential = network.kind() == Network.Kind.SEQUENTIAL;
        network.layers().forEach((name, layer) -> {
            if (!(sequential && layer instanceof InputLayer)) {
                layers.add(name);
            }
        });
        return layers;
    }

    private static void collectKept(Layer layer, List<Shape> inputs, String group, Map<String, Tensor> into) {
        layer.keptNumbers()
                .forEach((place, numbers) -> into.put(group + place, Tensor.of(Shape.of(numbers.length), numbers)));
        for (Layer.Child child : layer.children(inputs)) {
            collectKept(child.layer(), child.inputs(), group + child.group() + "/", into);
        }
    }

    /** Keras names a slot {@code <weight's path with underscores>_<slot>}; its iteration is an {@code int32}. */
    private static Map<String, Tensor> optimizerVariables(Network network, OptimizerState state) {
        Map<String, Tensor> variables = new LinkedHashMap<>();
        state.variables(network.origin().version()).forEach((key, value) -> {
            String path = Weight.join(network.name(), key.weight()).replace('/', '_');
            variables.put(key.weight().isEmpty() ? key.slot() : path + "_" + key.slot(), value);
        });
        int iteration = (int) state.iteration().longs().get(0);
        variables.put("iteration", Tensor.of(Shape.scalar(), iteration));
        return variables;
    }
}
