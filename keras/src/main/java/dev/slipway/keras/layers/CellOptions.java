package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What {@link SimpleRNN}, {@link LSTM}, {@link GRU} and the convolutional LSTMs share: how long their state is, its
 * functions, and how their three weights begin and are regularized. Immutable: {@code with…} gives a changed copy.
 *
 * <p>Source: the constructors of {@code keras.layers.SimpleRNNCell}, {@code LSTMCell} and {@code GRUCell}.
 */
public final class CellOptions {
    /** What begins the keys about each weight. */
    private static final String[] PARTS = {"kernel", "recurrent", "bias"};

    private static final String[] KEPT = {"activity_regularizer"};

    private final int units;
    private Activation activation = Activations.named("tanh");
    private Activation recurrentActivation = Activations.named("sigmoid");
    private boolean useBias = true;
    private double dropout;
    private double recurrentDropout;
    private OptionalInt seed = OptionalInt.empty();
    private Map<String, Initializer> initializers = new TreeMap<>();
    private Map<String, Optional<Regularizer>> regularizers = new TreeMap<>();
    private Map<String, Optional<Constraint>> constraints = new TreeMap<>();
    private KeptConfig kept = KeptConfig.of(KEPT);

    private CellOptions(int units) {
        if (units < 1) {
            throw new IllegalArgumentException("units: " + units + " (expected: >= 1)");
        }
        this.units = units;
        initializers.put("kernel", Initializers.named("glorot_uniform"));
        initializers.put("recurrent", Initializers.named("orthogonal"));
        initializers.put("bias", Initializers.named("zeros"));
        for (String part : PARTS) {
            regularizers.put(part, Optional.empty());
            constraints.put(part, Optional.empty());
        }
    }

    /**
     * Keras's defaults.
     *
     * @param units the length of the state, at least 1
     * @return the options
     */
    public static CellOptions of(int units) {
        return new CellOptions(units);
    }

    /** Reads all keys but that of the units. */
    static CellOptions read(Config config, int units) {
        CellOptions options = of(units);
        config.ignore("implementation", "use_cudnn");
        options.activation = function(config, "activation", "tanh");
        options.recurrentActivation = function(config, "recurrent_activation", "sigmoid");
        options.useBias = config.truth("use_bias", true);
        options.dropout = config.number("dropout", 0);
        options.recurrentDropout = config.number("recurrent_dropout", 0);
        options.seed = config.find("seed").isPresent() ? OptionalInt.of(config.integer("seed")) : OptionalInt.empty();
        for (String part : PARTS) {
            Initializer absent = options.initializers.get(part);
            String name = absent == null ? "" : absent.className();
            options.initializers.put(part, LayerConfig.initializer(config, part + "_initializer", name));
            options.regularizers.put(part, LayerConfig.regularizer(config, part + "_regularizer"));
            options.constraints.put(part, LayerConfig.constraint(config, part + "_constraint"));
        }
        options.kept = KeptConfig.read(config, KEPT);
        return options;
    }

    /** For an activation, null is a choice: none. */
    private static Activation function(Config config, String key, String absent) {
        if (config.isNull(key)) {
            return Activations.named("linear");
        }
        Activation found = LayerConfig.activation(config, key, absent);
        return found instanceof LayerActivation layer ? layer.keepingType() : found;
    }

    /** Writes all keys but that of the units; those of a cell that has no gates lack the gates' function. */
    void write(ObjectNode config, boolean gated) {
        LayerConfig.write(config, "activation", activation);
        if (gated) {
            LayerConfig.write(config, "recurrent_activation", recurrentActivation);
        }
        config.put("use_bias", useBias);
        initializers.forEach((part, value) -> LayerConfig.write(config, part + "_initializer", value));
        regularizers.forEach((part, value) -> LayerConfig.write(config, part + "_regularizer", value));
        constraints.forEach((part, value) -> LayerConfig.writeConstraint(config, part + "_constraint", value));
        kept.write(config);
        config.put("dropout", dropout).put("recurrent_dropout", recurrentDropout);
        seed.ifPresentOrElse(s -> config.put("seed", s), () -> config.putNull("seed"));
    }

    private CellOptions copy() {
        CellOptions copy = new CellOptions(units);
        copy.activation = activation;
        copy.recurrentActivation = recurrentActivation;
        copy.useBias = useBias;
        copy.dropout = dropout;
        copy.recurrentDropout = recurrentDropout;
        copy.seed = seed;
        copy.initializers = new TreeMap<>(initializers);
        copy.regularizers = new TreeMap<>(regularizers);
        copy.constraints = new TreeMap<>(constraints);
        copy.kept = kept;
        return copy;
    }

    /**
     * Another function of the new state.
     *
     * @param name its Keras name; the default is {@code tanh}
     * @return a changed copy
     */
    public CellOptions withActivation(String name) {
        CellOptions copy = copy();
        copy.activation = Activations.named(name);
        return copy;
    }

    /**
     * Another function of the gates.
     *
     * @param name its Keras name; the default is {@code sigmoid}
     * @return a changed copy
     */
    public CellOptions withRecurrentActivation(String name) {
        CellOptions copy = copy();
        copy.recurrentActivation = Activations.named(name);
        return copy;
    }

    /**
     * With or without bias.
     *
     * @param value whether there is a bias; the default is true
     * @return a changed copy
     */
    public CellOptions withBias(boolean value) {
        CellOptions copy = copy();
        copy.useBias = value;
        return copy;
    }

    /**
     * What training drops, by the same masks in all steps of a call.
     *
     * @param input the part of the input, 0 to 1; the default is 0
     * @param state the part of the state, 0 to 1; the default is 0. With it, each gate has masks of its own
     * @return a changed copy
     */
    public CellOptions withDropout(double input, double state) {
        CellOptions copy = copy();
        copy.dropout = input;
        copy.recurrentDropout = state;
        return copy;
    }

    /**
     * A seed for what is dropped.
     *
     * @param value the seed; by default it is a random one of the model's
     * @return a changed copy
     */
    public CellOptions withSeed(int value) {
        CellOptions copy = copy();
        copy.seed = OptionalInt.of(value);
        return copy;
    }

    /** The length of the state. */
    int units() {
        return units;
    }

    Activation activation() {
        return activation;
    }

    Activation recurrentActivation() {
        return recurrentActivation;
    }

    boolean hasBias() {
        return useBias;
    }

    /** The weight whose keys begin with a part. */
    WeightSpec weight(String part, String name, Shape shape) {
        Initializer initializer = initializers.get(part);
        Optional<Regularizer> regularizer = regularizers.get(part);
        if (initializer == null || regularizer == null) {
            throw new IllegalArgumentException("weight part '" + part + "' (expected: one of " + regularizers + ")");
        }
        return new WeightSpec(name, DataType.FLOAT, shape, initializer, regularizer, true)
                .with(constraints.getOrDefault(part, Optional.empty()));
    }

    /** Whether training drops some of the state, and each gate something else. */
    boolean dropsState() {
        return drops(recurrentDropout);
    }

    /** As in Keras, a rate of 1 drops nothing. */
    private static boolean drops(double rate) {
        return rate > 0 && rate < 1;
    }

    /** The random state of the masks, if there are any. */
    List<WeightSpec> randomState() {
        return drops(dropout) || dropsState() ? List.of(RandomLayer.state(seed)) : List.of();
    }

    /**
     * The masks of one call.
     *
     * @param call the call around the loop over the steps
     * @param gates how many masks of each kind there are
     * @param input a tensor of the shape of a step's input
     * @param states the shapes of the states
     */
    CellMasks masks(LayerCall call, int gates, Value input, List<Shape> states) {
        if (!call.isTraining()) {
            return CellMasks.NONE;
        }
        Value state = RecurrentCell.zeros(call.ops(), states.get(0), input);
        return new CellMasks(masks(call, gates, input, dropout), masks(call, gates, state, recurrentDropout));
    }

    /** All steps {@code [time, batch, features]} of the input, less what training drops in each. */
    Value dropped(LayerCall call, Value x) {
        if (!call.isTraining()) {
            return x;
        }
        Ops ops = call.ops();
        Value step = ops.squeeze(ops.slice(x, 0, 0, 1), 0);
        return new CellMasks(masks(call, 1, step, dropout), List.of()).input(ops, x, 0);
    }

    private static List<Value> masks(LayerCall call, int count, Value like, double rate) {
        List<Value> masks = new ArrayList<>();
        for (int i = 0; drops(rate) && i < count; i++) {
            Value kept = RandomLayer.kept(call, like, rate);
            masks.add(call.ops().mul(kept, call.ops().like(kept, 1 / (1 - rate))));
        }
        return masks;
    }

    /** Refuses to train with what is not computed in training yet. */
    void requireInference(Layer layer, LayerCall call) {
        kept.requireInference(layer, call);
    }
}
