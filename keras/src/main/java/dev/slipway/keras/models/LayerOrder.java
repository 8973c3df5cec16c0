package dev.slipway.keras.models;

import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.KerasTensor.Application;
import dev.slipway.keras.layers.Layer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The order that Keras gives the layers of a functional model: those farthest from the outputs first, and equally far ones as
 * they are met on the way from the outputs to the inputs. Keras finds the order anew when it reads a file, whatever the order
 * there, and then gives each layer the weights of its place.
 *
 * <p>Source: {@code map_graph} of {@code keras.src.ops.function} of Keras 3.
 */
final class LayerOrder {
    /** When a layer is first met. */
    private final Map<Layer, Integer> met = new HashMap<>();

    /** The uses of layers, each after those whose results it needs. */
    private final List<Application> finished = new ArrayList<>();

    private LayerOrder() {}

    /** The layers between inputs and outputs. */
    static List<Layer> of(List<KerasTensor> inputs, List<KerasTensor> outputs) {
        LayerOrder order = new LayerOrder();
        Set<Application> entered = new HashSet<>();
        outputs.forEach(output -> order.visit(output.source(), entered));
        Map<Layer, Integer> depths = order.depths();
        for (KerasTensor input : inputs) {
            Layer layer = input.source().layer();
            if (depths.putIfAbsent(layer, 0) == null) {
                order.met.put(layer, -1);
            }
        }
        List<Layer> layers = new ArrayList<>(depths.keySet());
        layers.sort(Comparator.<Layer>comparingInt(layer -> -depths.getOrDefault(layer, 0))
                .thenComparingInt(layer -> order.met.getOrDefault(layer, 0)));
        return layers;
    }

    /** A use of a layer on the way, and what it needs that is not yet looked at. */
    private record Open(Application application, Iterator<KerasTensor> needed) {}

    /** Without recursion, as a chain may be longer than the stack is deep. */
    private void visit(Application last, Set<Application> entered) {
        Deque<Open> open = new ArrayDeque<>();
        enter(last, entered, open);
        while (!open.isEmpty()) {
            Open current = open.element();
            if (current.needed().hasNext()) {
                enter(current.needed().next().source(), entered, open);
            } else {
                finished.add(open.remove().application());
            }
        }
    }

    private void enter(Application application, Set<Application> entered, Deque<Open> open) {
        if (entered.add(application)) {
            met.putIfAbsent(application.layer(), met.size());
            open.push(new Open(application, needed(application).iterator()));
        }
    }

    /** How many uses lie between a layer and the outputs, at most. */
    private Map<Layer, Integer> depths() {
        Map<Application, Integer> ofUses = new HashMap<>();
        Map<Layer, Integer> depths = new LinkedHashMap<>();
        List<Application> backwards = new ArrayList<>(finished);
        Collections.reverse(backwards);
        for (Application use : backwards) {
            int depth = Math.max(ofUses.getOrDefault(use, 0), depths.getOrDefault(use.layer(), 0));
            depths.put(use.layer(), depth);
            needed(use).forEach(tensor -> ofUses.merge(tensor.source(), depth + 1, Math::max));
        }
        return depths;
    }

    /** What a use needs, in the order in which Keras goes through it: arguments with names by their names. */
    private static List<KerasTensor> needed(Application use) {
        List<KerasTensor> tensors = new ArrayList<>();
        use.arguments().positional().forEach(argument -> argument.forEach(tensors::add));
        new TreeMap<>(use.arguments().named()).values().forEach(argument -> argument.forEach(tensors::add));
        return tensors;
    }
}
