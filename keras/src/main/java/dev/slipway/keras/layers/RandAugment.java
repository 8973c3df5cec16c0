package dev.slipway.keras.layers;

import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes images {@code num_ops} times in turn, each time in one of eleven ways, which is drawn for all images: {@link
 * AugmentationChoice#ofAll}. What these draw for each image is drawn once, so that a way that is chosen twice does twice the same.
 *
 * <p>Differs from Keras where channels come first: there {@code AutoContrast} stretches over the second and the third axis
 * whatever they are, here over rows and columns.
 *
 * <p>Source: {@code keras.layers.RandAugment} of Keras 3.9 and later.
 */
record RandAugment(AugmentationChoice choice, int times) implements Augmentation {
    private static final String TIMES = "num_ops";
    private static final int MOST_TIMES = 100;

    static RandAugment read(Config config) {
        int times = config.integer(TIMES, 2);
        Augmentation.requireCount(config, TIMES, times, 0, MOST_TIMES);
        return new RandAugment(AugmentationChoice.ofAll(config, AugmentationChoice.factor(config, 0.5)), times);
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        List<Value> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            chosen.add(AugmentationChoice.draw(call, images, 1, choice.count()));
        }
        Value state = call.weight(RandomLayer.STATE);
        BatchStack changed = BatchStack.of(call.ops(), images, 1);
        for (Value number : chosen) {
            // The same numbers are drawn from the same state.
            call.update(RandomLayer.STATE, state);
            changed = choice.apply(call, changed, size, number);
        }
        return changed.images();
    }
}
