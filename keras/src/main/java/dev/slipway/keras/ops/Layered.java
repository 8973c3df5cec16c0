package dev.slipway.keras.ops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Constant;
import dev.slipway.graph.DataType;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.layers.Layer;
import dev.slipway.keras.layers.LayerRegistry;
import java.util.Arrays;
import java.util.List;

/**
 * Operations on images: those that a layer without weights computes too, and colours.
 *
 * <p>Source: {@code keras.ops}, modules {@code nn} and {@code image}.
 */
final class Layered {
    private static final List<String> IMAGES = List.of("images");

    /** Red, green and blue in grey, as in TorchVision. */
    private static final double[] GREY = {0.2989, 0.587, 0.114};

    private Layered() {}

    static void addTo(Definitions all) {
        all.from("nn");
        all.add("MaxPool", pool("MaxPooling"));
        all.add("AveragePool", pool("AveragePooling"));
        all.add("AdaptiveAveragePool", adaptive("AdaptiveAveragePooling"));
        all.add("AdaptiveMaxPool", adaptive("AdaptiveMaxPooling"));
        all.from("image");
        all.add("Resize", Definition.configured(IMAGES, Layered::resize));
        all.add("RGBToGrayscale", Definition.configured(IMAGES, Layered::grey));
    }

    private static Definition pool(String className) {
        return Definition.configured(List.of("inputs"), config -> {
            ObjectNode kept = kept(config, "pool_size", "strides", "padding", "data_format");
            return call -> {
                Value x = call.tensor("inputs");
                return call.through(layer(className + (x.shape().rank() - 2) + "D", kept), x);
            };
        });
    }

    private static Definition adaptive(String className) {
        return Definition.configured(List.of("inputs"), config -> {
            ObjectNode kept = kept(config, "output_size", "data_format");
            return call -> {
                Value x = call.tensor("inputs");
                return call.through(layer(className + (x.shape().rank() - 2) + "D", kept), x);
            };
        });
    }

    private static Definition.Function resize(Config config) {
        int[] size = Axes.require(config, "size");
        if (size.length != 2) {
            throw config.refused("size", size.length + " lengths", "height and width");
        }
        ObjectNode kept = kept(
                config,
                "interpolation",
                "antialias",
                "crop_to_aspect_ratio",
                "pad_to_aspect_ratio",
                "fill_mode",
                "fill_value",
                "data_format");
        Layer layer = layer("Resizing", kept.put("height", size[0]).put("width", size[1]));
        return call -> call.through(layer, call.tensor("images"));
    }

    private static Definition.Function grey(Config config) {
        boolean isFirst = config.text("data_format", "channels_last").equals("channels_first");
        return call -> {
            Ops ops = call.ops();
            Value images = call.tensor("images");
            int axis = images.shape().axis(isFirst ? -3 : -1);
            if (images.shape().dimension(axis).is(1)) {
                return images;
            }
            if (!images.shape().dimension(axis).is(GREY.length)) {
                throw call.refused("images", images.shape() + "", "one channel or three");
            }
            long[] lengths = new long[isFirst ? 3 : 1];
            Arrays.fill(lengths, 1);
            lengths[0] = GREY.length;
            DataType type = Promotion.floating(ops, images).type();
            Value weights = ops.constant(Constant.of(type, Shape.of(lengths), GREY));
            Value sum = ops.reduceSum(ops.mul(Promotion.floating(ops, images), weights), true, axis);
            return ops.cast(sum, images.type());
        };
    }

    /** The keys of an operation that are a layer's too. */
    static ObjectNode kept(Config config, String... keys) {
        ObjectNode kept = Config.json();
        for (String key : keys) {
            config.find(key).ifPresent(value -> kept.set(key, value));
        }
        return kept;
    }

    /** A layer without a name. */
    static Layer layer(String className, ObjectNode config) {
        return LayerRegistry.builtIn().read(className, config, inner -> {
            throw new IllegalStateException(className + ": " + inner + " (expected: no layer inside)");
        });
    }
}
