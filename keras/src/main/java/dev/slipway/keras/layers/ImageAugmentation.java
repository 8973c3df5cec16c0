package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A layer that changes images at random in training by an {@link Augmentation}, and gives them as they are, in float32, otherwise.
 *
 * <p>Source: the subclasses of {@code BaseImagePreprocessingLayer} of Keras 3 that do nothing with {@code
 * training=False}.
 */
public final class ImageAugmentation extends RandomLayer {
    /** The keys of all such layers but {@code seed}. */
    private static final List<String> SETTINGS = List.of(
            "addition_factor",
            "all_ops",
            "alpha",
            "bounding_box_format",
            "brightness_factor",
            "chain_depth",
            "contrast_factor",
            "data_format",
            "factor",
            "fill_mode",
            "fill_value",
            "height_factor",
            "hue_factor",
            "interpolation",
            "kernel_size",
            "mode",
            "num_chains",
            "num_ops",
            "saturation_factor",
            "scale",
            "sigma",
            "threshold_factor",
            "value_range",
            "width_factor",
            "x_factor",
            "y_factor");

    private final String className;
    private final Map<String, JsonNode> settings;

    private final DataFormat format;
    private final Augmentation augmentation;

    private ImageAugmentation(
            String className, String name, Config config, Function<Config, Augmentation> augmentation) {
        super(name, config.truth("trainable", true), seed(config));
        this.className = className;
        this.settings = new TreeMap<>();
        for (String key : SETTINGS) {
            config.find(key).ifPresent(value -> settings.put(key, value));
        }
        this.format = DataFormat.read(config);
        this.augmentation = augmentation.apply(config);
    }

    static LayerRegistry.Factory reader(String className, Function<Config, Augmentation> augmentation) {
        return (name, config) -> new ImageAugmentation(className, name, config, augmentation);
    }

    @Override
    public String className() {
        return className;
    }

    @Override
    public void writeConfig(ObjectNode config) {
        settings.forEach(config::set);
        writeSeed(config);
    }

    @Override
    boolean draws() {
        return true;
    }

    @Override
    Value undisturbed(LayerCall call) {
        return call.floatingInput();
    }

    @Override
    Value disturbed(LayerCall call) {
        Value images = undisturbed(call);
        ImageSize.requireImages(this, images, format);
        ImageSize size = ImageSize.of(this, images, format);
        Value changed = augmentation.apply(call, format.toChannelsLast(call.ops(), images), size);
        return format == DataFormat.CHANNELS_LAST
                ? changed
                : DataFormat.CHANNELS_LAST.toChannelsFirst(call.ops(), changed);
    }
}
