package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Blurs images, each with a probability that is drawn for it: see {@link GaussianBlur}. Two deviations are drawn from {@code sigma} for
 * all images, one along columns and one along rows; one number {@code s} is a range from 0 to {@code s}. The result is cut at the
 * bounds of {@code value_range}, blurred or not.
 *
 * <p>Of a kernel of two lengths the first is along columns, as it is on JAX; other backends of Keras do otherwise.
 *
 * <p>Source: {@code keras.layers.RandomGaussianBlur}.
 *
 * @param columns how many columns the kernel has
 * @param rows how many rows the kernel has
 */
record RandomGaussianBlur(Range chance, int columns, int rows, Range sigma, Range values) implements Augmentation {
    private static final String KERNEL_SIZE = "kernel_size";
    private static final int LONGEST = 1023;
    private static final double LEAST_SIGMA = 1e-6;

    static RandomGaussianBlur read(Config config) {
        JsonNode lengths =
                config.find(KERNEL_SIZE).orElseGet(() -> Config.json().numberNode(3));
        return new RandomGaussianBlur(
                Range.find(config, "factor", 0).orElse(Range.UNIT),
                length(config, lengths, 0),
                length(config, lengths, 1),
                Range.find(config, "sigma", 0).orElse(Range.UNIT),
                Augmentation.valueRange(config));
    }

    private static int length(Config config, JsonNode lengths, int axis) {
        JsonNode length = lengths.isArray() ? lengths.path(axis) : lengths;
        boolean isWhole = length.canConvertToInt() && length.canConvertToExactIntegral();
        boolean isPair = !lengths.isArray() || lengths.size() == 2;
        if (!isWhole || !isPair || length.intValue() % 2 != 1 || length.intValue() > LONGEST) {
            throw config.refused(
                    KERNEL_SIZE, lengths.toString(), "an odd number from 1 to " + LONGEST + ", or a pair of them");
        }
        return length.intValue();
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value isBlurred = chance.drawWhether(call, images);
        Value alongColumns = GaussianBlur.weights(ops, deviation(call, images), columns);
        Value alongRows = GaussianBlur.weights(ops, deviation(call, images), rows);
        Value blurred = GaussianBlur.apply(ops, images, size, alongRows, alongColumns);
        return ops.clip(ops.where(isBlurred, blurred, images), values.low(), values.high());
    }

    private Value deviation(LayerCall call, Value images) {
        Value drawn = sigma.drawOnce(call, images);
        return call.ops().add(drawn, call.ops().like(drawn, LEAST_SIGMA));
    }
}
