package dev.slipway.keras.layers;

import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Locale;

/**
 * What a layer makes of the numbers of categories.
 *
 * <p>Source: {@code encode_categorical_inputs} of {@code keras.src.utils.numerical_utils} of Keras 3.9.
 */
enum CategoryMode {
    /** The numbers themselves, of any shape. */
    INT,
    /** A vector with a single one for each: {@code […] to […, depth]}, {@code […, 1]} too. */
    ONE_HOT,
    /** A vector of ones for each row: {@code [batch, samples]} to {@code [batch, depth]}. */
    MULTI_HOT,
    /** A vector of counts for each row: {@code [batch, samples]} to {@code [batch, depth]}. */
    COUNT,
    /** Counts, to be multiplied with a weight for each: {@code [batch, samples]} to {@code [batch, depth]}. */
    TF_IDF;

    static CategoryMode read(Config config, CategoryMode absent, List<CategoryMode> known) {
        String text = config.text("output_mode", absent.kerasName());
        // Keras takes its own former names too.
        String name = text.equals("binary") ? MULTI_HOT.kerasName() : text.replace('-', '_');
        return known.stream()
                .filter(mode -> mode.kerasName().equals(name))
                .findFirst()
                .orElseThrow(() -> config.refused(
                        "output_mode",
                        text,
                        "one of " + known.stream().map(CategoryMode::kerasName).toList()));
    }

    /** The name in a file. */
    String kerasName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Encodes categories.
     *
     * @param indices their numbers, {@link DataType#INT64}; those below 0 or from depth on are in no vector
     * @param depth how many categories there are
     */
    Value encode(Ops ops, Value indices, long depth, DataType type) {
        return switch (this) {
            case INT -> ops.cast(indices, type);
            case ONE_HOT -> ops.cast(hot(ops, single(ops, indices), depth), type);
            case MULTI_HOT -> ops.cast(ops.reduceMax(hot(ops, requireRows(indices), depth), false, 1), type);
            case COUNT, TF_IDF -> ops.cast(ops.reduceSum(hot(ops, requireRows(indices), depth), false, 1), type);
        };
    }

    /** How often each category occurs, where every sample counts as often as its weight says. */
    static Value count(Ops ops, Value indices, Value weights, long depth, DataType type) {
        Value hot = ops.cast(hot(ops, COUNT.requireRows(indices), depth), type);
        return ops.reduceSum(ops.mul(hot, ops.unsqueeze(ops.cast(weights, type), -1)), false, 1);
    }

    private static Value single(Ops ops, Value indices) {
        Shape shape = indices.shape();
        return shape.rank() > 1 && shape.dimension(-1).equals(Dimension.of(1)) ? ops.squeeze(indices, -1) : indices;
    }

    private Value requireRows(Value indices) {
        if (indices.shape().rank() < 2) {
            throw new IllegalArgumentException("output_mode '" + kerasName() + "': input of shape " + indices.shape()
                    + " (expected: [batch, samples, …])");
        }
        return indices;
    }

    private static Value hot(Ops ops, Value indices, long depth) {
        // ONNX counts categories below 0 from the end.
        Value below = ops.less(indices, ops.like(indices, 0));
        return ops.oneHot(ops.where(below, ops.like(indices, (double) depth), indices), depth, DataType.FLOAT);
    }
}
