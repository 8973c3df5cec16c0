package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A layer that changes images at random in training, each by itself, and gives them as they are, in float32, otherwise.
 * Training with those that have no {@link Augmentation} is refused; what they would do is kept for the file.
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
            "bins",
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

    /** Draws nothing in Keras, whose constructor refuses a seed. */
    private static final String SEEDLESS = "Equalization";

    private final String className;
    private final Map<String, JsonNode> settings;

    private final DataFormat format;
    private final Optional<Augmentation> augmentation;

    private ImageAugmentation(
            String className, String name, Config config, Optional<Function<Config, Augmentation>> augmentation) {
        super(name, config.truth("trainable", true), seed(config));
        this.className = className;
        this.settings = new TreeMap<>();
        for (String key : SETTINGS) {
            config.find(key).ifPresent(value -> settings.put(key, value));
        }
        this.format = DataFormat.read(config);
        this.augmentation = augmentation.map(reader -> reader.apply(config));
    }

    static LayerRegistry.Factory reader(String className) {
        return (name, config) -> new ImageAugmentation(className, name, config, Optional.empty());
    }

    static LayerRegistry.Factory reader(String className, Function<Config, Augmentation> augmentation) {
        return (name, config) -> new ImageAugmentation(className, name, config, Optional.of(augmentation));
    }

    @Override
    public String className() {
        return className;
    }

    @Override
    public void writeConfig(ObjectNode config) {
        settings.forEach(config::set);
        if (!className.equals(SEEDLESS)) {
            writeSeed(config);
        }
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
        Augmentation change = augmentation.orElseThrow(() -> new IllegalArgumentException(
                this + ": training (expected: inference only, as Slipway does not change images this way yet)"));
        Value images = undisturbed(call);
        ImageSize.requireImages(this, images, format);
        ImageSize size = ImageSize.of(this, images, format);
        Value changed = change.apply(call, format.toChannelsLast(call.ops(), images), size);
        return format == DataFormat.CHANNELS_LAST
                ? changed
                : DataFormat.CHANNELS_LAST.toChannelsFirst(call.ops(), changed);
    }
}
