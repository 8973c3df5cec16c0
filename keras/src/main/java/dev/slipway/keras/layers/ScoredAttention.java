package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.initializers.Initializers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Attention without projections: {@code softmax(scores(query, key) - 1e9 · masked) · value}, where the query is
 * {@code [batch, queries, features]}, the value {@code [batch, values, …]} and the key, by default the value,
 * {@code [batch, values, features]}; the result is {@code [batch, queries, …]}, zero where the query is masked.
 *
 * <p>Called with a list: query, value and maybe key; {@code mask} is a list likewise, {@code [batch, length]} each.
 *
 * <p>Differs from Keras: Keras 3.9 fails for a mask of the value without {@code use_causal_mask} unless the batch is 1;
 * here it does what its documentation says.
 */
abstract class ScoredAttention extends Layer {
    private static final double MASKED = 1e9;

    /** The largest number of half precision. */
    private static final double MASKED_HALF = 65504;

    private final boolean useScale;
    private final double dropout;
    private final OptionalInt seed;

    ScoredAttention(String name, boolean trainable, boolean useScale, double dropout, OptionalInt seed) {
        super(name, trainable);
        this.useScale = useScale;
        this.dropout = dropout;
        this.seed = seed;
    }

    static OptionalInt seed(Config config) {
        return config.find("seed").isPresent() ? OptionalInt.of(config.integer("seed")) : OptionalInt.empty();
    }

    final boolean hasScale() {
        return useScale;
    }

    /** How well each place of the key fits each place of the query: {@code [batch, queries, values]}. */
    abstract Value scores(LayerCall call, Value query, Value key);

    /** The weights of the scores. */
    abstract List<WeightSpec> scoreWeights(Shape query);

    static WeightSpec weight(String name, Shape shape, String initializer) {
        return new WeightSpec(name, DataType.FLOAT, shape, Initializers.named(initializer), Optional.empty(), true);
    }

    final void writeOptions(ObjectNode config) {
        config.put("use_scale", useScale).put("dropout", dropout);
        seed.ifPresent(s -> config.put("seed", s));
    }

    @Override
    public boolean takesList() {
        return true;
    }

    @Override
    public List<String> argumentNames() {
        return List.of("mask", "training", "return_attention_scores", "use_causal_mask");
    }

    @Override
    public List<WeightSpec> weights(List<Shape> inputs) {
        if (inputs.size() < 2 || inputs.size() > 3 || inputs.stream().anyMatch(shape -> shape.rank() != 3)) {
            throw new IllegalArgumentException(
                    this + ": inputs of shapes " + inputs + " (expected: query, value and maybe key of three axes)");
        }
        List<WeightSpec> weights = new ArrayList<>(scoreWeights(inputs.get(0)));
        weights.addAll(dropout().weights(inputs));
        return weights;
    }

    private Dropout dropout() {
        return seed.isPresent() ? Dropout.of(dropout, seed.getAsInt()) : Dropout.of(dropout);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Ops ops = call.ops();
        List<Value> inputs = call.inputs();
        Value query = inputs.get(0);
        Value value = inputs.get(1);
        Value scores = scores(call, query, inputs.get(inputs.size() > 2 ? 2 : 1));
        Optional<Value> causal = call.isSet("use_causal_mask")
                ? Optional.of(AttentionScores.causalMask(ops, query, inputs.get(inputs.size() > 2 ? 2 : 1)))
                : Optional.empty();
        Optional<Value> shown = mask(call, 1).map(mask -> ops.unsqueeze(mask, -2));
        Optional<Value> mask = AttentionScores.both(ops, shown, causal);
        if (mask.isPresent()) {
            Value hidden = ops.cast(ops.not(mask.get()), scores.type());
            scores = ops.sub(
                    scores,
                    ops.mul(hidden, ops.like(scores, scores.type() == DataType.FLOAT16 ? MASKED_HALF : MASKED)));
        }
        Value weights = ops.softmax(scores, -1);
        Value dropped = dropout().call(call.within(ops, List.of(weights))).get(0);
        Value result = ops.matMul(dropped, value);
        Optional<Value> counted = mask(call, 0);
        if (counted.isPresent()) {
            result = ops.mul(result, ops.cast(ops.unsqueeze(counted.get(), -1), result.type()));
            call.giveMask(0, counted.get());
        }
        return call.isSet("return_attention_scores") ? List.of(result, weights) : List.of(result);
    }

    /** The mask of an input: the call's, or else the one that came with it. */
    private static Optional<Value> mask(LayerCall call, int input) {
        List<Optional<Value>> given = call.tensors("mask");
        Optional<Value> found =
                given.isEmpty() ? call.mask(input) : input < given.size() ? given.get(input) : Optional.empty();
        return found.map(mask -> call.ops().cast(mask, DataType.BOOL));
    }
}
