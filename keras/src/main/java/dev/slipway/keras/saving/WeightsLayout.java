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
            root.group(parent(variable.archivePath())).text("name", owner(variable));
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

    /** The name of the layer that has a variable, which may be inside another. */
    private static String owner(StoredVariable variable) {
        String path = parent(variable.path());
        boolean isInside = path.length() > variable.layer().length();
        return isInside ? path.substring(path.lastIndexOf('/') + 1) : variable.layer();
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    /** Keras keeps the state of a random generator, seed and draws, as {@code uint32}. */
    private static Tensor randomState(Tensor state) {
        Tensor words = Tensor.zeros(DataType.UINT32, state.shape());
        words.bytes().putInt((int) state.longs().get(0)).putInt((int)
                state.longs().get(1));
        return words;
    }
}
