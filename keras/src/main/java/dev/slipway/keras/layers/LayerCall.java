package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Backend;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.config.KerasVersion;
import dev.slipway.keras.config.Origin;
import dev.slipway.keras.layers.CallArguments.Argument;
import dev.slipway.keras.layers.CallArguments.Items;
import dev.slipway.keras.layers.CallArguments.Plain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** One application of a layer: what its forward pass reads and what it appends to. */
public final class LayerCall {
    private final Ops ops;
    private final String path;
    private final Origin origin;
    private final DTypePolicy policy;
    private final boolean autocasts;
    private final List<Value> inputs;
    private final Function<String, Optional<Argument<Value>>> arguments;
    private final boolean training;
    private final Function<String, Value> weights;
    private final Effects effects;
    private final List<Optional<Value>> masks;
    private final Map<Integer, Value> givenMasks = new HashMap<>();

    private LayerCall(
            Ops ops,
            String path,
            Origin origin,
            DTypePolicy policy,
            boolean autocasts,
            List<Value> inputs,
            Function<String, Optional<Argument<Value>>> arguments,
            boolean training,
            Function<String, Value> weights,
            Effects effects,
            List<Optional<Value>> masks) {
        this.ops = ops;
        this.path = path;
        this.origin = origin;
        this.policy = policy;
        this.autocasts = autocasts;
        this.inputs = inputs;
        this.arguments = arguments;
        this.training = training;
        this.weights = weights;
        this.effects = effects;
        this.masks = masks;
    }

    /**
     * The call of a whole model.
     *
     * @param ops the operators, of the graph to append to
     * @param inputs the model's inputs
     * @param training whether to do as in training
     * @param weights gives the value of the weight at a path
     * @return the call to hand to {@link Layer#call}
     */
    public static LayerCall root(Ops ops, List<Value> inputs, boolean training, Function<String, Value> weights) {
        return root(ops, inputs, training, weights, Purpose.PREDICTION);
    }

    /**
     * A call, not as in training, whose results are looked at for their shapes and types only.
     *
     * @param ops the operators, of a graph that is thrown away
     * @param weights gives the value of the weight at a path
     */
    static LayerCall declaration(Ops ops, Function<String, Value> weights) {
        return root(ops, List.of(), false, weights, Purpose.DECLARATION);
    }

    private static LayerCall root(
            Ops ops, List<Value> inputs, boolean training, Function<String, Value> weights, Purpose purpose) {
        return new LayerCall(
                ops,
                "",
                Origin.DEFAULT,
                DTypePolicy.FLOAT32,
                false,
                inputs,
                name -> Optional.empty(),
                training,
                weights,
                Effects.of(purpose),
                List.of());
    }

    /**
     * The call of a whole model whose layers are asked what they add to the loss.
     *
     * @param ops the operators, of the graph to append to
     * @param inputs the model's inputs
     * @param training whether to do as in training
     * @param version the Keras whose losses are added
     * @param weights gives the value of the weight at a path
     * @return the call to hand to {@link Layer#call}; {@link #losses} gives what was added
     */
    public static LayerCall judged(
            Ops ops, List<Value> inputs, boolean training, KerasVersion version, Function<String, Value> weights) {
        return new LayerCall(
                ops,
                "",
                Origin.DEFAULT,
                DTypePolicy.FLOAT32,
                false,
                inputs,
                name -> Optional.empty(),
                training,
                weights,
                Effects.ofStep(version.sharesActivityAmongRows()),
                List.of());
    }

    /**
     * What calls leave behind besides their results.
     *
     * @param updates new values of weights, by path
     * @param losses what layers add to the loss
     * @param purpose what for
     * @param sharesActivity whether what is added for the size of results is divided by the number of rows
     */
    private record Effects(Map<String, Value> updates, List<Value> losses, Purpose purpose, boolean sharesActivity) {
        static Effects of(Purpose purpose) {
            return new Effects(new LinkedHashMap<>(), new ArrayList<>(), purpose, false);
        }

        static Effects ofStep(boolean sharesActivity) {
            return new Effects(new LinkedHashMap<>(), new ArrayList<>(), Purpose.STEP, sharesActivity);
        }

        /** Whether anybody wants to know the losses, and what is carried on. */
        boolean isStep() {
            return purpose == Purpose.STEP;
        }
    }

    private enum Purpose {
        /** To find out what shapes results have, so that what follows is built for them. */
        DECLARATION,
        /** To predict, which stands by itself. */
        PREDICTION,
        /** A step of training or judging. */
        STEP
    }

    /**
     * The call of a layer inside this one.
     *
     * @param name its name here
     * @param layer the layer
     * @param childInputs what it is applied to
     * @return its call
     */
    public LayerCall child(String name, Layer layer, List<Value> childInputs) {
        DTypePolicy own = layer.dtypePolicy().orElse(policy);
        Ops scoped = ops.scoped(name);
        return new LayerCall(
                scoped,
                Weight.join(path, name),
                origin,
                own,
                layer.autocasts(),
                layer.autocasts()
                        ? childInputs.stream()
                                .map(x -> converted(scoped, own, x))
                                .toList()
                        : childInputs,
                argument -> Optional.empty(),
                training,
                weights,
                effects,
                List.of());
    }

    /**
     * The call of a layer inside this one, with arguments that have names.
     *
     * @param name its name here
     * @param layer the layer
     * @param childArguments what it is called with
     * @return its call
     */
    public LayerCall child(String name, Layer layer, CallArguments<Value> childArguments) {
        return child(name, layer, List.of()).applied(layer, childArguments);
    }

    /** Integers and truth values stay what they are. */
    private static Value converted(Ops ops, DTypePolicy policy, Value x) {
        return x.type().isFloating() ? ops.cast(x, policy.compute()) : x;
    }

    /** This call with other arguments. */
    LayerCall applied(Layer layer, CallArguments<Value> given) {
        DTypePolicy own = layer.dtypePolicy().orElse(policy);
        CallArguments<Value> taken = layer.autocasts() ? given.map(x -> converted(ops, own, x)) : given;
        return new LayerCall(
                ops,
                path,
                origin,
                own,
                layer.autocasts(),
                taken.inputs(layer),
                name -> taken.find(layer, name),
                training,
                weights,
                effects,
                masks);
    }

    /**
     * This call with masks.
     *
     * @param inputMasks the mask of each input
     * @return a call that is told them
     */
    public LayerCall masked(List<Optional<Value>> inputMasks) {
        return new LayerCall(
                ops, path, origin, policy, autocasts, inputs, arguments, training, weights, effects, inputMasks);
    }

    /**
     * This call in a network that comes from some Keras.
     *
     * @param other which Keras that is
     * @return a call with the same inputs, whose masks are its own
     */
    public LayerCall from(Origin other) {
        return new LayerCall(ops, path, other, policy, autocasts, inputs, arguments, training, weights, effects, masks);
    }

    /**
     * This call of a layer whose weights are given.
     *
     * @param given the weights by their names in {@link Layer#weights}
     * @return a call with the same inputs
     */
    public LayerCall withWeights(Map<String, Value> given) {
        Map<String, Value> byPath = new LinkedHashMap<>();
        given.forEach((name, value) -> byPath.put(Weight.join(path, name), value));
        return new LayerCall(
                ops,
                path,
                origin,
                policy,
                autocasts,
                inputs,
                arguments,
                training,
                key -> Objects.requireNonNull(byPath.get(key), key),
                effects,
                masks);
    }

    /** What Keras computed with. */
    Backend backend() {
        return origin.backend();
    }

    /** Which Keras the network is of. */
    KerasVersion version() {
        return origin.version();
    }

    /** The names of the layers around this call and its own, joined by slashes. */
    String path() {
        return path;
    }

    /** This call in the body of a loop. */
    LayerCall within(Ops body, List<Value> bodyInputs) {
        return new LayerCall(
                body, path, origin, policy, autocasts, bodyInputs, arguments, training, weights, effects, List.of());
    }

    /**
     * Calls a layer.
     *
     * @param layer the layer this is the call of
     * @return its results, each with its mask
     */
    public List<MaskedValue> results(Layer layer) {
        List<Value> values = layer.call(this);
        regularize(layer, values);
        List<MaskedValue> results = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            boolean passed = givenMasks.isEmpty() && layer.passesMask();
            results.add(new MaskedValue(values.get(i), passed ? mask() : givenMask(i)));
        }
        return results;
    }

    /** Adds to the loss what a layer's activity regularizer makes of its results, as {@link KerasVersion} says. */
    void regularize(Layer layer, List<Value> results) {
        if (effects.isStep()) {
            layer.activityRegularizer()
                    .ifPresent(regularizer -> results.stream()
                            .filter(result -> result.type().isFloating())
                            .forEach(result -> effects.losses().add(shared(result, regularizer.penalty(ops, result)))));
        }
    }

    private Value shared(Value result, Value penalty) {
        Value whole = ops.cast(penalty, DataType.FLOAT);
        return effects.sharesActivity() && result.shape().rank() > 0
                ? ops.div(whole, ops.cast(ops.squeeze(ops.slice(ops.shape(result), 0, 0, 1), 0), DataType.FLOAT))
                : whole;
    }

    /**
     * Whether this is a step of training or judging, which hands what layers carry on to the next.
     *
     * @return false for a prediction, which stands by itself
     */
    boolean carries() {
        return effects.isStep();
    }

    /** Whether what follows will be built for the shapes of the results: a layer may say others than a prediction gives. */
    boolean isDeclaration() {
        return effects.purpose() == Purpose.DECLARATION;
    }

    /**
     * What layers added to the loss, of this call and of all inside it.
     *
     * @return scalars of {@code FLOAT}
     */
    public List<Value> losses() {
        return List.copyOf(effects.losses());
    }

    /**
     * Which time steps of the first input count: the argument {@code mask}, or else the mask that came with the input.
     *
     * @return truth values {@code [batch, time]}; empty if all count
     */
    public Optional<Value> mask() {
        return tensor("mask").or(() -> mask(0));
    }

    /**
     * Which time steps of an input count.
     *
     * @param input the input's place
     * @return the mask that came with it; empty if all count
     */
    public Optional<Value> mask(int input) {
        return input < masks.size() ? masks.get(input) : Optional.empty();
    }

    /**
     * Says which time steps of a result count; then no other result is given the mask of the input.
     *
     * @param result the result's place
     * @param mask truth values {@code [batch, time]}
     */
    public void giveMask(int result, Value mask) {
        givenMasks.put(result, mask);
    }

    /**
     * What {@link #giveMask} said.
     *
     * @param result the result's place
     * @return its mask, if one was given
     */
    public Optional<Value> givenMask(int result) {
        return Optional.ofNullable(givenMasks.get(result));
    }

    /**
     * The operators to build the forward pass of.
     *
     * @return operators whose nodes carry the layer's name
     */
    public Ops ops() {
        return ops;
    }

    /**
     * What the layer is applied to.
     *
     * @return the values in Keras's order
     */
    public List<Value> inputs() {
        return inputs;
    }

    /**
     * The one value the layer is applied to.
     *
     * @return input 0
     */
    public Value input() {
        return inputs.get(0);
    }

    /**
     * The type in which the layer computes, by its policy.
     *
     * @return a floating-point type
     */
    public DataType computeType() {
        return policy.compute();
    }

    /**
     * The one value the layer is applied to, in the type in which the layer computes, whatever it was.
     *
     * @return input 0, of a floating-point type
     */
    public Value floatingInput() {
        return ops.cast(input(), policy.compute());
    }

    /**
     * The one value the layer is applied to, in a type that statistics can be computed in: 16 bits are too few for sums
     * of squares, so that Keras computes these in float32.
     *
     * @return input 0, of single or double precision
     */
    public Value wideInput() {
        return wide(floatingInput());
    }

    /** Numbers of 16 bits in single precision; others as they are. */
    Value wide(Value x) {
        return x.type().byteSize() < DataType.FLOAT.byteSize() ? ops.cast(x, DataType.FLOAT) : x;
    }

    /**
     * A result in the type in which the layer computes.
     *
     * @param result of any type
     * @return the same numbers
     */
    public Value narrow(Value result) {
        return ops.cast(result, policy.compute());
    }

    /**
     * An argument of the call.
     *
     * @param name its name in {@link Layer#inputNames} or {@link Layer#argumentNames}
     * @return the argument; empty if it is absent or None
     */
    public Optional<Argument<Value>> argument(String name) {
        return arguments.apply(name);
    }

    /**
     * A tensor the layer is called with.
     *
     * @param name the argument's name
     * @return the tensor, or the constant given instead; empty if it is absent or None
     * @throws ConfigException if it is something else
     */
    public Optional<Value> tensor(String name) {
        return argument(name).map(argument -> value(name, argument));
    }

    /**
     * The tensors of a list the layer is called with.
     *
     * @param name the argument's name
     * @return one element an item, empty for None; an empty list if the argument is absent or None
     * @throws ConfigException if it is something else
     */
    public List<Optional<Value>> tensors(String name) {
        Argument<Value> found = argument(name).orElse(new Items<>(List.of()));
        List<Argument<Value>> items = found instanceof Items<Value> list ? list.items() : List.of(found);
        return items.stream()
                .map(item -> item.isNone() ? Optional.<Value>empty() : Optional.of(value(name, item)))
                .toList();
    }

    private Value value(String name, Argument<Value> argument) {
        if (argument instanceof CallArguments.Tensor<Value> tensor) {
            return tensor.tensor();
        }
        if (argument instanceof Plain<Value> plain) {
            Literal literal = Literal.read("layer '" + path + "': " + name, plain.value());
            return ops.constant(literal.constant(literal.type()));
        }
        throw refused(name, argument, "a tensor");
    }

    /**
     * A truth value the layer is called with.
     *
     * @param name the argument's name
     * @return the value; false if it is absent or None
     * @throws ConfigException if it is something else
     */
    public boolean isSet(String name) {
        Argument<Value> found = argument(name).orElse(new Plain<>(BooleanNode.FALSE));
        if (found instanceof Plain<Value> plain && plain.value().isBoolean()) {
            return plain.value().booleanValue();
        }
        throw refused(name, found, "true or false");
    }

    private ConfigException refused(String name, Argument<Value> found, String expected) {
        return new ConfigException("layer '" + path + "': called with " + name + "=" + CallArguments.shown(found)
                + " (expected: " + expected + ")");
    }

    /**
     * Whether to do as in training.
     *
     * @return false for inference
     */
    public boolean isTraining() {
        return training;
    }

    /**
     * One of the layer's own weights, to compute with.
     *
     * @param name its name in {@link Layer#weights}
     * @return its value; cast to the type in which the layer computes, if its policy is mixed
     */
    public Value weight(String name) {
        Value kept = variable(name);
        return autocasts && policy.isMixed() && kept.type().isFloating() ? narrow(kept) : kept;
    }

    /**
     * One of the layer's own weights in the type in which it is kept, or what it carries.
     *
     * @param name its name in {@link Layer#weights} or {@link Layer#carried}
     * @return its value; in the same call after {@link #update}, the new one
     */
    public Value variable(String name) {
        String key = Weight.join(path, name);
        Value updated = effects.updates().get(key);
        return updated == null ? weights.apply(key) : updated;
    }

    /**
     * Says what a weight that no optimizer changes is to be after this step of training, or what is carried to the next.
     *
     * @param name its name in {@link Layer#weights} or {@link Layer#carried}
     * @param value its new value
     */
    public void update(String name, Value value) {
        effects.updates().put(Weight.join(path, name), value);
    }

    /**
     * The new values said so far, of this call and of all inside it.
     *
     * @return a map from path to value
     */
    public Map<String, Value> updates() {
        return effects.updates();
    }
}
