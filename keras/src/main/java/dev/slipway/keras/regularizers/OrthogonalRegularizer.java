package dev.slipway.keras.regularizers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * What rows, or columns, have of each other's direction: {@code factor · 0.5 · sum(|u · uᵀ| off its diagonal) / pairs} with
 * {@code u} the rows at length 1 and {@code pairs = n (n - 1) / 2}.
 *
 * <p>Source: {@code keras.regularizers.OrthogonalRegularizer}.
 *
 * @param factor how much of the mean is added to the loss
 * @param columns whether columns are meant
 */
record OrthogonalRegularizer(double factor, boolean columns) implements Regularizer {
    /** Keras divides by a length of at least 1e-7; this is its square. */
    private static final double LEAST = 1e-14;

    static OrthogonalRegularizer read(Config config) {
        String mode = config.text("mode", "rows");
        if (!mode.equals("rows") && !mode.equals("columns")) {
            throw config.refused("mode", mode, "rows or columns");
        }
        return new OrthogonalRegularizer(Regularizers.strength(config, "factor", 0.01), mode.equals("columns"));
    }

    @Override
    public String className() {
        return "OrthogonalRegularizer";
    }

    @Override
    public ObjectNode config() {
        return Config.json().put("factor", factor).put("mode", columns ? "columns" : "rows");
    }

    @Override
    public Value penalty(Ops ops, Value weight) {
        Shape shape = weight.shape();
        if (shape.rank() != 2) {
            throw new IllegalArgumentException(
                    "OrthogonalRegularizer: weight of shape " + shape + " (expected: rank 2)");
        }
        Value rows = columns ? ops.transpose(weight, 1, 0) : weight;
        Value squares = ops.reduceSum(ops.mul(rows, rows), true, 1);
        Value units = ops.div(rows, ops.sqrt(ops.max(squares, ops.like(rows, LEAST))));
        Value products = ops.matMul(units, ops.transpose(units, 1, 0));
        long count = rows.shape().size(0);
        double pairs = count * (count - 1.0) / 2;
        Value sum = ops.reduceSum(ops.abs(offDiagonal(ops, products, count)), false);
        return ops.div(ops.mul(ops.like(sum, factor * 0.5), sum), ops.like(sum, pairs));
    }

    private static Value offDiagonal(Ops ops, Value products, long count) {
        Value first = ops.constant(DataType.INT64, 0);
        Value places = ops.range(first, ops.constant(DataType.INT64, (double) count), Dimension.of(count));
        Value isSame = ops.equal(ops.unsqueeze(places, 0), ops.unsqueeze(places, 1));
        return ops.mul(products, ops.cast(ops.not(isSame), products.type()));
    }
}
