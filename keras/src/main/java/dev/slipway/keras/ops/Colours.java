package dev.slipway.keras.ops;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.HueAndSaturation;
import java.util.List;

/**
 * Images in other colours, and with other edges.
 *
 * <p>Source: {@code keras.ops.image}: {@code rgb_to_hsv}, {@code hsv_to_rgb}, {@code pad_images}, {@code crop_images}.
 */
final class Colours {
    private static final List<String> IMAGES = List.of("images");

    private Colours() {}

    static void addTo(Definitions all) {
        all.from("image");
        all.add("RGBToHSV", Definition.configured(IMAGES, config -> colours(config, HueAndSaturation::of)));
        all.add("HSVToRGB", Definition.configured(IMAGES, config -> colours(config, HueAndSaturation::toRedGreenBlue)));
        all.add("PadImages", Definition.configured(IMAGES, config -> edges(config, "padding")));
        all.add("CropImages", Definition.configured(IMAGES, config -> edges(config, "cropping")));
    }

    /** Three channels made of three. */
    private interface Colour {
        List<Value> of(Ops ops, Value first, Value second, Value third);
    }

    private static boolean isFirst(Config config) {
        return config.text("data_format", "channels_last").equals("channels_first");
    }

    private static Definition.Function colours(Config config, Colour colour) {
        boolean isFirst = isFirst(config);
        return call -> {
            Ops ops = call.ops();
            Value images = call.floating("images");
            int axis = images.shape().axis(isFirst ? -3 : -1);
            if (!images.shape().dimension(axis).is(3)) {
                throw call.refused("images", images.shape() + "", "three channels");
            }
            List<Value> parts = ops.split(images, axis, 1, 1, 1);
            return ops.concat(colour.of(ops, parts.get(0), parts.get(1), parts.get(2)), axis);
        };
    }

    /** Two of three are given: what is put on or cut off before, behind, and the length that results. */
    private static Definition.Function edges(Config config, String what) {
        boolean isFirst = isFirst(config);
        int[] before = {config.integer("top_" + what, -1), config.integer("left_" + what, -1)};
        int[] behind = {config.integer("bottom_" + what, -1), config.integer("right_" + what, -1)};
        int[] targets = {config.integer("target_height", -1), config.integer("target_width", -1)};
        boolean isPadded = what.equals("padding");
        return call -> {
            Value images = call.tensor("images");
            for (int i = 0; i < 2; i++) {
                int axis = images.shape().axis((isFirst ? -2 : -3) + i);
                images = edge(call, images, axis, new int[] {before[i], behind[i], targets[i]}, isPadded);
            }
            return images;
        };
    }

    private static Value edge(OperationCall call, Value images, int axis, int[] given, boolean isPadded) {
        long change = -1;
        if (given[2] >= 0) {
            change = Math.abs(given[2] - images.shape().size(axis));
        }
        long before = given[0] >= 0 ? given[0] : change - given[1];
        long behind = given[1] >= 0 ? given[1] : change - given[0];
        boolean isKnown = (given[0] >= 0 && given[1] >= 0) || (change >= 0 && (given[0] >= 0 || given[1] >= 0));
        if (!isKnown || before < 0 || behind < 0) {
            throw call.refused("images", images.shape() + "", "what to do before and behind axis " + axis);
        }
        if (!isPadded) {
            return call.ops().slice(images, axis, before, behind == 0 ? Long.MAX_VALUE : -behind);
        }
        long[] first = new long[images.shape().rank()];
        long[] last = new long[images.shape().rank()];
        first[axis] = before;
        last[axis] = behind;
        return call.ops().pad(images, first, last);
    }
}
