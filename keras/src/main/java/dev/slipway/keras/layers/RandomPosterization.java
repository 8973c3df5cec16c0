package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Keeps the first bits of the whole numbers from 0 to 255 that the numbers of images are in that range: a multiple of {@code 2^(8 -
 * bits)} that is not above. The bits are drawn for each image from the lower bound of {@code factor} up to, but without, the upper
 * one, if they differ; one factor {@code f} is a range from 1 to {@code f}.
 *
 * <p>The gradient is zero, as it is of all functions that cut digits off. In Keras it is zero on JAX and there is none on TensorFlow,
 * where layers before do not learn either.
 *
 * <p>Source: {@code keras.layers.RandomPosterization}.
 *
 * @param least the fewest bits
 * @param end one more than the most bits, or the same as the fewest
 */
record RandomPosterization(int least, int end, Range values) implements Augmentation {
    private static final int ALL = 8;

    static RandomPosterization read(Config config) {
        Range factor = Range.read(config, "factor", 1);
        if (factor.low() < 1
                || factor.high() < 1
                || factor.high() > ALL
                || factor.low() != Math.rint(factor.low())
                || factor.high() != Math.rint(factor.high())) {
            String found = config.find("factor").map(JsonNode::toString).orElse("None");
            throw config.refused("factor", found, "a whole number from 1 to 8, or a pair of them");
        }
        return new RandomPosterization((int) factor.low(), (int) factor.high(), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value bytes = ops.clip(values.toBytes(ops, images), 0, 255);
        Value step = step(call, images);
        return values.ofBytes(ops, ops.mul(ops.floor(ops.div(bytes, step)), step));
    }

    /** The distance of the numbers that are left, {@code [batch, 1, 1, 1]}. */
    private Value step(LayerCall call, Value images) {
        Ops ops = call.ops();
        if (least == end) {
            return ops.like(images, 1 << (ALL - least));
        }
        Value drawn = ops.floor(new Range(least, end).draw(call, images));
        Value bits = ops.cast(ops.clip(drawn, least, end - 1.0), DataType.INT64);
        long[] steps = new long[ALL + 1];
        for (int i = 0; i <= ALL; i++) {
            steps[i] = 1L << (ALL - i);
        }
        return ops.cast(ops.gather(ops.constant(Constant.of(steps)), bits, 0), images.type());
    }
}
