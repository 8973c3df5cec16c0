package dev.slipway.keras.models;

import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.saving.KerasFile;
import dev.slipway.keras.saving.StoredVariable;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.runtime.Tensor;
import java.util.List;

/** Fills a model from its file. */
final class ModelReader {
    private ModelReader() {}

    static void readInto(Model model, KerasFile file) {
        for (StoredVariable variable : StoredVariables.of(model.network())) {
            // Only .keras files have the states of random generators; without one a generator begins anew.
            if (variable.legacyIndex() >= 0 || file.stores(variable)) {
                model.assign(variable.path(), file.read(variable));
            }
        }
        file.compileConfig().ifPresent(config -> {
            model.compile(config);
            model.optimizerState().ifPresent(state -> readOptimizer(state, file.optimizerVariables()));
        });
    }

    /** Iteration, learning rate, then the slots; before its first step an optimizer may have none of these yet. */
    private static void readOptimizer(OptimizerState state, List<Tensor> stored) {
        if (stored.isEmpty()) {
            return;
        }
        List<Tensor> slots =
                stored.size() == 2 ? List.of() : List.copyOf(state.slots().values());
        if (stored.size() != slots.size() + 2) {
            throw new ConfigException(
                    "optimizer: " + stored.size() + " variables (expected: " + (slots.size() + 2) + ")");
        }
        state.iteration().longs().put(0, (long) stored.get(0).element(0));
        state.learningRate().floats().put(0, (float) stored.get(1).element(0));
        for (int i = 0; i < slots.size(); i++) {
            slots.get(i).assign(stored.get(i + 2));
        }
    }
}
