package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import java.util.List;

/**
 * Attention of several heads in which groups of query heads share a head of key and value:
 * {@code query [batch, queries, features]} to the same shape.
 *
 * <p>Weights: {@code query/kernel [features, queryHeads, headDim]}, {@code key/kernel} and {@code value/kernel
 * [features, keyValueHeads, headDim]} and {@code attention_output/kernel [queryHeads, headDim, features]}, each with a
 * {@code bias}.
 *
 * <p>Source: {@code keras.layers.GroupQueryAttention}.
 */
public final class GroupQueryAttention extends ProjectedAttention {
    private final Heads heads;

    private GroupQueryAttention(String name, boolean trainable, Options options, Heads heads) {
        super(name, trainable, options);
        boolean isPositive = heads.queries() >= 1 && heads.values() >= 1 && heads.keyLength() >= 1;
        if (!isPositive || heads.queries() % heads.values() != 0) {
            throw new IllegalArgumentException(
                    this + ": " + heads + " (expected: numbers >= 1, query heads a multiple of key-value heads)");
        }
        this.heads = heads;
    }

    /**
     * A layer with Keras's other defaults, to be applied to a query, a value and maybe a key.
     *
     * @param headDim the length of each head
     * @param queryHeads how many heads the query has
     * @param keyValueHeads how many heads key and value have: a divisor of those of the query
     * @return the layer
     */
    public static GroupQueryAttention of(int headDim, int queryHeads, int keyValueHeads) {
        Heads heads = new Heads(queryHeads, keyValueHeads, headDim, headDim);
        return new GroupQueryAttention("", true, Options.defaults(), heads);
    }

    static GroupQueryAttention read(String name, Config config) {
        int length = config.integer("head_dim");
        Heads heads =
                new Heads(config.integer("num_query_heads"), config.integer("num_key_value_heads"), length, length);
        return new GroupQueryAttention(name, config.truth("trainable", true), Options.read(config), heads);
    }

    @Override
    public String className() {
        return "GroupQueryAttention";
    }

    @Override
    public String pythonName() {
        return "GroupedQueryAttention";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("head_dim", heads.keyLength()).put("num_query_heads", heads.queries());
        config.put("num_key_value_heads", heads.values());
        writeOptions(config);
    }

    @Override
    Heads heads() {
        return heads;
    }

    @Override
    int[] attentionAxes(int rank) {
        if (rank != 3) {
            throw new IllegalArgumentException(this + ": query of rank " + rank + " (expected: 3)");
        }
        return new int[] {1};
    }

    @Override
    List<Long> resultShape(Shape query) {
        if (!query.dimension(-1).isKnown()) {
            throw new IllegalArgumentException(this + ": query of shape " + query + " (expected: a known last axis)");
        }
        return List.of(query.size(-1));
    }

    @Override
    String groupPrefix() {
        return "_";
    }
}
