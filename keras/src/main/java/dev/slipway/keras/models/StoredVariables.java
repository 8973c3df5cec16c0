package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.layers.WeightSpec;
import dev.slipway.keras.saving.StoredVariable;
import dev.slipway.keras.saving.StoredVariable.Owner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where each weight of a network lies in a model file.
 *
 * <p>Source: {@code keras.src.saving.saving_lib._save_state} for {@code .keras}: below {@code layers}, groups are named
 * after the class, counted, and layers in layers after the attribute that holds them; and {@code
 * legacy_h5_format.save_weights_to_hdf5_group} for {@code .h5}: a top-level layer's trainable weights, then the others, those
 * of frozen layers among them, without the states of random generators.
 */
final class StoredVariables {
    /** What the names of the states of random generators begin with. */
    static final String RANDOM_STATE = "seed_generator/";

    private StoredVariables() {}

    /** Whether a weight is the state of a random generator, which Keras does not count among the weights. */
    static boolean isRandomState(Weight weight) {
        return weight.spec().name().startsWith(RANDOM_STATE);
    }

    static List<StoredVariable> of(Network network) {
        Map<String, List<String>> archivePaths = new HashMap<>();
        Map<String, Owner> owners = new HashMap<>();
        collect("", "", network, List.of(), archivePaths, owners);
        List<StoredVariable> variables = new ArrayList<>();
        for (Layer.Child child : network.children(List.of())) {
            List<Weight> weights = Weight.of(child.name(), child.layer(), child.inputs());
            List<Weight> legacy = new ArrayList<>(
                    weights.stream().filter(weight -> !isRandomState(weight)).toList());
            // What a frozen layer around them freezes counts as not trainable too, and keeps its order.
            legacy.sort((a, b) -> Boolean.compare(!a.trainable(), !b.trainable()));
            for (Weight weight : weights) {
                List<String> places = archivePaths.getOrDefault(weight.path(), List.of(""));
                variables.add(new StoredVariable(
                        weight.path(),
                        places.get(places.size() - 1),
                        places.subList(0, places.size() - 1),
                        child.name(),
                        legacy.indexOf(weight),
                        weight.spec().type(),
                        weight.spec().shape(),
                        Objects.requireNonNull(owners.get(weight.path()), weight.path())));
            }
        }
        return variables;
    }

    /** Of the places of a weight that is stored twice, Keras reads the innermost last. */
    private static void collect(
            String path,
            String group,
            Layer layer,
            List<Shape> inputs,
            Map<String, List<String>> into,
            Map<String, Owner> owners) {
        int index = 0;
        for (String shared : layer.sharedWeights(inputs)) {
            put(into, Weight.join(path, shared), group + "vars/" + index++);
        }
        for (WeightSpec spec : layer.weights(inputs)) {
            boolean random = spec.name().startsWith(RANDOM_STATE);
            String place = group + (random ? "seed_generator/vars/0" : "vars/" + index++);
            put(into, Weight.join(path, spec.name()), place);
            owners.put(Weight.join(path, spec.name()), owner(path, layer));
        }
        for (Layer.Child child : layer.children(inputs)) {
            collect(
                    Weight.join(path, child.name()),
                    group + child.group() + "/",
                    child.layer(),
                    child.inputs(),
                    into,
                    owners);
        }
    }

    private static Owner owner(String path, Layer layer) {
        ObjectNode config = Config.json();
        layer.writeConfig(config);
        boolean channelsFirst = config.path("data_format").asText().equals("channels_first");
        return new Owner(path, layer.className(), channelsFirst);
    }

    private static void put(Map<String, List<String>> places, String path, String place) {
        places.computeIfAbsent(path, none -> new ArrayList<>()).add(place);
    }
}
