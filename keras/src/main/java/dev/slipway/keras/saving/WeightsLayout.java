package dev.slipway.keras.saving;

import dev.slipway.graph.DataType;
import dev.slipway.runtime.Tensor;
import java.util.Objects;

/**
 * The groups of a Keras 3 weights file, alone as {@code .weights.h5} or in a {@code .keras} file: each layer's variables by
 * place, and the optimizer's.
 *
 * <p>Source: {@code keras.src.saving.saving_lib._save_state} of Keras 3.
 */
final class WeightsLayout {
    private WeightsLayout() {}

    static Hdf5Group of(ModelDocument document) {
        Hdf5Group root = new Hdf5Group();
        for (StoredVariable variable : document.variables()) {
            Tensor value = Objects.requireNonNull(document.values().get(variable.path()), variable.path());
            root.dataset(variable.archivePath(), variable.legacyIndex() < 0 ? randomState(value) : value);
            variable.copies().forEach(copy -> root.dataset(copy, value));
            String owner =
                    variable.archivePath().substring(0, variable.archivePath().lastIndexOf('/'));
            root.group(owner).text("name", variable.layer());
        }
        document.keptNumbers().forEach(root::dataset);
        root.group("vars")
                .text(
                        "name",
                        document.architecture().path("config").path("name").asText());
        if (!document.optimizer().isEmpty()) {
            Hdf5Group variables = root.group("optimizer/vars").text("name", document.optimizerName());
            int index = 0;
            for (Tensor value : document.optimizer().values()) {
                variables.dataset(String.valueOf(index++), value);
            }
        }
        return root;
    }

    /** Keras keeps the state of a random generator, seed and draws, as {@code uint32}. */
    private static Tensor randomState(Tensor state) {
        Tensor words = Tensor.zeros(DataType.UINT32, state.shape());
        words.bytes().putInt((int) state.longs().get(0)).putInt((int)
                state.longs().get(1));
        return words;
    }
}
