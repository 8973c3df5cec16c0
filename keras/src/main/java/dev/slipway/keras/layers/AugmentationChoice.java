package dev.slipway.keras.layers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;
import java.util.ArrayList;
import java.util.List;

/**
 * Several augmentations, of which one that is drawn is applied. All of them are computed, as a graph has no branches; of those that
 * only read at other places the reading is done once.
 *
 * @param moving those that read at other places, first in the count
 * @param colouring the others but for {@link Equalization}, which is the last
 * @param values the bounds of what images hold
 */
record AugmentationChoice(List<AffineAugmentation> moving, List<Augmentation> colouring, Augmentation.Range values) {
    AugmentationChoice {
        moving = List.copyOf(moving);
        colouring = List.copyOf(colouring);
    }

    /** The strengths of the layers that are chosen from: {@code factor}, from 0 to 1, has the given range if it is not set. */
    static Augmentation.Range factor(Config config, double absent) {
        Augmentation.Range factor =
                Augmentation.Range.find(config, "factor", 0).orElse(new Augmentation.Range(0, absent));
        if (!(factor.low() >= 0 && factor.high() <= 1)) {
            throw config.refused("factor", factor.low() + " to " + factor.high(), "0 to 1");
        }
        return factor;
    }

    /** The layers that change places and those that leave as many colours as they find, of one strength. */
    static AugmentationChoice of(Config config, Augmentation.Range factor) {
        Config all = settings(config, factor);
        Augmentation.Range values = Augmentation.valueRange(all);
        return new AugmentationChoice(
                List.of(
                        AffineAugmentation.shear(all),
                        AffineAugmentation.translation(all),
                        AffineAugmentation.rotation(all)),
                List.of(posterization(values, factor), Solarization.read(all), AutoContrast.augmentation(values)),
                values);
    }

    /** {@link #of} and brightness, colour, contrast and sharpness. */
    static AugmentationChoice ofAll(Config config, Augmentation.Range factor) {
        Config all = settings(config, factor);
        AugmentationChoice some = of(config, factor);
        List<Augmentation> colouring = new ArrayList<>(some.colouring);
        colouring.add(RandomBrightness.read(all));
        colouring.add(Grey.partly(all));
        colouring.add(RandomContrast.read(all));
        colouring.add(RandomSharpness.read(all));
        return new AugmentationChoice(some.moving, colouring, some.values);
    }

    /** At most as many bits as the strength allows, and not all of them if it allows several, as Keras has it. */
    private static Augmentation posterization(Augmentation.Range values, Augmentation.Range factor) {
        return new RandomPosterization(1, Math.max(1, (int) (8 * factor.high())), values);
    }

    /** What the layers to choose from are configured with; each asks for its own keys. */
    private static Config settings(Config config, Augmentation.Range factor) {
        ObjectNode settings = Config.json();
        for (String key : List.of(
                "factor",
                "x_factor",
                "y_factor",
                "height_factor",
                "width_factor",
                "addition_factor",
                "threshold_factor")) {
            put(settings.putArray(key), factor);
        }
        put(settings.putArray("value_range"), Augmentation.valueRange(config));
        settings.put("interpolation", config.text("interpolation", "bilinear"));
        return new Config(config.subject(), settings);
    }

    private static void put(ArrayNode array, Augmentation.Range range) {
        array.add(range.low()).add(range.high());
    }

    /** How many there are. */
    int count() {
        return moving.size() + colouring.size() + 1;
    }

    /**
     * Applies one to each batch.
     *
     * @param call the layer's call, whose random state is drawn from by all, chosen or not
     * @param batches the images
     * @param size their size
     * @param numbers which one for each batch, counted from 0, whole numbers of the images' type, {@code [1, 1, 1, batches]}; none if
     *     there are not so many
     * @return changed images
     */
    BatchStack apply(LayerCall call, BatchStack batches, ImageSize size, Value numbers) {
        Ops ops = call.ops();
        Value images = batches.images();
        Value number = batches.spread(ops, numbers);
        List<Value> chosen = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            chosen.add(ops.equal(number, ops.like(number, i)));
        }
        int moves = moving.size();
        Value moved = AffineAugmentation.oneOf(moving, chosen.subList(0, moves)).apply(call, images, size);
        Value changed = ops.where(ops.less(number, ops.like(number, moves)), moved, images);
        for (int i = 0; i < colouring.size(); i++) {
            changed = ops.where(chosen.get(moves + i), colouring.get(i).apply(call, images, size), changed);
        }
        Value even = Equalization.equalized(ops, batches, values);
        return batches.with(ops.where(chosen.get(count() - 1), even, changed));
    }

    /** Numbers to choose by, one for each batch, each below the end with the same chance, {@code [1, 1, 1, batches]}. */
    static Value draw(LayerCall call, Value images, int batches, int end) {
        Ops ops = call.ops();
        // In 16 bits some numbers would be the end itself.
        Value even = RandomLayer.uniform(call, call.wide(Augmentation.once(ops, images, batches)));
        return ops.floor(ops.mul(even, ops.like(even, end)));
    }
}
