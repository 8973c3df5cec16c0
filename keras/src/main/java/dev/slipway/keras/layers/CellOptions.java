package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.keras.activations.Activation;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.ConfigException;
import dev.slipway.keras.constraints.Constraint;
import dev.slipway.keras.initializers.Initializer;
import dev.slipway.keras.initializers.Initializers;
import dev.slipway.keras.regularizers.Regularizer;
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
        config.ignore("implementation");
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
        return config.isNull(key) ? Activations.named("linear") : LayerConfig.activation(config, key, absent);
    }

    /** Writes all keys but that of the units; those of a cell that has no gates lack the gates' function. */
    void write(ObjectNode config, boolean gated) {
        config.put("activation", activation.name());
        if (gated) {
            config.put("recurrent_activation", recurrentActivation.name());
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

    /** Refuses to train with what is not computed in training yet. */
    void requireInference(Layer layer, LayerCall call) {
        kept.requireInference(layer, call);
        if (call.isTraining() && (dropout > 0 || recurrentDropout > 0)) {
            throw new ConfigException(layer + ": dropout " + dropout + " and recurrent_dropout " + recurrentDropout
                    + " (expected: 0 in training, as Slipway does not support them in recurrent layers yet)");
        }
    }
}
