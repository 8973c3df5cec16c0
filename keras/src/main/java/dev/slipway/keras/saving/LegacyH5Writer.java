package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Writes a {@code .h5} file as Keras 3 does. The file appears whole or not at all.
 *
 * <p>Source: {@code keras.src.legacy.saving.legacy_h5_format} of Keras 3.
 */
public final class LegacyH5Writer {
    private LegacyH5Writer() {}

    /**
     * Writes a model file.
     *
     * @param target the file; replaced if it is there
     * @param document what to write
     * @throws java.io.UncheckedIOException if it cannot be written; nothing is left behind then
     */
    public static void write(Path target, ModelDocument document) {
        AtomicFile.write(target, channel -> Hdf5Writer.write(channel, root(document)));
    }

    private static Hdf5Group root(ModelDocument document) {
        String backend = document.origin().backend().kerasName();
        // Readers choose by it what the file means.
        String version = document.origin().version().inKeras3();
        Hdf5Group root = new Hdf5Group().text("backend", backend).text("keras_version", version);
        root.encodedText("model_config", PythonJson.text(withoutAdapters(document.architecture())));
        document.compileConfig().ifPresent(config -> root.encodedText("training_config", trainingConfig(config)));
        Hdf5Group weights =
                root.group("model_weights").encodedText("backend", backend).encodedText("keras_version", version);
        weights.list("layer_names", document.layers());
        document.layers().forEach(layer -> writeLayer(weights.group(layer), layer, document));
        weights.group("top_level_model_weights").list("weight_names", List.of());
        if (!document.optimizer().isEmpty()) {
            writeOptimizer(root.group("optimizer_weights"), document);
        }
        return root;
    }

    /** Of adapters of low rank this format would hold the two factors too; the kernels that they are merged in are enough. */
    private static ObjectNode withoutAdapters(ObjectNode architecture) {
        ObjectNode merged = architecture.deepCopy();
        merged.findParents("lora_rank")
                .forEach(config -> ((ObjectNode) config).remove(List.of("lora_rank", "lora_alpha")));
        return merged;
    }

    /** Keras finds the optimizer by its class's name alone here. */
    private static String trainingConfig(ObjectNode compileConfig) {
        ObjectNode config = compileConfig.deepCopy();
        ObjectNode optimizer = (ObjectNode) config.remove("optimizer");
        optimizer.remove(List.of("module", "registered_name"));
        config.set("optimizer_config", optimizer);
        return PythonJson.text(config);
    }

    private static void writeLayer(Hdf5Group group, String layer, ModelDocument document) {
        List<StoredVariable> stored = document.variables().stream()
                .filter(v -> v.layer().equals(layer) && v.legacyIndex() >= 0)
                .sorted(Comparator.comparingInt(StoredVariable::legacyIndex))
                .toList();
        String model = document.architecture().path("config").path("name").asText("model");
        List<String> names = new ArrayList<>();
        for (StoredVariable variable : stored) {
            String name = model + "/" + variable.path();
            names.add(name);
            group.dataset(name, Objects.requireNonNull(document.values().get(variable.path()), variable.path()));
        }
        group.list("weight_names", names);
    }

    private static void writeOptimizer(Hdf5Group group, ModelDocument document) {
        List<String> names = new ArrayList<>();
        for (var variable : document.optimizer().entrySet()) {
            String name = document.optimizerName() + "/" + variable.getKey();
            names.add(name);
            Tensor value = variable.getValue();
            group.dataset(name, value);
        }
        group.list("weight_names", names);
    }
}
