package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.MalformedFileException;
import dev.slipway.keras.saving.StoredVariable;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Makes a model from its file. */
final class ModelReader {
    private ModelReader() {}

    static Model read(KerasFile file, LayerRegistry registry) {
        Network network = ArchitectureReader.read(file.architecture(), registry, file.limits());
        List<StoredVariable> variables = StoredVariables.of(network);
        file.requireRoom(variables);
        Map<String, StoredVariable> places = new HashMap<>();
        variables.forEach(variable -> places.put(variable.path(), variable));
        SplittableRandom random = new SplittableRandom(0);
        Model model = new Model(network, weight -> content(weight, places, file, random));
        file.compileConfig().ifPresent(config -> compile(model, config, file));
        return model;
    }

    /** A model that cannot be trained here still predicts. */
    private static void compile(Model model, ObjectNode config, KerasFile file) {
        try {
            model.compile(config);
            model.optimizerState().ifPresent(state -> readOptimizer(state, file));
        } catch (MalformedFileException e) {
            model.close();
            throw e;
        } catch (ConfigException | IllegalArgumentException e) {
            model.refuseTraining(String.valueOf(e.getMessage()));
        }
    }

    /** Only .keras files have the states of random generators; without one a generator begins anew. */
    private static Tensor content(
            Weight weight, Map<String, StoredVariable> places, KerasFile file, SplittableRandom random) {
        StoredVariable variable = Objects.requireNonNull(places.get(weight.path()), weight.path());
        return variable.legacyIndex() >= 0 || file.stores(variable)
                ? file.read(variable)
                : Model.initial(weight, random);
    }

    /** Iteration, learning rate, then the slots; before its first step an optimizer may have none of these yet. */
    private static void readOptimizer(OptimizerState state, KerasFile file) {
        int stored = file.optimizerVariables();
        if (stored == 0) {
            return;
        }
        List<Tensor> slots = stored == 2 ? List.of() : List.copyOf(state.slots().values());
        if (stored != slots.size() + 2) {
            throw new ConfigException("optimizer: " + stored + " variables (expected: " + (slots.size() + 2) + ")");
        }
        state.iteration().assign(file.readOptimizer(0, DataType.INT64, Shape.scalar()));
        state.learningRate().assign(file.readOptimizer(1, DataType.FLOAT, Shape.scalar()));
        for (int i = 0; i < slots.size(); i++) {
            Tensor slot = slots.get(i);
            slot.assign(file.readOptimizer(i + 2, slot.type(), slot.shape()));
        }
    }
}
