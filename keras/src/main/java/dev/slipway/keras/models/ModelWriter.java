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

/** Makes the document of a model. */
final class ModelWriter {
    private ModelWriter() {}

    static ModelDocument document(Model model, Optional<CompileSpec> compile) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        for (Weight weight : model.weights()) {
            values.put(weight.path(), model.weight(weight.path()));
        }
        String optimizer = compile.map(c -> c.optimizer().options().name()).orElse("");
        Optional<ObjectNode> config = compile.map(CompileSpec::toJson);
        Map<String, Tensor> state =
                model.optimizerState().map(s -> optimizerVariables(model, s)).orElse(Map.of());
        Map<String, Tensor> kept = new LinkedHashMap<>();
        collectKept(model.network(), List.of(), "", kept);
        return new ModelDocument(
                model.toJson(),
                config,
                model.network().backend(),
                layerNames(model.network()),
                StoredVariables.of(model.network()),
                values,
                kept,
                optimizer,
                state);
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
    private static Map<String, Tensor> optimizerVariables(Model model, OptimizerState state) {
        Map<String, Tensor> variables = new LinkedHashMap<>();
        state.variables().forEach((key, value) -> {
            String path = Weight.join(model.name(), key.weight()).replace('/', '_');
            variables.put(key.weight().isEmpty() ? key.slot() : path + "_" + key.slot(), value);
        });
        int iteration = (int) state.iteration().longs().get(0);
        variables.put("iteration", Tensor.of(Shape.scalar(), iteration));
        return variables;
    }
}
