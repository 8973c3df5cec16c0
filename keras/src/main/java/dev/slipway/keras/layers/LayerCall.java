package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One application of a layer: what its forward pass reads and what it appends to. */
public final class LayerCall {
    private final Ops ops;
    private final String path;
    private final List<Value> inputs;
    private final boolean training;
    private final Function<String, Value> weights;
    private final Map<String, Value> updates;

    private LayerCall(
            Ops ops,
            String path,
            List<Value> inputs,
            boolean training,
            Function<String, Value> weights,
            Map<String, Value> updates) {
        this.ops = ops;
        this.path = path;
        this.inputs = inputs;
        this.training = training;
        this.weights = weights;
        this.updates = updates;
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
        return new LayerCall(ops, "", inputs, training, weights, new LinkedHashMap<>());
    }

    /**
     * The call of a layer inside this one.
     *
     * @param name its name here
     * @param childInputs what it is applied to
     * @return its call
     */
    public LayerCall child(String name, List<Value> childInputs) {
        return new LayerCall(ops.scoped(name), Weight.join(path, name), childInputs, training, weights, updates);
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
     * Whether to do as in training.
     *
     * @return false for inference
     */
    public boolean isTraining() {
        return training;
    }

    /**
     * One of the layer's own weights.
     *
     * @param name its name in {@link Layer#weights}
     * @return its value; in the same call after {@link #update}, the new one
     */
    public Value weight(String name) {
        String key = Weight.join(path, name);
        Value updated = updates.get(key);
        return updated == null ? weights.apply(key) : updated;
    }

    /**
     * Says what a weight that no optimizer changes is to be after this step of training.
     *
     * @param name its name in {@link Layer#weights}
     * @param value its new value
     */
    public void update(String name, Value value) {
        updates.put(Weight.join(path, name), value);
    }

    /**
     * The new values said so far, of this call and of all inside it.
     *
     * @return a map from path to value
     */
    public Map<String, Value> updates() {
        return updates;
    }
}
