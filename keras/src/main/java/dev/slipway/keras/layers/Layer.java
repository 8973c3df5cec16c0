package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One step of a model: a configuration, the weights it needs, and its forward pass.
 *
 * <p>A layer is immutable and holds no numbers: weights live in the model. The same layer applied several times shares
 * its weights. Layers are told apart by identity.
 *
 * <p>Source: {@code keras.Layer} of Keras 3.
 */
public abstract class Layer {
    private final String name;
    private boolean trainable;

    /** Of its own; set while the layer is being made, and never again. */
    private Optional<DTypePolicy> policy = Optional.empty();

    /** Set once, by the constructor or whoever reads the layer, before the layer is used. */
    private Optional<Regularizer> activityRegularizer = Optional.empty();

    /**
     * Creates a layer.
     *
     * @param name its name, or empty to be named after its class by the model it becomes a part of
     * @param trainable whether training changes its trainable weights
     */
    protected Layer(String name, boolean trainable) {
        this.name = name;
        this.trainable = trainable;
    }

    /**
     * The name given to the layer.
     *
     * @return the name, or empty if the model is to choose one
     */
    public final String name() {
        return name;
    }

    /**
     * Whether training changes this layer's trainable weights.
     *
     * @return false for a frozen layer
     */
    public final boolean isTrainable() {
        return trainable;
    }

    /**
     * Freezes this layer, or lets it learn again, from the next {@code compile} on, as in Keras: a model that is compiled goes on
     * as it was. Layers in a frozen one are frozen with it.
     *
     * @param changed whether training is to change this layer's trainable weights
     */
    public final void setTrainable(boolean changed) {
        trainable = changed;
    }

    /**
     * What the size of this layer's results adds to the loss.
     *
     * @return the regularizer, as most layers have none
     */
    public final Optional<Regularizer> activityRegularizer() {
        return activityRegularizer;
    }

    final void regularizeActivity(Optional<Regularizer> regularizer) {
        activityRegularizer = regularizer;
    }

    /** Whether the key {@code activity_regularizer} is about this layer's own results. */
    boolean regularizesOwnResults() {
        return true;
    }

    /**
     * Gives this layer a policy of its own, before it is applied.
     *
     * @param own in which types it keeps its weights and computes
     * @return this layer
     * @throws IllegalStateException if it has another one already
     */
    public final Layer withDType(DTypePolicy own) {
        if (policy.isPresent() && !policy.get().equals(own)) {
            throw new IllegalStateException(this + ": dtype " + own.name() + " (expected: "
                    + policy.get().name() + ", which it has already)");
        }
        policy = Optional.of(own);
        return this;
    }

    /**
     * The policy of its own.
     *
     * @return empty if it has that of the layer around it, and in the end float32
     */
    public final Optional<DTypePolicy> dtypePolicy() {
        return policy;
    }

    /** How this layer keeps its large weights in few bits, by the policy of its own. */
    final Optional<Quantization> quantization() {
        return policy.flatMap(DTypePolicy::quantization);
    }

    /** Which kinds of quantization Keras has for this layer. */
    Set<Quantization.Mode> quantizations() {
        return Set.of();
    }

    /**
     * Whether floating-point inputs, and weights of a mixed policy, are cast to the type in which this layer computes.
     *
     * @return true by default; false for layers that cast by themselves or compute in the types they are given
     */
    public boolean autocasts() {
        return true;
    }

    /**
     * The Keras class this layer is.
     *
     * @return the class name in a model file, such as {@code Dense}
     */
    public abstract String className();

    /**
     * Writes this layer's own configuration keys as Keras does; {@code name}, {@code trainable} and {@code dtype} are
     * written by the model.
     *
     * @param config where to put them
     */
    public abstract void writeConfig(ObjectNode config);

    /**
     * The weights this layer needs for inputs of given shapes, in the order in which Keras creates them.
     *
     * @param inputs the shape of each input, batch first
     * @return their declarations; none by default
     * @throws IllegalArgumentException if the layer cannot be applied to such inputs
     */
    public List<WeightSpec> weights(List<Shape> inputs) {
        return List.of();
    }

    /**
     * What this layer carries from one batch to the next while a model is trained or judged. These are no weights: they are
     * neither counted nor stored in model files.
     *
     * @param inputs the shape of each input, batch first
     * @return their declarations, whose first axis may be a batch of unknown size; none by default
     */
    public List<WeightSpec> carried(List<Shape> inputs) {
        return List.of();
    }

    /**
     * The forward pass.
     *
     * @param call the inputs, the weights and the operators to apply
     * @return the results
     * @throws IllegalArgumentException if the layer cannot be applied to such inputs
     */
    public abstract List<Value> call(LayerCall call);

    /**
     * The layers inside this one, whose weights are stored below their own names.
     *
     * @param inputs the shape of each input, batch first
     * @return none by default
     * @throws IllegalArgumentException if the layer cannot be applied to such inputs
     */
    public List<Child> children(List<Shape> inputs) {
        return List.of();
    }

    /**
     * The weights of inner layers that a {@code .keras} file stores as this layer's own too, before these.
     *
     * @param inputs the shape of each input, batch first
     * @return their paths below this layer, none by default
     */
    public List<String> sharedWeights(List<Shape> inputs) {
        return List.of();
    }

    /**
     * Numbers that Keras stores beside the weights, in {@code .keras} files only.
     *
     * @return vectors by their place below this layer's group; none by default
     */
    public Map<String, float[]> keptNumbers() {
        return Map.of();
    }

    /**
     * Whether every result has the mask of the first input, unless {@link LayerCall#giveMask} says otherwise; a mask that
     * is not passed on ends here.
     *
     * <p>Source: {@code supports_masking} of Keras 3.
     *
     * @return false by default; true for layers that keep the time steps apart
     */
    public boolean passesMask() {
        return false;
    }

    /**
     * Whether what comes after this layer finds no masks on its inputs any more, though others made them.
     *
     * @return false by default; true for {@link MultiHeadAttention}
     */
    public boolean takesMasks() {
        return false;
    }

    /**
     * Whether Keras calls this layer with one list of tensors instead of with tensors.
     *
     * @return false by default; true for merging layers
     */
    public boolean takesList() {
        return false;
    }

    /**
     * The name of the Python class, from which Keras makes the names of layers and of groups in {@code .keras} files.
     *
     * @return the class name in a model file, but for a few classes that are exported under another name
     */
    public String pythonName() {
        return className();
    }

    /**
     * The Keras module this layer's class is in.
     *
     * @return {@code keras.layers} by default
     */
    public String module() {
        return "keras.layers";
    }

    /**
     * The name under which a program's own class is registered in Keras, by {@code
     * keras.saving.register_keras_serializable}.
     *
     * @return {@code package>Name}; empty for Keras's own classes
     */
    public Optional<String> registeredName() {
        return Optional.empty();
    }

    /**
     * The names of the arguments of Keras's {@code call} that are inputs, in order.
     *
     * @return {@code inputs} by default
     */
    public List<String> inputNames() {
        return List.of("inputs");
    }

    /**
     * The names of the other arguments of Keras's {@code call} that this layer knows, in order; any other is refused.
     *
     * @return none by default
     */
    public List<String> argumentNames() {
        return List.of();
    }

    /**
     * Whether an input may be a constant.
     *
     * @return false by default; true for operations
     */
    public boolean takesConstants() {
        return false;
    }

    /**
     * Applies this layer to symbolic tensors, as calling a layer does in Keras's functional interface.
     *
     * @param inputs the results of other layers
     * @return the first result
     */
    public final KerasTensor apply(KerasTensor... inputs) {
        return KerasTensor.of(this, List.of(inputs)).get(0);
    }

    /**
     * Applies this layer with arguments that have names, such as masks.
     *
     * @param arguments the arguments
     * @return the results
     */
    public final List<KerasTensor> apply(CallArguments<KerasTensor> arguments) {
        return KerasTensor.of(this, arguments);
    }

    /**
     * A layer inside another one.
     *
     * @param name its name there
     * @param layer the layer
     * @param inputs the shape of each of its inputs
     * @param group its group in a {@code .keras} file below the group of the layer around it: there Keras uses the name of
     *     the Python attribute that holds it
     */
    public record Child(String name, Layer layer, List<Shape> inputs, String group) {}

    /**
     * This layer as Keras serializes it: module, class and configuration.
     *
     * @param storedName the name to be written
     * @return a new JSON object
     */
    public final ObjectNode toJson(String storedName) {
        Optional<String> registered = registeredName();
        ObjectNode json = Config.json();
        json.put("module", registered.isPresent() ? null : module()).put("class_name", className());
        ObjectNode config = json.putObject("config").put("name", storedName);
        writeCommonConfig(config);
        writeConfig(config);
        json.put("registered_name", registered.orElse(null));
        return json;
    }

    /**
     * Writes the configuration keys that all layers have, but {@code name}.
     *
     * @param config where to put them
     */
    protected void writeCommonConfig(ObjectNode config) {
        config.put("trainable", trainable);
        if (activityRegularizer.isPresent()) {
            LayerConfig.write(config, "activity_regularizer", activityRegularizer);
        }
        policy.orElse(DTypePolicy.FLOAT32).write(config);
    }

    /** Layers are told apart by identity. */
    @Override
    public final boolean equals(Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "layer '" + name + "' (" + className() + ")";
    }
}
