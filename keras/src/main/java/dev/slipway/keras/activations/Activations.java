package dev.slipway.keras.activations;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Nearest;
import dev.slipway.keras.config.OwnObjects;
import dev.slipway.keras.config.Serialized;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * The activation functions of Keras 3, each with its default arguments.
 *
 * <p>Source of the formulas: {@code keras.activations} of Keras 3. Longer than one screen because each function is one
 * short method.
 */
public final class Activations {
    /**
     * What Keras 1 and 2 called {@code hard_sigmoid}: {@code clip(0.2x + 0.5, 0, 1)}. Keras 3 gave that name to another
     * function and has none for this one, so that models of Keras 3 cannot ask for it, nor their files name it.
     */
    public static final String KERAS_2_HARD_SIGMOID = "keras_2_hard_sigmoid";

    private static final Map<String, Activation> BY_NAME = new TreeMap<>();
    /** What gives whole numbers for whole numbers; the others give float32. */
    private static final Set<String> OF_WHOLE_NUMBERS = Set.of("linear", "relu", "relu6", "hard_tanh", "threshold");

    private static final Map<String, String> ALIASES = Map.of("swish", "silu", "hard_swish", "hard_silu");

    static {
        put("linear", (ops, x) -> x);
        put("relu", Ops::relu);
        put("relu6", (ops, x) -> ops.clip(ops.relu(x), 0, 6));
        put("leaky_relu", (ops, x) -> ops.where(positive(ops, x), x, times(ops, x, 0.2)));
        put("elu", (ops, x) -> ops.where(positive(ops, x), x, expMinusOne(ops, x)));
        put("selu", Activations::selu);
        put("celu", (ops, x) -> ops.add(ops.relu(x), expMinusOne(ops, x)));
        put("gelu", Activations::gelu);
        put("sigmoid", Ops::sigmoid);
        put("tanh", Ops::tanh);
        put("softmax", (ops, x) -> ops.softmax(x, -1));
        put("log_softmax", (ops, x) -> ops.logSoftmax(x, -1));
        put("softplus", Ops::softplus);
        put("softsign", (ops, x) -> ops.div(x, plus(ops, ops.abs(x), 1)));
        put("silu", (ops, x) -> ops.mul(x, ops.sigmoid(x)));
        put("hard_sigmoid", Activations::hardSigmoid);
        put(KERAS_2_HARD_SIGMOID, (ops, x) -> ops.clip(plus(ops, times(ops, x, 0.2), 0.5), 0, 1));
        put("hard_silu", (ops, x) -> ops.mul(x, hardSigmoid(ops, x)));
        put("exponential", Ops::exp);
        put("mish", (ops, x) -> ops.mul(x, ops.tanh(ops.softplus(x))));
        put("glu", Activations::glu);
        put("hard_tanh", (ops, x) -> ops.clip(x, -1, 1));
        put("hard_shrink", (ops, x) -> keepWhere(ops, ops.greater(ops.abs(x), ops.like(x, 0.5)), x));
        put("soft_shrink", (ops, x) -> ops.sub(x, ops.clip(x, -0.5, 0.5)));
        put("squareplus", (ops, x) -> times(ops, ops.add(x, ops.sqrt(plus(ops, ops.mul(x, x), 4))), 0.5));
        put("tanh_shrink", (ops, x) -> ops.sub(x, ops.tanh(x)));
        put("log_sigmoid", (ops, x) -> ops.neg(ops.softplus(ops.neg(x))));
        put("sparse_plus", Activations::sparsePlus);
        put("sparse_sigmoid", (ops, x) -> ops.clip(times(ops, plus(ops, x, 1), 0.5), 0, 1));
        put("sparsemax", Activations::sparsemax);
        put("threshold", (ops, x) -> keepWhere(ops, ops.greater(x, ops.like(x, 0)), x));
    }

    private Activations() {}

    private record Named(String name, BiFunction<Ops, Value, Value> function) implements Activation {
        @Override
        public Value apply(Ops ops, Value x) {
            boolean isKept = x.type().isFloating() || OF_WHOLE_NUMBERS.contains(name);
            return function.apply(ops, isKept ? x : ops.cast(x, DataType.FLOAT));
        }
    }

    private static void put(String name, BiFunction<Ops, Value, Value> function) {
        BY_NAME.put(name, new Named(name, function));
    }

    /**
     * An activation by name.
     *
     * @param name its Keras name, such as {@code relu}; {@code swish} and {@code hard_swish} are known too
     * @return the activation
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Activation named(String name) {
        Activation found = BY_NAME.get(ALIASES.getOrDefault(name, name));
        if (found == null) {
            throw new IllegalArgumentException("activation '" + name + "' (expected: one of " + names() + "; nearest: "
                    + Nearest.to(name, BY_NAME.keySet()) + ")");
        }
        return found;
    }

    /**
     * An activation that a file names.
     *
     * @param found its name, or the function as the file has it
     * @param own what the program supplies; as in Keras, that comes first
     * @return the activation, to be written as it was read; empty if there is none of that name
     */
    public static Optional<Activation> ofFile(Serialized found, OwnObjects own) {
        String name = found.className();
        return own.find(Activation.class, name)
                .map(function -> written(function, found))
                .or(() -> Optional.ofNullable(BY_NAME.get(ALIASES.getOrDefault(name, name))));
    }

    /**
     * What a file may name.
     *
     * @param found what it names, and is none of them
     * @return the names, for messages
     */
    public static String expected(Serialized found) {
        String name = found.className();
        if (name.equals("__lambda__")) {
            return "the name of a function, as a lambda is Python code; give it a name in Keras and register the function with"
                    + " the program";
        }
        // Another package's function is none of these misspelt.
        String nearest = name.contains(">") ? "" : "; nearest: " + Nearest.to(name, BY_NAME.keySet());
        return "one of " + names() + ", or one that the program registers" + nearest;
    }

    /** Old files have bare names, which Keras 3 takes for its own functions. */
    private static Activation written(Activation function, Serialized found) {
        JsonNode json = found.written().isObject() ? found.written() : OwnActivation.json(found.className());
        return new OwnActivation(found.className(), function::apply, json);
    }

    /**
     * The names known.
     *
     * @return those of Keras 3, sorted, without aliases
     */
    public static List<String> names() {
        return BY_NAME.keySet().stream()
                .filter(name -> !name.equals(KERAS_2_HARD_SIGMOID))
                .toList();
    }

    private static Value selu(Ops ops, Value x) {
        double alpha = 1.6732632423543772;
        double scale = 1.0507009873554805;
        Value negative = times(ops, expMinusOne(ops, x), alpha);
        return times(ops, ops.where(positive(ops, x), x, negative), scale);
    }

    private static Value gelu(Ops ops, Value x) {
        // In this form the engine knows it, and computes it in one go.
        Value twice = plus(ops, ops.erf(ops.div(x, ops.like(x, Math.sqrt(2)))), 1);
        return times(ops, ops.mul(x, twice), 0.5);
    }

    private static Value hardSigmoid(Ops ops, Value x) {
        return times(ops, ops.clip(plus(ops, x, 3), 0, 6), 1 / 6.0);
    }

    private static Value glu(Ops ops, Value x) {
        long length = x.shape().size(-1);
        if (length % 2 != 0) {
            throw new IllegalArgumentException("glu: " + x.shape() + " (expected: a last axis of even length)");
        }
        Value left = ops.slice(x, -1, 0, length / 2);
        return ops.mul(left, ops.sigmoid(ops.slice(x, -1, length / 2, length)));
    }

    private static Value sparsePlus(Ops ops, Value x) {
        Value middle = plus(ops, ops.clip(x, -1, 1), 1);
        Value square = times(ops, ops.mul(middle, middle), 0.25);
        return ops.where(ops.greater(x, ops.like(x, 1)), x, square);
    }

    /**
     * Keras's sparsemax, which differs from the paper's projection onto the simplex: its threshold is
     * {@code (sum of the running sums in the support - 1) / k}, where the paper has the last running sum alone.
     *
     * <p>Source: {@code keras.activations.sparsemax} of Keras 3.9; A. Martins, R. Astudillo, "From Softmax to Sparsemax",
     * 2016.
     */
    private static Value sparsemax(Ops ops, Value x) {
        int length = Math.toIntExact(x.shape().size(-1));
        double[] places = new double[length];
        for (int i = 0; i < length; i++) {
            places[i] = i + 1;
        }
        Value place = ops.constant(Constant.of(x.type(), Shape.of(length), places));
        Value sorted = ops.topK(x, x.shape().dimension(-1), -1).get(0);
        Value sums = ops.cumSum(sorted, -1, false);
        Value inSupport = ops.greater(ops.sub(sorted, ops.div(plus(ops, sums, -1), place)), ops.like(x, 0));
        Value size = ops.reduceSum(ops.cast(inSupport, x.type()), true, -1);
        Value total = ops.reduceSum(keepWhere(ops, inSupport, sums), true, -1);
        return ops.relu(ops.sub(x, ops.div(plus(ops, total, -1), size)));
    }

    /**
     * {@code e^x - 1} where {@code x <= 0}, and 0 elsewhere: the branch that is not taken must not overflow, or its
     * gradient would be NaN.
     *
     * <p>The subtraction cancels near 0, where {@code tanh(x / 2) · (e^x + 1)} keeps all digits; far from 0 it is the
     * gradient of that product that cancels.
     */
    private static Value expMinusOne(Ops ops, Value x) {
        Value masked = ops.where(positive(ops, x), ops.like(x, 0), x);
        Value exp = ops.exp(masked);
        Value near = ops.mul(ops.tanh(times(ops, masked, 0.5)), plus(ops, exp, 1));
        return ops.where(ops.greater(masked, ops.like(x, -1)), near, plus(ops, exp, -1));
    }

    private static Value positive(Ops ops, Value x) {
        return ops.greater(x, ops.like(x, 0));
    }

    private static Value keepWhere(Ops ops, Value condition, Value x) {
        return ops.where(condition, x, ops.like(x, 0));
    }

    private static Value times(Ops ops, Value x, double factor) {
        return ops.mul(x, ops.like(x, factor));
    }

    private static Value plus(Ops ops, Value x, double term) {
        return ops.add(x, ops.like(x, term));
    }
}
