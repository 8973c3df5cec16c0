package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A layer that changes images at random in training by an {@link Augmentation}, and gives them as they are, in float32, otherwise. Its
 * configuration is what the augmentation asks for, and is written as it was read.
 *
 * <p>Source: the subclasses of {@code BaseImagePreprocessingLayer} of Keras 3 that do nothing with {@code
 * training=False}.
 */
public final class ImageAugmentation extends RandomLayer {
    /** What all layers have. */
    private static final Set<String> COMMON = Set.of("name", "trainable", "dtype", "seed");

    /** Keras does not write the seed of this one, so that it is written only where there is one. */
    private static final String USUALLY_SEEDLESS = "RandomGrayscale";

    private final String className;
    private final boolean writesSeed;
    private final Map<String, JsonNode> settings;
    private final DataFormat format;
    private final Augmentation augmentation;

    private ImageAugmentation(
            String className, String name, Config config, Function<Config, ? extends Augmentation> augmentation) {
        super(name, config.truth("trainable", true), seed(config));
        this.className = className;
        this.writesSeed =
                !className.equals(USUALLY_SEEDLESS) || config.find("seed").isPresent();
        this.format = DataFormat.read(config);
        this.augmentation = augmentation.apply(config);
        config.find("bounding_box_format");
        this.settings = config.found();
        settings.keySet().removeAll(COMMON);
    }

    static LayerRegistry.Factory reader(String className, Function<Config, ? extends Augmentation> augmentation) {
        return (name, config) -> new ImageAugmentation(className, name, config, augmentation);
    }

    @Override
    public String className() {
        return className;
    }

    @Override
    public void writeConfig(ObjectNode config) {
        settings.forEach(config::set);
        if (writesSeed) {
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
        Value images = undisturbed(call);
        ImageSize.requireImages(this, images, format);
        ImageSize size = ImageSize.of(this, images, format);
        Value changed = augmentation.apply(call, format.toChannelsLast(call.ops(), images), size);
        return format == DataFormat.CHANNELS_LAST
                ? changed
                : DataFormat.CHANNELS_LAST.toChannelsFirst(call.ops(), changed);
    }
}
