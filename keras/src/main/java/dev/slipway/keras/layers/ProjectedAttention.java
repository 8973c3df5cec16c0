package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.activations.Activations;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Attention of several heads, each on a projection of its own: with q, k and v the projected query, key and value,
 * {@code softmax(q · k / sqrt(head length), masked) · v}, projected again. With a gate, what is projected again is first taken
 * times {@code sigmoid} of another projection of the query. With a sliding window w, place i attends to places less than w away.
 *
 * <p>Called with {@code query [batch, queries…, features]}, {@code value [batch, values…, features]}, and {@code key}, which
 * is the value by default; masks of query, value and key {@code [batch, length]}, and {@code attention_mask
 * [batch, queries…, values…]} where heads and other axes may be missing.
 */
abstract class ProjectedAttention extends Layer {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final Options options;

    ProjectedAttention(String name, boolean trainable, Options options) {
        super(name, trainable);
        this.options = options;
    }

    /** The configuration that does not say how many heads there are. */
    record Options(
            boolean useBias,
            double dropout,
            boolean useGate,
            OptionalInt slidingWindow,
            OptionalInt seed,
            ProjectionWeights initial) {
        static Options defaults() {
            return new Options(true, 0, false, OptionalInt.empty(), OptionalInt.empty(), ProjectionWeights.defaults());
        }

        static Options read(Config config) {
            // Which kernel Keras computes with says nothing here.
            config.ignore("flash_attention");
            OptionalInt window = integer(config, "sliding_window");
            if (window.isPresent() && window.getAsInt() < 1) {
                throw config.refused("sliding_window", String.valueOf(window.getAsInt()), "null or a number >= 1");
            }
            return new Options(
                    config.truth("use_bias", true),
                    config.number("dropout", 0),
                    config.truth("use_gate", false),
                    window,
                    integer(config, "seed"),
                    ProjectionWeights.read(config));
        }

        private static OptionalInt integer(Config config, String key) {
            return config.find(key).isPresent() ? OptionalInt.of(config.integer(key)) : OptionalInt.empty();
        }

        void write(ObjectNode config) {
            config.put("use_bias", useBias).put("dropout", dropout);
            // Kerases before these keys read no others; they are left out where they say nothing.
            if (useGate) {
                config.put("use_gate", true);
            }
            slidingWindow.ifPresent(window -> config.put("sliding_window", window));
            initial.write(config);
            seed.ifPresentOrElse(s -> config.put("seed", s), () -> config.putNull("seed"));
        }
    }

    /** How many heads of which length there are. */
    record Heads(int queries, int values, int keyLength, int valueLength) {}

    abstract Heads heads();

    /** The axes to attend along, for a query of some rank; from 0. */
    abstract int[] attentionAxes(int rank);

    /** The lengths of the result behind the query's axes but the last. */
    abstract List<Long> resultShape(Shape query);

    /** What begins the names of the attributes that hold the projections. */
    abstract String groupPrefix();

    /** It is about what the projections give. */
    @Override
    boolean regularizesOwnResults() {
        return false;
    }

    final void writeOptions(ObjectNode config) {
        options.write(config);
    }

    @Override
    public List<String> inputNames() {
        return List.of("query", "value", "key");
    }

    @Override
    public List<String> argumentNames() {
        return List.of(
                "query_mask",
                "value_mask",
                "key_mask",
                "attention_mask",
                "return_attention_scores",
                "training",
                "use_causal_mask");
    }

    @Override
    public List<Child> children(List<Shape> inputs) {
        if (inputs.size() < 2 || inputs.stream().anyMatch(shape -> shape.rank() < 3)) {
            throw new IllegalArgumentException(this + ": inputs of shapes " + inputs
                    + " (expected: query, value and maybe key of three or more axes)");
        }
        Shape query = inputs.get(0);
        Shape value = inputs.get(1);
        Shape key = inputs.size() > 2 ? inputs.get(2) : value;
        Heads heads = heads();
        List<Child> children = new ArrayList<>();
        children.add(projection("query", query, 1, List.of((long) heads.queries(), (long) heads.keyLength())));
        children.add(projection("key", key, 1, List.of((long) heads.values(), (long) heads.keyLength())));
        if (options.useGate) {
            children.add(projection("gate", query, 1, List.of((long) heads.queries(), (long) heads.valueLength())));
        }
        children.add(projection("value", value, 1, List.of((long) heads.values(), (long) heads.valueLength())));
        List<Dimension> joined =
                new ArrayList<>(query.slice(0, query.rank() - 1).dimensions());
        joined.add(Dimension.of(heads.queries()));
        joined.add(Dimension.of(heads.valueLength()));
        children.add(projection("output", Shape.of(joined), 2, resultShape(query)));
        if (options.dropout > 0) {
            children.add(new Child("_dropout_layer", dropout(), List.of(), "_dropout_layer"));
        }
        return children;
    }

    private Dropout dropout() {
        return options.seed.isPresent()
                ? Dropout.of(options.dropout, options.seed.getAsInt())
                : Dropout.of(options.dropout);
    }

    /** A product over the last axes of the input, which gives new last axes. */
    private Child projection(String part, Shape input, int summed, List<Long> lengths) {
        int free = input.rank() - summed;
        if (input.rank() + lengths.size() > LETTERS.length()) {
            throw new IllegalArgumentException(this + ": input of shape " + input + " (expected: fewer axes)");
        }
        String kept = LETTERS.substring(0, free);
        String gone = LETTERS.substring(free, input.rank());
        String made = LETTERS.substring(input.rank(), input.rank() + lengths.size());
        List<Optional<Long>> shape = new ArrayList<>();
        for (int i = 1; i < free; i++) {
            shape.add(Optional.empty());
        }
        lengths.forEach(length -> shape.add(Optional.of(length)));
        String name = part.equals("output") ? "attention_output" : part;
        EinsumDense layer = new EinsumDense(
                name,
                isTrainable(),
                EinsumEquation.parse(kept + gone + "," + gone + made + "->" + kept + made),
                shape,
                options.useBias ? Optional.of(made) : Optional.empty(),
                Activations.named(part.equals("gate") ? "sigmoid" : "linear"),
                options.initial,
                QuantizationConfig.none());
        // The gate is a private attribute wherever it is.
        String prefix = part.equals("gate") ? "_" : groupPrefix();
        return new Child(name, layer, List.of(input), prefix + part + "_dense");
    }

    @Override
    public List<Value> call(LayerCall call) {
        List<Value> inputs = call.inputs();
        Map<String, Child> parts = new HashMap<>();
        for (Child part : children(inputs.stream().map(Value::shape).toList())) {
            parts.put(part.name(), part);
        }
        Value source = inputs.get(inputs.size() > 2 ? 2 : 1);
        Ops ops = call.ops();
        Value query = project(call, parts, "query", inputs.get(0));
        Value key = repeated(ops, project(call, parts, "key", source));
        Value value = repeated(ops, project(call, parts, "value", inputs.get(1)));
        int[] axes = attentionAxes(inputs.get(0).shape().rank());
        Notation notation = Notation.of(query.shape().rank(), axes);
        Value scaled = ops.mul(query, ops.like(query, 1 / Math.sqrt(heads().keyLength())));
        Value scores = ops.einsum(notation.source + "," + notation.target + "->" + notation.product, key, scaled);
        Optional<Value> mask =
                mask(call).map(m -> expanded(ops, m, scores.shape().rank(), axes.length));
        Value weights = AttentionScores.softmax(ops, scores, mask, axes.length);
        if (mask.isPresent() && usesSoftmaxLayer(call, axes) && call.version().hidesWholeAxes()) {
            weights = ops.where(mask.get(), weights, ops.like(weights, 0));
        }
        Value dropped = weights;
        if (options.dropout > 0) {
            dropped = dropout()
                    .call(call.child("_dropout_layer", dropout(), List.of(weights)))
                    .get(0);
        }
        Value joined = ops.einsum(notation.product + "," + notation.source + "->" + notation.target, dropped, value);
        if (options.useGate) {
            joined = ops.mul(joined, project(call, parts, "gate", inputs.get(0)));
        }
        Value result = project(call, parts, "attention_output", joined);
        call.mask(0).ifPresent(passed -> call.giveMask(0, passed));
        return call.isSet("return_attention_scores") ? List.of(result, weights) : List.of(result);
    }

    /** The kernel that Keras takes where it can has weights even where a mask hides everything. */
    private boolean usesSoftmaxLayer(LayerCall call, int[] axes) {
        boolean isPlain = call.inputs().get(0).shape().rank() == 3 && axes.length == 1;
        return options.dropout > 0 || call.isSet("return_attention_scores") || !isPlain;
    }

    private static Value project(LayerCall call, Map<String, Child> parts, String name, Value x) {
        Child part = Objects.requireNonNull(parts.get(name), name);
        List<Value> results = part.layer().call(call.child(part.name(), part.layer(), List.of(x)));
        call.regularize(part.layer(), results);
        return results.get(0);
    }

    /** Each head of key and value as often as there are heads of the query for it. */
    private Value repeated(Ops ops, Value x) {
        int times = heads().queries() / heads().values();
        if (times == 1) {
            return x;
        }
        long[] places = new long[heads().queries()];
        for (int i = 0; i < places.length; i++) {
            places[i] = i / times;
        }
        return ops.gather(x, ops.constant(places), -2);
    }

    private Optional<Value> mask(LayerCall call) {
        Ops ops = call.ops();
        Optional<Value> query = queryMask(call).map(m -> ops.unsqueeze(m, -1));
        Optional<Value> value = truths(call, "value_mask", 1).map(m -> ops.unsqueeze(m, -2));
        Optional<Value> key = truths(call, "key_mask", 2).map(m -> ops.unsqueeze(m, -2));
        Optional<Value> causal = call.isSet("use_causal_mask")
                ? Optional.of(AttentionScores.causalMask(
                        ops, call.inputs().get(0), call.inputs().get(1)))
                : Optional.empty();
        Optional<Value> near = options.slidingWindow.isPresent()
                ? Optional.of(AttentionScores.windowMask(
                        ops, call.inputs().get(0), call.inputs().get(1), options.slidingWindow.getAsInt()))
                : Optional.empty();
        Optional<Value> given = call.tensor("attention_mask").map(m -> ops.cast(m, DataType.BOOL));
        Optional<Value> mask = AttentionScores.both(ops, query, value);
        mask = AttentionScores.both(ops, mask, key);
        mask = AttentionScores.both(ops, mask, causal);
        mask = AttentionScores.both(ops, mask, near);
        return AttentionScores.both(ops, given, mask);
    }

    /** Which places of the query count. */
    Optional<Value> queryMask(LayerCall call) {
        return truths(call, "query_mask", 0);
    }

    /** A mask of the call, or else the one that came with the input. */
    private static Optional<Value> truths(LayerCall call, String name, int input) {
        return call.tensor(name)
                .or(() -> call.mask(input))
                .map(mask -> call.ops().cast(mask, DataType.BOOL));
    }

    /** Axes of length 1 for the heads, and for what else the mask does not have, before the axes attended along. */
    private static Value expanded(Ops ops, Value mask, int rank, int axes) {
        Value expanded = mask;
        while (expanded.shape().rank() < rank) {
            expanded = ops.unsqueeze(expanded, -2 * axes - 1);
        }
        return expanded;
    }

    /** The letters of query and result, of key and value, and of the scores. */
    private record Notation(String target, String source, String product) {
        static Notation of(int rank, int[] axes) {
            StringBuilder source = new StringBuilder(LETTERS.substring(0, rank));
            StringBuilder rest = new StringBuilder(LETTERS.substring(0, rank - 1));
            StringBuilder along = new StringBuilder();
            StringBuilder across = new StringBuilder();
            for (int i = 0; i < axes.length; i++) {
                char letter = LETTERS.charAt(axes[i]);
                char other = LETTERS.charAt(rank + i);
                source.setCharAt(axes[i], other);
                rest.deleteCharAt(rest.indexOf(String.valueOf(letter)));
                along.append(letter);
                across.append(other);
            }
            return new Notation(LETTERS.substring(0, rank), source.toString(), "" + rest + along + across);
        }
    }
}
