package dev.slipway.keras.layers;

import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Changes brightness, contrast, saturation and hue, in this order, as far as their factors are given.
 *
 * <p>Source: {@code keras.layers.RandomColorJitter}.
 */
final class RandomColorJitter {
    private RandomColorJitter() {}

    static Augmentation read(Config config) {
        // Asked for even if no factor is given.
        Augmentation.valueRange(config);
        List<Augmentation> all = new ArrayList<>();
        add(all, config, "brightness_factor", RandomBrightness::read);
        add(all, config, "contrast_factor", RandomContrast::read);
        add(all, config, "saturation_factor", RandomSaturation::read);
        add(all, config, "hue_factor", RandomHue::read);
        return Augmentation.inTurn(List.copyOf(all));
    }

    private static void add(
            List<Augmentation> all, Config config, String key, BiFunction<Config, String, Augmentation> reader) {
        if (config.find(key).isPresent()) {
            all.add(reader.apply(config, key));
        }
    }
}
