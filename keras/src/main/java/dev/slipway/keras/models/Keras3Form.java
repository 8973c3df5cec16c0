package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.KerasTensor.Application;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import dev.slipway.keras.layers.TimeDistributed;
import dev.slipway.keras.layers.Weight;
import dev.slipway.keras.optimizers.Optimizer;
import dev.slipway.keras.trainers.OptimizerState;
import dev.slipway.keras.trainers.OptimizerState.SlotKey;
import dev.slipway.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A model as a file of Keras 3 holds it: layers and functions that only older versions of Keras had are said in Keras 3's words,
 * with weights that give the same results. What has no exact equivalent stays as it is, and {@code OldParts} names it: a
 * {@code .keras} file cannot hold it then, and a {@code .h5} file only in the form of the model's own. The model itself keeps its
 * layers.
 *
 * <p>Layers that need no other words are taken over as they are, so that of a model without such parts nothing is copied.
 */
final class Keras3Form {
    private static final List<Rewriting> REWRITINGS = List.of(
            new ScaledHardSigmoid(),
            new HardSigmoidLayer(),
            new HighwayGraph(),
            new MaxoutChain(),
            new LocalProducts(),
            new SoftplusProducts(),
            new CausalPadding(),
            new ResizingProducts(),
            new PixelBlockChain());

    private static final int NAMES_SHOWN = 5;

    private final Function<String, Tensor> stored;

    /** The weights that are others than the model's, by path. */
    private final Map<String, Tensor> changed = new HashMap<>();

    /** What was done, and to which layers. */
    private final Map<String, Set<String>> notes = new LinkedHashMap<>();

    private final Network original;
    private final LayerRegistry registry;
    private final Network network;

    private Keras3Form(Network network, Function<String, Tensor> stored, LayerRegistry registry) {
        this.original = network;
        this.stored = stored;
        this.registry = registry;
        this.network = rewritten(network, "");
    }

    /**
     * The form of a model.
     *
     * @param network the model's architecture
     * @param weights the model's weights by path
     * @param registry the layers and functions that the model was read with, the program's own among them
     */
    static Keras3Form of(Network network, Function<String, Tensor> weights, LayerRegistry registry) {
        return new Keras3Form(network, weights, registry);
    }

    /** The architecture to be written. */
    Network network() {
        return network;
    }

    /** The content of a weight of that architecture. */
    Tensor weight(String path) {
        Tensor other = changed.get(path);
        return other == null ? stored.apply(path) : other;
    }

    /**
     * What the optimizer is to remember, in the order of the weights in this form: of weights that are others now, nothing but
     * the learning rate.
     *
     * @param optimizer the optimizer
     * @param remembered what it remembers of the model's weights
     */
    OptimizerState optimizerState(Optimizer optimizer, OptimizerState remembered) {
        if (network.equals(original)) {
            return remembered;
        }
        return changed.isEmpty() ? inThisOrder(optimizer, remembered) : anew(optimizer, remembered);
    }

    private OptimizerState inThisOrder(Optimizer optimizer, OptimizerState remembered) {
        Set<String> trained =
                remembered.variables().keySet().stream().map(SlotKey::weight).collect(Collectors.toSet());
        OptimizerState arranged = OptimizerState.initial(
                optimizer,
                Model.weightsOf(network).stream()
                        .filter(weight -> trained.contains(weight.path()))
                        .toList());
        arranged.assign(remembered);
        return arranged;
    }

    private OptimizerState anew(Optimizer optimizer, OptimizerState remembered) {
        List<Weight> trained =
                Model.weightsOf(network).stream().filter(Weight::trainable).toList();
        OptimizerState anew = OptimizerState.initial(optimizer, trained);
        remembered
                .learningRate()
                .variable()
                .ifPresent(rate -> anew.learningRate().variable().ifPresent(variable -> variable.assign(rate)));
        return anew;
    }

    /**
     * What was done, a line for each kind of rewriting.
     *
     * @param hadOptimizer whether the model has an optimizer
     */
    List<String> notes(boolean hadOptimizer) {
        List<String> lines = new ArrayList<>();
        notes.forEach((note, layers) -> lines.add(note + ": " + shown(layers)));
        if (hadOptimizer && !changed.isEmpty()) {
            lines.add("the optimizer begins anew, as what it remembered is about the weights before");
        }
        return lines;
    }

    private static String shown(Set<String> names) {
        String first = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
        int more = names.size() - NAMES_SHOWN;
        return more > 0 ? first + " and " + more + " more" : first;
    }

    private Network rewritten(Network old, String path) {
        Map<Layer, List<Layer>> chains = new HashMap<>();
        UnaryOperator<String> freeName = freeNames(old);
        boolean isOld = false;
        for (Layer.Child child : old.children(List.of())) {
            List<Layer> chain = chain(child.layer(), child.name(), child.inputs(), path, freeName);
            chains.put(child.layer(), chain);
            isOld |= !chain.equals(List.of(child.layer()));
        }
        if (!isOld) {
            return old;
        }
        return (old.kind() == Network.Kind.SEQUENTIAL ? sequential(old, chains) : functional(old, chains))
                .keyed(old.keys())
                .from(old.origin());
    }

    private static UnaryOperator<String> freeNames(Network network) {
        Set<String> taken = new HashSet<>(network.layers().keySet());
        return wish -> {
            String name = wish;
            for (int i = 1; !taken.add(name); i++) {
                name = wish + "_" + i;
            }
            return name;
        };
    }

    private static List<Layer> chainOf(Layer layer, Map<Layer, List<Layer>> chains) {
        return Objects.requireNonNull(chains.get(layer), layer.toString());
    }

    private static Network sequential(Network old, Map<Layer, List<Layer>> chains) {
        List<Layer> layers = old.applications().stream()
                .flatMap(use -> chainOf(use.layer(), chains).stream())
                .toList();
        return Network.sequential(old.name(), old.isTrainable(), layers);
    }

    private static Network functional(Network old, Map<Layer, List<Layer>> chains) {
        Map<Application, List<KerasTensor>> results = new HashMap<>();
        Function<KerasTensor, KerasTensor> now = tensor -> {
            List<KerasTensor> found = results.get(tensor.source());
            return found == null ? tensor : found.get(tensor.index());
        };
        for (Application use : old.applications()) {
            // Inputs are no older than Keras 3, and stay.
            if (!(use.layer() instanceof InputLayer)) {
                List<Layer> chain = chainOf(use.layer(), chains);
                List<KerasTensor> given =
                        KerasTensor.of(chain.get(0), use.arguments().map(now));
                for (Layer next : chain.subList(1, chain.size())) {
                    given = KerasTensor.of(next, List.of(given.get(0)));
                }
                results.put(use, given);
            }
        }
        List<KerasTensor> outputs = old.outputs().stream().map(now).toList();
        // Not in the old order: a chain may put the layers before it farther from the outputs.
        return Network.functional(old.name(), old.isTrainable(), List.of(), old.inputs(), outputs);
    }

    /** The layers that take the place of one; it alone if it needs no other words. */
    private List<Layer> chain(
            Layer layer, String name, List<Shape> inputs, String around, UnaryOperator<String> freeName) {
        if (layer instanceof Network inner) {
            return List.of(rewritten(inner, Weight.join(around, name)));
        }
        OldLayer old = new OldLayer(layer, name, inputs, path -> weight(Weight.join(around, path)), freeName, registry);
        for (Rewriting rewriting : REWRITINGS) {
            Optional<Replacement> found = rewriting.of(old);
            if (found.isPresent()) {
                Replacement replacement = found.get();
                replacement.weights().forEach((path, weight) -> changed.put(Weight.join(around, path), weight));
                replacement
                        .notes()
                        .forEach(note -> notes.computeIfAbsent(note, none -> new LinkedHashSet<>())
                                .add(Weight.join(around, name)));
                List<Layer> chain = replacement.chain();
                return chain.size() == 1 ? chain(chain.get(0), name, inputs, around, freeName) : chain;
            }
        }
        return layer instanceof TimeDistributed ? inEachStep(old, around) : List.of(layer);
    }

    /** A chain in the steps is a chain of layers in the steps; of such a chain only the last has weights. */
    private List<Layer> inEachStep(OldLayer old, String around) {
        Layer.Child child = old.layer().children(old.inputs()).get(0);
        String path = Weight.join(around, old.name());
        List<Layer> chain = chain(child.layer(), child.name(), child.inputs(), path, name -> name);
        if (chain.equals(List.of(child.layer()))) {
            return List.of(old.layer());
        }
        List<Layer> wrapped = new ArrayList<>();
        for (Layer part : chain) {
            boolean isLast = wrapped.size() == chain.size() - 1;
            ObjectNode config = old.config();
            config.set("layer", part.toJson(part.name()));
            String name = isLast ? old.name() : old.freeName().apply(old.name() + "_" + part.name());
            wrapped.add(old.part("TimeDistributed", name, config));
        }
        return wrapped;
    }
}
