package dev.slipway.keras.saving;

import dev.slipway.runtime.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a {@code .h5} file: a group for each layer below {@code model_weights}, or below the root if there are only
 * weights. Layers are found by their names; where these are others, by their places among the layers that have weights.
 *
 * <p>Source: {@code load_weights_from_hdf5_group} of Keras 1, which reads files of Keras 0 too, 2 and 3's {@code
 * legacy_h5_format}.
 */
final class LegacyWeights {
    private final Path path;
    private final Hdf5Reader reader;
    private final String root;
    private final Dialect dialect;

    /** The groups and sources of the weights that are expected, by their paths. */
    private final Map<String, StoredGroup> groups = new HashMap<>();

    private final Map<String, WeightSource> sources = new HashMap<>();

    private final Map<String, Stored> layers = new HashMap<>();

    /** The weights of a layer, the name that its group has, and how they are read. */
    private record Stored(String name, FileGroup group, OldWeights form) {}

    private OldWeights form;

    /**
     * The weights below a group.
     *
     * @param path the file, for messages
     * @param reader the open file
     * @param root {@code model_weights}, or empty for the root
     * @param dialect the version of Keras that wrote them
     */
    LegacyWeights(Path path, Hdf5Reader reader, String root, Dialect dialect) {
        this.path = path;
        this.reader = reader;
        this.root = root;
        this.dialect = dialect;
        this.form = new OldWeights(dialect, false);
    }

    /**
     * Finds where the weights of a model stand.
     *
     * @param variables the model's
     * @throws MalformedFileException if the file has weights of another number of layers
     */
    void expect(List<StoredVariable> variables) {
        Map<String, List<StoredVariable>> byLayer = new LinkedHashMap<>();
        for (StoredVariable variable : variables) {
            if (variable.legacyIndex() >= 0) {
                byLayer.computeIfAbsent(variable.layer(), none -> new ArrayList<>())
                        .add(variable);
            }
        }
        form = new OldWeights(dialect, isFlipped(variables));
        Map<String, String> storedNames = storedNames(new ArrayList<>(byLayer.keySet()));
        byLayer.forEach((layer, wanted) -> {
            wanted.sort(Comparator.comparingInt(StoredVariable::legacyIndex));
            String place = place(storedNames.getOrDefault(layer, layer));
            FileGroup group = new FileGroup(reader, place, weightNames(place));
            sources.putAll(form.sources(group, wanted));
            layers.put(layer, new Stored(storedNames.getOrDefault(layer, layer), group, form));
            wanted.forEach(variable -> groups.put(variable.path(), group));
        });
    }

    /** Where the weights that were expected stand, by layer; empty if the file has more beside them. */
    Optional<Map<String, OldPlaces>> places() {
        Map<String, OldPlaces> places = new HashMap<>();
        layers.forEach((layer, stored) -> places.put(
                layer,
                new OldPlaces(
                        stored.name(), stored.group().names(), stored.group().shapes(), stored.form())));
        boolean isWhole =
                layers.values().stream().noneMatch(stored -> stored.group().hasStates());
        return Optional.of(places).filter(any -> isWhole);
    }

    private String place(String layer) {
        return root.isEmpty() ? layer : root + "/" + layer;
    }

    /** Before 1.0 Keras numbered the layers, as {@code vgg16_weights.h5} has them, where it names them now. */
    List<String> layerNames() {
        return isNumbered() ? numbered(root, "layer_") : reader.longList(root, "layer_names");
    }

    private List<String> weightNames(String place) {
        return isNumbered() ? numbered(place, "param_") : reader.longList(place, "weight_names");
    }

    private boolean isNumbered() {
        return reader.text(root, "nb_layers").isPresent();
    }

    /** The members of a group that are called by a number, in order. */
    private List<String> numbered(String place, String prefix) {
        return reader.children(place).stream()
                .filter(name -> name.startsWith(prefix)
                        && name.substring(prefix.length()).matches("\\d{1,6}"))
                .sorted(Comparator.comparingInt(name -> Integer.parseInt(name.substring(prefix.length()))))
                .toList();
    }

    /** Which group has the weights of a layer. */
    private Map<String, String> storedNames(List<String> wanted) {
        List<String> stored = new ArrayList<>(layerNames());
        stored.removeIf(layer -> weightNames(place(layer)).isEmpty());
        boolean isWhole = !root.isEmpty();
        if (stored.containsAll(wanted) && (isWhole || stored.size() == wanted.size())) {
            return Map.of();
        }
        if (stored.size() != wanted.size()) {
            throw new MalformedFileException(
                    path,
                    "weights of " + stored.size() + " layers " + stored + " (expected: of " + wanted.size() + " "
                            + wanted + ")");
        }
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            names.put(wanted.get(i), stored.get(i));
        }
        return names;
    }

    /**
     * Files of Keras 1 do not name the backend; what has the channels in front is taken for Theano's, whose order that is, if
     * there is no separable layer, which Keras 1 had on TensorFlow only.
     */
    private boolean isFlipped(List<StoredVariable> variables) {
        String backend = reader.text(root, "backend")
                .or(() -> reader.text("", "backend"))
                .orElse("");
        List<StoredVariable.Owner> owners =
                variables.stream().map(StoredVariable::owner).toList();
        boolean isTheanos = dialect == Dialect.KERAS_1
                && backend.isEmpty()
                && owners.stream().noneMatch(StoredVariable.Owner::isSeparable)
                && owners.stream().anyMatch(owner -> owner.channelsFirst() && owner.isConvolution());
        return isTheanos || (dialect != Dialect.KERAS_3 && backend.equals("theano"));
    }

    /**
     * Reads what an optimizer remembers of a weight that was expected: as it stands where the weight stands as Keras 3 has it,
     * rearranged where the weight is.
     *
     * @param group where it lies
     * @param name its name there
     * @param variable the weight
     */
    Tensor slot(String group, String name, StoredVariable variable) {
        return form.source(variable, 0).read(new FileGroup(reader, group, List.of(name)));
    }

    /** Reads a weight that was expected. */
    Tensor read(StoredVariable variable) {
        WeightSource source = sources.get(variable.path());
        StoredGroup group = groups.get(variable.path());
        if (source == null || group == null) {
            throw new MalformedFileException(path, "weight '" + variable.path() + "' (expected: one of the model's)");
        }
        return source.read(group);
    }
}
