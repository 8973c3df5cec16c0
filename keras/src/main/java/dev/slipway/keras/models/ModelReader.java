package dev.slipway.keras.models;

import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.config.Origin;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.MalformedFileException;
import dev.slipway.keras.saving.StoredVariable;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Makes a model from its file. */
final class ModelReader {
    private ModelReader() {}

    static Model read(KerasFile file, LayerRegistry registry, Origin origin) {
        Model model = untrained(file, registry, origin);
        file.oldForm().ifPresent(model::writtenAs);
        try {
            compile(model, file, origin.version());
            model.keepCompiledAsRead();
        } catch (ConfigException | IllegalArgumentException | MalformedFileException e) {
            model.refuseTraining(String.valueOf(e.getMessage()));
        }
        return model;
    }

    /** A model that knows nothing of how it was trained. */
    static Model untrained(KerasFile file, LayerRegistry registry, Origin origin) {
        Network network = ArchitectureReader.read(LookupAssets.inlined(file), registry, origin, file.limits());
        Map<String, StoredVariable> places = places(network);
        file.expect(List.copyOf(places.values()));
        SplittableRandom random = new SplittableRandom(0);
        return new Model(network, registry, weight -> content(weight, places, file, random));
    }

    /** A model that cannot be trained here, or whose optimizer's state is damaged, still predicts. */
    private static void compile(Model model, KerasFile file, KerasVersion version) {
        file.compileConfig().ifPresent(config -> {
            model.compile(config);
            List<KerasFile.Content> stored = file.optimizerVariables(trained(model));
            if (!fits(model, stored, version)) {
                // Whether Keras scaled the loss of half precision stands nowhere but in what its optimizer remembers.
                model.compile(config.deepCopy().put(CompileSpec.AUTO_SCALE_LOSS, false));
            }
            model.optimizerState().ifPresent(state -> readOptimizer(state, stored, version));
        });
    }

    private static boolean fits(Model model, List<KerasFile.Content> stored, KerasVersion version) {
        OptimizerState state = model.optimizerState().orElseThrow();
        List<Shape> found = foundShapes(stored);
        return found.isEmpty()
                || found.equals(shapes(state.early()))
                || state.orders(version).stream().anyMatch(order -> found.equals(shapes(order)));
    }

    private static List<Shape> foundShapes(List<KerasFile.Content> stored) {
        return stored.stream().map(KerasFile.Content::shape).toList();
    }

    private static List<Shape> shapes(Collection<Tensor> variables) {
        return variables.stream().map(Tensor::shape).toList();
    }

    /** Only .keras files have the states of random generators; without one a generator begins anew. */
    private static Tensor content(
            Weight weight, Map<String, StoredVariable> places, KerasFile file, SplittableRandom random) {
        StoredVariable variable = place(places, weight);
        return variable.legacyIndex() >= 0 || file.stores(variable)
                ? file.read(variable)
                : Model.initial(weight, random);
    }

    /** The weights that are trained, in the order in which the optimizer has them. */
    private static List<StoredVariable> trained(Model model) {
        Map<String, StoredVariable> places = places(model.network());
        return model.weights().stream()
                .filter(Weight::trainable)
                .map(weight -> place(places, weight))
                .toList();
    }

    private static Map<String, StoredVariable> places(Network network) {
        Map<String, StoredVariable> places = new LinkedHashMap<>();
        StoredVariables.of(network).forEach(variable -> places.put(variable.path(), variable));
        return places;
    }

    private static StoredVariable place(Map<String, StoredVariable> places, Weight weight) {
        return Objects.requireNonNull(places.get(weight.path()), weight.path());
    }

    /** Iteration, learning rate, then the slots; before its first step an optimizer may have none of these yet. */
    static void readOptimizer(OptimizerState state, List<KerasFile.Content> stored, KerasVersion version) {
        if (stored.isEmpty()) {
            return;
        }
        List<Tensor> variables = state.early();
        if (stored.size() > variables.size()) {
            List<Shape> found = foundShapes(stored);
            List<List<Tensor>> orders = state.orders(version);
            variables = orders.stream()
                    .filter(order -> found.equals(shapes(order)))
                    .findFirst()
                    .orElse(orders.get(0));
        }
        if (stored.size() != variables.size()) {
            throw new ConfigException(
                    "optimizer: " + stored.size() + " variables (expected: " + variables.size() + ")");
        }
        for (int i = 0; i < variables.size(); i++) {
            Tensor variable = variables.get(i);
            variable.assign(stored.get(i).read(variable.type(), variable.shape()));
        }
    }
}
