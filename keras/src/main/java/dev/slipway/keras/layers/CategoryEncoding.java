package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Optional;

/**
 * Categories, numbered from 0, as vectors: {@code […]} to {@code […, tokens]} for each category, or {@code [batch,
 * samples]} to {@code [batch, tokens]} for each row.
 *
 * <p>Differs from Keras 3.9 with TensorFlow: a number out of range is in no vector instead of an error.
 *
 * <p>Source: {@code keras.layers.CategoryEncoding}.
 */
public final class CategoryEncoding extends Layer {
    private static final List<CategoryMode> MODES =
            List.of(CategoryMode.ONE_HOT, CategoryMode.MULTI_HOT, CategoryMode.COUNT);

    private static final String WEIGHTS = "count_weights";

    private final int tokens;
    private final CategoryMode mode;

    private CategoryEncoding(String name, boolean trainable, int tokens, CategoryMode mode) {
        super(name, trainable);
        if (tokens < 1) {
            throw new IllegalArgumentException(this + ": num_tokens " + tokens + " (expected: >= 1)");
        }
        this.tokens = tokens;
        this.mode = mode;
    }

    /**
     * A vector with a single one for each category.
     *
     * @param tokens how many categories there are
     * @return the layer
     */
    public static CategoryEncoding oneHot(int tokens) {
        return new CategoryEncoding("", true, tokens, CategoryMode.ONE_HOT);
    }

    /**
     * A vector of ones for each row: 1 for every category that is in it.
     *
     * @param tokens how many categories there are
     * @return the layer
     */
    public static CategoryEncoding multiHot(int tokens) {
        return new CategoryEncoding("", true, tokens, CategoryMode.MULTI_HOT);
    }

    /**
     * A vector of counts for each row: how often each category is in it.
     *
     * @param tokens how many categories there are
     * @return the layer
     */
    public static CategoryEncoding count(int tokens) {
        return new CategoryEncoding("", true, tokens, CategoryMode.COUNT);
    }

    static CategoryEncoding read(String name, Config config) {
        LayerConfig.refuseTrue(config, "sparse");
        CategoryMode mode = CategoryMode.read(config, CategoryMode.MULTI_HOT, MODES);
        return new CategoryEncoding(name, config.truth("trainable", true), config.integer("num_tokens"), mode);
    }

    @Override
    public String className() {
        return "CategoryEncoding";
    }

    @Override
    public void writeConfig(ObjectNode config) {
        config.put("num_tokens", tokens).put("output_mode", mode.kerasName());
    }

    @Override
    public List<String> argumentNames() {
        return List.of(WEIGHTS);
    }

    @Override
    public List<Value> call(LayerCall call) {
        Value indices = call.ops().cast(call.input(), DataType.INT64);
        Optional<Value> weights = call.tensor(WEIGHTS);
        if (weights.isEmpty()) {
            return List.of(mode.encode(call.ops(), indices, tokens, call.computeType()));
        }
        if (mode != CategoryMode.COUNT) {
            throw new IllegalArgumentException(
                    this + ": called with " + WEIGHTS + " (expected: output_mode count, not " + mode.kerasName() + ")");
        }
        return List.of(CategoryMode.count(call.ops(), indices, weights.get(), tokens, call.computeType()));
    }
}
