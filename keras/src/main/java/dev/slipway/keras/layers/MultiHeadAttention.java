package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Attention of several heads along one or more axes: {@code query
 * [batch, queries…, features]} to {@code [batch, queries…, features]}, or to another last axis or axes.
 *
 * <p>Weights: {@code query/kernel [features, heads, keyDim]}, {@code key/kernel}, {@code value/kernel
 * [features, heads, valueDim]} and {@code attention_output/kernel [heads, valueDim, result…]}, each with a {@code bias}.
 *
 * <p>Source: {@code keras.layers.MultiHeadAttention}.
 */
public final class MultiHeadAttention extends ProjectedAttention {
    private final Heads heads;
    private final Optional<int[]> outputShape;
    private final Optional<int[]> attentionAxes;

    private MultiHeadAttention(
            String name,
            boolean trainable,
            Options options,
            Heads heads,
            Optional<int[]> outputShape,
            Optional<int[]> attentionAxes) {
        super(name, trainable, options);
        if (heads.queries() < 1 || heads.keyLength() < 1 || heads.valueLength() < 1) {
            throw new IllegalArgumentException(this + ": " + heads + " (expected: numbers >= 1)");
        }
        this.heads = heads;
        this.outputShape = outputShape;
        this.attentionAxes = attentionAxes;
    }

    /**
     * A layer with Keras's other defaults, to be applied to a query, a value and maybe a key.
     *
     * @param numHeads how many heads there are
     * @param keyDim the length of each
     * @return the layer
     */
    public static MultiHeadAttention of(int numHeads, int keyDim) {
        Heads heads = new Heads(numHeads, numHeads, keyDim, keyDim);
        return new MultiHeadAttention("", true, Options.defaults(), heads, Optional.empty(), Optional.empty());
    }

    static MultiHeadAttention read(String name, Config config) {
        int count = config.integer("num_heads");
        int keyLength = config.integer("key_dim");
        int valueLength = config.integer("value_dim", keyLength);
        return new MultiHeadAttention(
                name,
                config.truth("trainable", true),
                Options.read(config),
                new Heads(count, count, keyLength, valueLength == 0 ? keyLength : valueLength),
                integers(config, "output_shape"),
                integers(config, "attention_axes"));
    }

    private static Optional<int[]> integers(Config config, String key) {
        Optional<double[]> numbers = config.numbers(key).filter(found -> found.length > 0);
        if (numbers.isPresent() && Arrays.stream(numbers.get()).anyMatch(n -> n != Math.rint(n) || n > 1e9)) {
            throw config.refused(key, Arrays.toString(numbers.get()), "whole numbers");
        }
        return numbers.map(found -> Arrays.stream(found).mapToInt(n -> (int) n).toArray());
    }

    @Override
    public String className() {
        return "MultiHeadAttention";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("num_heads", heads.queries()).put("key_dim", heads.keyLength());
        config.put("value_dim", heads.valueLength());
        write(config, "output_shape", outputShape);
        write(config, "attention_axes", attentionAxes);
        writeOptions(config);
    }

    private static void write(ObjectNode config, String key, Optional<int[]> numbers) {
        if (numbers.isEmpty()) {
            config.putNull(key);
            return;
        }
        ArrayNode list = config.putArray(key);
        Arrays.stream(numbers.get()).forEach(list::add);
    }

    /** Keras 3 takes the masks off the query, value and key themselves: a sum of query and result has none. */
    @Override
    public boolean takesMasks() {
        return true;
    }

    @Override
    Heads heads() {
        return heads;
    }

    @Override
    int[] attentionAxes(int rank) {
        int[] axes = attentionAxes
                .map(given -> Arrays.stream(given)
                        .map(axis -> axis < 0 ? axis + rank : axis)
                        .toArray())
                .orElseGet(() -> IntStream.range(1, rank - 1).toArray());
        boolean isOff = Arrays.stream(axes).anyMatch(axis -> axis < 1 || axis >= rank - 1);
        if (isOff || Arrays.stream(axes).distinct().count() != axes.length) {
            throw new IllegalArgumentException(this + ": attention_axes " + Arrays.toString(axes)
                    + " (expected: different axes from 1 to " + (rank - 2) + ")");
        }
        return axes;
    }

    @Override
    List<Long> resultShape(Shape query) {
        return outputShape
                .map(lengths -> Arrays.stream(lengths).asLongStream().boxed().toList())
                .orElseGet(() -> List.of(known(query)));
    }

    private long known(Shape query) {
        if (!query.dimension(-1).isKnown()) {
            throw new IllegalArgumentException(this + ": query of shape " + query + " (expected: a known last axis)");
        }
        return query.size(-1);
    }

    /** Keras takes the one that came with the query, and no other. */
    @Override
    Optional<Value> queryMask(LayerCall call) {
        return call.mask(0).map(mask -> call.ops().cast(mask, DataType.BOOL));
    }

    @Override
    String groupPrefix() {
        return "";
    }
}
