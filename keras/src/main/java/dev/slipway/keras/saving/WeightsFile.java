package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Weights for an architecture that is there already: out of a {@code .weights.h5} file of Keras 2.12 or later, a weights-only
 * {@code .h5} file of Keras 1 or 2, a whole model file, or several files that a {@code .weights.json} of Keras 3.10 or later names.
 *
 * <p>Source: {@code load_weights_only} of {@code keras.src.saving.saving_lib}; {@code load_weights_from_hdf5_group} of
 * {@code legacy_h5_format}, which counts the layers that have weights and does not compare their names.
 */
public final class WeightsFile {
    private WeightsFile() {}

    /**
     * Reads weights.
     *
     * @param path the file
     * @param variables where each weight would lie
     * @param limits how much the file may ask for
     * @return the contents by the paths of the weights; states of random generators only if the file has them
     * @throws MalformedFileException if the file is broken or its weights are others
     */
    public static Map<String, Tensor> read(Path path, List<StoredVariable> variables, ReadLimits limits) {
        if (ShardedWeights.isOne(path)) {
            return ShardedWeights.read(path, variables, limits);
        }
        if (KerasFile.isHdf5(path)) {
            try (Hdf5Reader reader = Hdf5Reader.open(path, limits)) {
                if (reader.text("", "model_config").isEmpty()) {
                    boolean isByPlace = reader.exists("layers") || reader.exists(Keras2Archive.LAYERS);
                    return isByPlace ? byPlace(reader, variables) : byCount(reader, path, variables);
                }
            }
        }
        try (KerasFile whole = KerasFile.open(path, limits)) {
            whole.expect(variables);
            Map<String, Tensor> contents = new LinkedHashMap<>();
            for (StoredVariable variable : variables) {
                if (variable.legacyIndex() >= 0 || whole.stores(variable)) {
                    contents.put(variable.path(), whole.read(variable));
                }
            }
            return contents;
        }
    }

    /** From a file of Keras 2.12 or later. */
    static Map<String, Tensor> byPlace(Hdf5Reader reader, List<StoredVariable> variables) {
        Keras2Archive places = new Keras2Archive(reader);
        Map<String, Tensor> contents = new LinkedHashMap<>();
        for (StoredVariable variable : variables) {
            String place = places.place(variable.archivePath());
            if (variable.legacyIndex() >= 0 || reader.exists(place)) {
                contents.put(variable.path(), reader.read(place, variable.type(), variable.shape()));
            }
        }
        return contents;
    }

    /** Before 2.0 Keras did not write its version here. */
    private static Map<String, Tensor> byCount(Hdf5Reader reader, Path path, List<StoredVariable> variables) {
        String version = reader.text("", "keras_version").orElse("1.");
        Dialect dialect = Dialect.of(path.toString(), version, MissingNode.getInstance());
        LegacyWeights weights = new LegacyWeights(path, reader, "", dialect);
        weights.expect(variables);
        Map<String, Tensor> contents = new LinkedHashMap<>();
        for (StoredVariable variable : variables) {
            if (variable.legacyIndex() >= 0) {
                contents.put(variable.path(), weights.read(variable));
            }
        }
        return contents;
    }
}
