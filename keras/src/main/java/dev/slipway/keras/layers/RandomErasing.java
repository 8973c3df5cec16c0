package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills a rectangle of images, each with a probability that is drawn for it. The sides are parts of height and width, the square
 * roots of two numbers drawn from {@code scale}; the place is drawn too. It is filled with {@code fill_value}, one number or one
 * for each of three channels, or with normal noise times the upper bound of {@code value_range}; both are cut at its bounds.
 *
 * <p>Source: {@code keras.layers.RandomErasing}.
 */
record RandomErasing(Range chance, Range scale, Range values, List<Double> fill) implements Augmentation {
    private static final Range USUAL_SCALE = new Range(0.02, 0.33);

    static RandomErasing read(Config config) {
        return new RandomErasing(
                Range.find(config, "factor", 0).orElse(Range.UNIT),
                Range.find(config, "scale", 0).orElse(USUAL_SCALE),
                Augmentation.valueRange(config),
                config.find("fill_value").map(found -> fill(config, found)).orElse(List.of()));
    }

    private static List<Double> fill(Config config, JsonNode found) {
        if (found.isNumber()) {
            return List.of(found.asDouble());
        }
        List<Double> numbers = new ArrayList<>();
        for (JsonNode one : found) {
            if (one.isNumber()) {
                numbers.add(one.asDouble());
            }
        }
        if (numbers.size() != 3 || found.size() != 3) {
            throw config.refused("fill_value", found.toString(), "None, a number or three numbers");
        }
        return List.copyOf(numbers);
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        Ops ops = call.ops();
        Value width = ops.sqrt(scale.draw(call, images));
        Value height = ops.sqrt(scale.draw(call, images));
        Value isInside = RandomRectangle.holds(call, images, size, height, width);
        Value isErased = ops.and(isInside, chance.drawWhether(call, images));
        return ops.where(isErased, ops.clip(filling(call, images), values.low(), values.high()), images);
    }

    private Value filling(LayerCall call, Value images) {
        Ops ops = call.ops();
        if (fill.isEmpty()) {
            return ops.mul(RandomLayer.normal(call, images), ops.like(images, values.high()));
        }
        if (fill.size() == 1) {
            return ops.like(images, fill.get(0));
        }
        List<Value> channels = Augmentation.channels(call, images);
        List<Value> filled = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            filled.add(ops.expandLike(ops.like(images, fill.get(i)), channels.get(i)));
        }
        return ops.concat(filled, 3);
    }
}
