package dev.slipway.keras.saving;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * How a file of Keras 1 or 2 says a model. In these words it is written again after training, where Keras 3 has no word for all
 * that is in it: the architecture as it was read, and each number where it was found, so that the Keras that wrote the file
 * reads this one too.
 *
 * <p>Source: {@code keras.engine.saving.save_model} of Keras 2.3.
 */
public final class OldForm {
    private static final String ADVICE = "; write it as .onnx, or keep the old file";

    private final ObjectNode architecture;
    private final Optional<String> trainingConfig;
    private final String version;
    private final String backend;
    private final List<String> layers;
    private final Map<String, OldPlaces> places;
    private final Map<String, Integer> order;
    private final Map<String, Integer> orderAsRead;

    /**
     * The form of a file.
     *
     * @param architecture the architecture as the file has it
     * @param trainingConfig how the model was compiled, as the file has it
     * @param version the version of Keras that wrote it; empty if the file does not say
     * @param backend what that computed with; empty if the file does not say
     * @param layers the names of the layers in it
     * @param places where the weights of each layer that has some stand
     * @param variables the model's
     */
    OldForm(
            ObjectNode architecture,
            Optional<String> trainingConfig,
            String version,
            String backend,
            List<String> layers,
            Map<String, OldPlaces> places,
            List<StoredVariable> variables) {
        this(architecture, trainingConfig, version, backend, layers, places, order(variables), order(variables));
    }

    private OldForm(
            ObjectNode architecture,
            Optional<String> trainingConfig,
            String version,
            String backend,
            List<String> layers,
            Map<String, OldPlaces> places,
            Map<String, Integer> order,
            Map<String, Integer> orderAsRead) {
        this.architecture = architecture;
        this.trainingConfig = trainingConfig;
        this.version = version;
        this.backend = backend;
        this.layers = List.copyOf(layers);
        this.places = Map.copyOf(places);
        this.order = order;
        this.orderAsRead = orderAsRead;
    }

    /**
     * This form of a model whose layers were put in another order since: the file keeps its own.
     *
     * @param variables the model's in its order now, as it was frozen when it was read
     * @return the form
     */
    public OldForm arranged(List<StoredVariable> variables) {
        return new OldForm(architecture, trainingConfig, version, backend, layers, places, order, order(variables));
    }

    private static Map<String, Integer> order(List<StoredVariable> variables) {
        Map<String, Integer> order = new HashMap<>();
        variables.forEach(variable -> order.put(variable.path(), variable.legacyIndex()));
        return order;
    }

    /**
     * Writes a {@code .h5} file. It appears whole or not at all. What the optimizer remembers is not in it.
     *
     * @param target the file; replaced if it is there
     * @param document the model that was read, whatever its weights are now
     * @param isCompiledAsRead whether it is still compiled as the file said; if not, the file says how it is compiled now where
     *     Keras 2 wrote it and has the same words, or else nothing
     * @return whether the file says how the model is compiled
     * @throws ConfigException if something was changed that these words cannot say
     * @throws java.io.UncheckedIOException if it cannot be written; nothing is left behind then
     */
    public boolean write(Path target, ModelDocument document, boolean isCompiledAsRead) {
        Optional<String> compiled = isCompiledAsRead
                ? trainingConfig
                : document.compileConfig()
                        .filter(any -> version.startsWith("2."))
                        .flatMap(config -> Keras2Compile.trainingConfig(config, version));
        Hdf5Group root = root(document, compiled);
        AtomicFile.write(target, channel -> Hdf5Writer.write(channel, root));
        return compiled.isPresent();
    }

    /**
     * Refuses what {@link #write} would refuse, before there is anything to lose.
     *
     * @param document the model that was read
     * @throws ConfigException if something was changed that these words cannot say
     */
    public void requireSame(ModelDocument document) {
        requireOrder(document);
        OldTrainable.in(architecture, document.architecture());
        places.forEach((layer, place) -> place.requireTypes(own(layer, document)));
    }

    private Hdf5Group root(ModelDocument document, Optional<String> compiled) {
        requireOrder(document);
        Hdf5Group root = versioned(new Hdf5Group());
        root.encodedText("model_config", PythonJson.text(OldTrainable.in(architecture, document.architecture())));
        compiled.ifPresent(config -> root.encodedText("training_config", config));
        Hdf5Group weights = versioned(root.group("model_weights"));
        weights.list("layer_names", layers);
        layers.forEach(layer -> weights.group(layer).list("weight_names", List.of()));
        places.forEach((layer, place) -> writeLayer(weights.group(place.group()), layer, place, document));
        return root;
    }

    private Hdf5Group versioned(Hdf5Group group) {
        if (!backend.isEmpty()) {
            group.encodedText("backend", backend);
        }
        return version.isEmpty() ? group : group.encodedText("keras_version", version);
    }

    private void writeLayer(Hdf5Group group, String layer, OldPlaces place, ModelDocument document) {
        List<Tensor> stored = place.stored(own(layer, document), document.values());
        for (int i = 0; i < stored.size(); i++) {
            group.dataset(place.names().get(i), stored.get(i));
        }
        group.list("weight_names", place.names());
    }

    /** The weights of a layer in the order of the file. */
    private List<StoredVariable> own(String layer, ModelDocument document) {
        return document.variables().stream()
                .filter(variable -> variable.layer().equals(layer) && variable.legacyIndex() >= 0)
                .sorted(Comparator.comparingInt(this::place))
                .toList();
    }

    private int place(StoredVariable variable) {
        return Objects.requireNonNull(order.get(variable.path()), variable.path());
    }

    /** What trains comes first, so that freezing a layer in another one may change the order. */
    private void requireOrder(ModelDocument document) {
        List<String> problems = new ArrayList<>();
        for (StoredVariable variable : document.variables()) {
            if (!Objects.equals(orderAsRead.get(variable.path()), variable.legacyIndex())) {
                problems.add("weight '" + variable.path() + "': frozen otherwise than in the old file, which changes"
                        + " its place there (expected: what is in layers of others trainable as it was)" + ADVICE);
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }
}
