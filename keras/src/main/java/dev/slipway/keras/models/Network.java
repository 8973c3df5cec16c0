package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.Origin;
import dev.slipway.keras.layers.CallArguments;
import dev.slipway.keras.layers.DTypePolicy;
import dev.slipway.keras.layers.InputLayer;
import dev.slipway.keras.layers.KerasTensor;
import dev.slipway.keras.layers.KerasTensor.Application;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerCall;
import dev.slipway.keras.layers.MaskedValue;
import dev.slipway.keras.layers.SnakeCase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An immutable graph of layer calls from inputs to outputs. It is a layer itself, so networks nest.
 *
 * <p>Layers without a name are named after their class, counted: {@code dense}, {@code dense_1}, ….
 *
 * <p>Source: {@code keras.Sequential} and {@code keras.Model(inputs, outputs)} of Keras 3.
 */
public final class Network extends Layer {
    /** Which of the two Keras classes a network is stored as. */
    public enum Kind {
        /** A chain of layers. */
        SEQUENTIAL("Sequential", "keras"),
        /** Any graph without cycles. */
        FUNCTIONAL("Functional", "keras.src.models.functional");

        private final String className;
        private final String module;

        Kind(String className, String module) {
            this.className = className;
            this.module = module;
        }
    }

    private final Kind kind;
    private final List<KerasTensor> inputs;
    private final List<KerasTensor> outputs;
    private final EndKeys keys;
    private final Origin origin;

    /** The layers by name, in the order in which a file lists them. */
    private final Map<String, Layer> layers = new LinkedHashMap<>();

    private final Map<Layer, String> names = new HashMap<>();

    /** The uses of layers, each after those whose results it needs. */
    private final List<Application> applications = new ArrayList<>();

    private Network(
            String name,
            boolean trainable,
            Kind kind,
            List<Layer> order,
            List<KerasTensor> in,
            List<KerasTensor> out,
            EndKeys keys,
            Origin origin) {
        super(name, trainable);
        this.kind = kind;
        this.keys = keys;
        this.inputs = List.copyOf(in);
        this.outputs = List.copyOf(out);
        this.origin = origin;
        Set<Application> visited = new HashSet<>();
        in.forEach(tensor -> visit(tensor.source(), visited));
        out.forEach(tensor -> visit(tensor.source(), visited));
        if (order.isEmpty()) {
            nameLayers(applications.stream().map(Application::layer).toList());
            arrange();
        } else {
            nameLayers(order);
        }
    }

    /**
     * A chain of layers.
     *
     * @param name the network's name
     * @param trainable whether training changes its weights
     * @param chain the layers, an {@link InputLayer} first
     * @return the network
     * @throws IllegalArgumentException if the chain does not begin with an input, or a layer does not fit the one before
     */
    public static Network sequential(String name, boolean trainable, List<Layer> chain) {
        if (chain.isEmpty() || !(chain.get(0) instanceof InputLayer)) {
            throw new IllegalArgumentException("Sequential '" + name + "': "
                    + (chain.isEmpty() ? "no layers" : chain.get(0))
                    + " (expected: an InputLayer first; add one, such as"
                    + " InputLayer.of(4))");
        }
        KerasTensor in = chain.get(0).apply();
        KerasTensor out = in;
        for (Layer layer : chain.subList(1, chain.size())) {
            out = layer.apply(out);
        }
        return new Network(
                name, trainable, Kind.SEQUENTIAL, chain, List.of(in), List.of(out), EndKeys.NONE, Origin.DEFAULT);
    }

    /**
     * A graph of layer calls.
     *
     * @param name the network's name
     * @param trainable whether training changes its weights
     * @param order the layers in the order in which a file lists them; empty for the order that Keras finds
     * @param inputs results of {@link InputLayer}s
     * @param outputs what the network gives
     * @return the network
     * @throws IllegalArgumentException if an output needs an input that is not among the inputs
     */
    public static Network functional(
            String name, boolean trainable, List<Layer> order, List<KerasTensor> inputs, List<KerasTensor> outputs) {
        return new Network(name, trainable, Kind.FUNCTIONAL, order, inputs, outputs, EndKeys.NONE, Origin.DEFAULT);
    }

    /**
     * This network up to a layer, which gives the results from then on, as in transfer learning without the old head.
     *
     * @param layer the name of a layer that is used once and has one result
     * @return a network of the same layers, of those that the result needs
     * @throws IllegalArgumentException if there is no such layer, or it is used more than once
     */
    public Network until(String layer) {
        List<Application> uses = applications.stream()
                .filter(use -> nameOf(use.layer()).equals(layer))
                .toList();
        if (uses.size() != 1) {
            throw new IllegalArgumentException("network '" + name() + "': layer '" + layer + "' used " + uses.size()
                    + " times (expected: once, by one of " + layers.keySet() + ")");
        }
        KerasTensor result = Stream.concat(
                        outputs.stream(), applications.stream().flatMap(use -> use.arguments().tensors().stream()))
                .filter(tensor -> tensor.source().equals(uses.get(0)))
                .findFirst()
                .orElseThrow();
        return new Network(
                name(), isTrainable(), Kind.FUNCTIONAL, List.of(), inputs, List.of(result), keys.ofInputs(), origin);
    }

    /**
     * This network as Keras computes it with a backend, which matters to some layers whose padding is no two halves.
     *
     * @param other the backend; PyTorch where nothing is said
     * @return a network of the same layers
     */
    public Network on(Backend other) {
        return from(origin.with(other));
    }

    /**
     * This network as some Keras computes it, which matters to a few layers.
     *
     * @param other which Keras that is
     * @return a network of the same layers
     */
    public Network from(Origin other) {
        return new Network(name(), isTrainable(), kind, List.copyOf(layers.values()), inputs, outputs, keys, other);
    }

    /**
     * This network with inputs or outputs that Python has in dictionaries or lists.
     *
     * @param others the keys of all inputs, and of all outputs
     * @return a network of the same layers
     */
    Network keyed(EndKeys others) {
        return new Network(name(), isTrainable(), kind, List.copyOf(layers.values()), inputs, outputs, others, origin);
    }

    /** How Python has inputs and outputs. */
    EndKeys keys() {
        return keys;
    }

    /**
     * Puts the layers in the order that Keras finds, here and in networks in this one: a file of another order was not
     * written by Keras 3.
     *
     * @return whether the order was another
     */
    boolean putInKerasOrder() {
        boolean isChanged = kind == Kind.FUNCTIONAL && arrange();
        for (Layer layer : layers.values()) {
            isChanged |= layer instanceof Network inner && inner.putInKerasOrder();
        }
        return isChanged;
    }

    private boolean arrange() {
        List<Layer> before = List.copyOf(layers.values());
        List<Layer> order = LayerOrder.of(inputs, outputs);
        layers.clear();
        order.forEach(layer -> layers.put(nameOf(layer), layer));
        return !order.equals(before);
    }

    /**
     * What Keras computes this network with.
     *
     * @return the backend
     */
    public Backend backend() {
        return origin.backend();
    }

    /**
     * Which Keras this network is of.
     *
     * @return the origin
     */
    public Origin origin() {
        return origin;
    }

    /** Without recursion, as a chain may be longer than the stack is deep. */
    private void visit(Application last, Set<Application> visited) {
        Deque<Application> open = new ArrayDeque<>(List.of(last));
        while (!open.isEmpty()) {
            Application next = open.element();
            requireInput(next);
            List<Application> missing = new ArrayList<>();
            next.arguments().tensors().forEach(tensor -> missing.add(tensor.source()));
            missing.removeIf(visited::contains);
            if (missing.isEmpty()) {
                open.remove();
                if (visited.add(next)) {
                    applications.add(next);
                }
            } else {
                Collections.reverse(missing);
                missing.forEach(open::push);
            }
        }
    }

    private void requireInput(Application application) {
        boolean isInput = application.layer() instanceof InputLayer;
        if (isInput && inputs.stream().noneMatch(tensor -> tensor.source().equals(application))) {
            throw new IllegalArgumentException("network '" + name() + "': an output depends on " + application.layer()
                    + " (expected: only on the network's inputs)");
        }
    }

    private void nameLayers(List<Layer> order) {
        Set<Layer> used = new HashSet<>();
        applications.forEach(application -> used.add(application.layer()));
        for (Layer layer : order) {
            if (names.containsKey(layer)) {
                continue;
            }
            if (!used.contains(layer)) {
                throw new IllegalArgumentException(
                        "network '" + name() + "': no output depends on " + layer + " (expected: only layers in use)");
            }
            String layerName = layer.name().isEmpty() ? freeName(layer) : layer.name();
            if (layers.putIfAbsent(layerName, layer) != null) {
                throw new IllegalArgumentException(
                        "network '" + name() + "': two layers named '" + layerName + "' (expected: different names)");
            }
            names.put(layer, layerName);
        }
    }

    private String freeName(Layer layer) {
        String base = SnakeCase.of(layer.pythonName());
        String candidate = base;
        for (int i = 1; layers.containsKey(candidate); i++) {
            candidate = base + "_" + i;
        }
        return candidate;
    }

    @Override
    public String className() {
        return kind.className;
    }

    /**
     * Which of the two Keras classes this is stored as.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * The layers by name.
     *
     * @return a copy, in the order in which a file lists them
     */
    public Map<String, Layer> layers() {
        return new LinkedHashMap<>(layers);
    }

    /**
     * The name a layer has in this network.
     *
     * @param layer one of its layers
     * @return the name given or chosen
     */
    public String nameOf(Layer layer) {
        String found = names.get(layer);
        if (found == null) {
            throw new IllegalArgumentException(layer + " (expected: a layer of network '" + name() + "')");
        }
        return found;
    }

    /**
     * The uses of layers.
     *
     * @return each after those whose results it needs
     */
    public List<Application> applications() {
        return List.copyOf(applications);
    }

    /**
     * The dtype policies of the layers, those of networks in this one among them.
     *
     * @return how many layers have each, by Keras's name
     */
    public Map<String, Integer> dtypePolicies() {
        Map<String, Integer> counts = new TreeMap<>();
        for (Layer layer : layers.values()) {
            if (layer instanceof Network nested) {
                nested.dtypePolicies().forEach((policy, count) -> counts.merge(policy, count, Integer::sum));
            } else if (!(layer instanceof InputLayer)) {
                String policy = layer.dtypePolicy().orElse(DTypePolicy.FLOAT32).name();
                counts.merge(policy, 1, Integer::sum);
            }
        }
        return counts;
    }

    /**
     * The symbolic inputs.
     *
     * @return in order
     */
    public List<KerasTensor> inputs() {
        return inputs;
    }

    /**
     * The symbolic outputs.
     *
     * @return in order
     */
    public List<KerasTensor> outputs() {
        return outputs;
    }

    /** A network's configuration is written by {@link ArchitectureWriter}, as it spans many objects. */
    @Override
    public void writeConfig(ObjectNode config) {
        ArchitectureWriter.writeConfig(this, config);
    }

    /** As Keras has it: a second argument would be {@code training}. */
    @Override
    public boolean takesList() {
        return inputs.size() > 1;
    }

    @Override
    protected void writeCommonConfig(ObjectNode config) {
        config.put("trainable", isTrainable());
    }

    @Override
    public String module() {
        return kind.module;
    }

    @Override
    public List<String> argumentNames() {
        return List.of("training", "mask");
    }

    /** The shapes are those the network was made with. */
    @Override
    public List<Child> children(List<Shape> shapesGiven) {
        Map<Layer, Application> first = new HashMap<>();
        applications.forEach(application -> first.putIfAbsent(application.layer(), application));
        List<Child> children = new ArrayList<>();
        Map<String, Integer> counters = new HashMap<>();
        layers.forEach((childName, layer) -> {
            Application use = Objects.requireNonNull(first.get(layer), childName);
            List<Shape> shapes = use.inputs().stream().map(KerasTensor::shape).toList();
            String base = SnakeCase.of(layer.pythonName());
            int count = counters.merge(base, 1, Integer::sum) - 1;
            children.add(new Child(childName, layer, shapes, "layers/" + (count == 0 ? base : base + "_" + count)));
        });
        return children;
    }

    /** Its inputs become what its input layers say. */
    @Override
    public boolean autocasts() {
        return false;
    }

    @Override
    public List<Value> call(LayerCall call) {
        LayerCall inside = call.from(origin);
        Map<Application, List<MaskedValue>> results = new HashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            results.put(
                    inputs.get(i).source(),
                    List.of(new MaskedValue(
                            call.ops().cast(call.inputs().get(i), inputs.get(i).type()), maskOf(call, i))));
        }
        for (Application application : asKerasRuns()) {
            if (!results.containsKey(application)) {
                results.put(application, resultsOf(application, inside, results));
                if (application.layer().takesMasks() && origin.version().attentionTakesMasks()) {
                    application.inputs().forEach(input -> takeMask(input, results));
                }
            }
        }
        List<Value> values = new ArrayList<>();
        for (KerasTensor output : outputs) {
            MaskedValue result = resultOf(output, results);
            result.mask().ifPresent(mask -> call.giveMask(values.size(), mask));
            values.add(result.value());
        }
        return values;
    }

    /** The farthest from the outputs first: what takes masks off its inputs takes them from those that come later only. */
    private List<Application> asKerasRuns() {
        Map<Application, Integer> depths = new HashMap<>();
        for (int i = applications.size() - 1; i >= 0; i--) {
            Application application = applications.get(i);
            int above = depths.getOrDefault(application, 0) + 1;
            application.arguments().tensors().forEach(tensor -> depths.merge(tensor.source(), above, Math::max));
        }
        List<Application> order = new ArrayList<>(applications);
        order.sort(Comparator.comparing(application -> -depths.getOrDefault(application, 0)));
        return order;
    }

    private static void takeMask(KerasTensor tensor, Map<Application, List<MaskedValue>> results) {
        List<MaskedValue> masked = new ArrayList<>(Objects.requireNonNull(results.get(tensor.source())));
        masked.set(tensor.index(), new MaskedValue(masked.get(tensor.index()).value(), Optional.empty()));
        results.put(tensor.source(), masked);
    }

    private List<MaskedValue> resultsOf(
            Application application, LayerCall call, Map<Application, List<MaskedValue>> results) {
        Layer layer = application.layer();
        try {
            return callOf(application, call, results).results(layer);
        } catch (IllegalArgumentException e) {
            for (KerasTensor input : application.inputs()) {
                requireDeclared(layer, input, resultOf(input, results).value().shape(), e);
            }
            throw e;
        }
    }

    /** Says why, where a layer failed that is given other shapes than those it was built for. */
    private static void requireDeclared(Layer layer, KerasTensor input, Shape given, IllegalArgumentException failure) {
        Shape declared = input.shape();
        for (int axis = 1; axis < declared.rank(); axis++) {
            boolean isKnown = declared.dimension(axis).isKnown();
            if (isKnown && !given.dimension(axis).is(declared.size(axis))) {
                throw new IllegalArgumentException(
                        layer + ": given " + given + " (expected: " + declared
                                + ", for which it was built, but a RandomCrop"
                                + " before it gives whole images at inference, as in Keras 3; put a CenterCrop of its size"
                                + " behind it)",
                        failure);
            }
        }
    }

    /** The mask given as an argument, one or a list, or else the one that came with the input. */
    private static Optional<Value> maskOf(LayerCall call, int input) {
        List<Optional<Value>> given = call.tensors("mask");
        Optional<Value> mask = input < given.size() ? given.get(input) : Optional.empty();
        return mask.or(() -> call.mask(input));
    }

    private LayerCall callOf(Application application, LayerCall call, Map<Application, List<MaskedValue>> results) {
        Layer layer = application.layer();
        CallArguments<Value> arguments =
                application.arguments().map(tensor -> resultOf(tensor, results).value());
        List<Optional<Value>> masks = application.inputs().stream()
                .map(tensor -> resultOf(tensor, results).mask())
                .toList();
        return call.child(nameOf(layer), layer, arguments).masked(masks);
    }

    private static MaskedValue resultOf(KerasTensor tensor, Map<Application, List<MaskedValue>> results) {
        List<MaskedValue> found = results.get(tensor.source());
        if (found == null) {
            throw new IllegalStateException(
                    "result of " + tensor.source().layer() + " (expected: computed before use)");
        }
        return found.get(tensor.index());
    }
}
