package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Value;
import dev.slipway.keras.config.Config;

/**
 * Changes images in {@code num_chains} ways, mixes these with weights {@code c} of the Dirichlet distribution, and what comes out with
 * the images: {@code clip(w · x + (1 - w) · sum(c · changed), low, high)}, with a {@code w} of the beta distribution; all weights are of
 * the parameter {@code alpha} and drawn for all images. In one way, images are changed {@code chain_depth} times in turn, each time in
 * one of the ways of {@link AugmentationChoice}, or not at all, with the same chance.
 *
 * <p>Keras's {@code get_config} gives the number of chains for their depth and the depth for their number, and its constructor takes
 * them as they stand there, as is done here: a file has what a model that is loaded from it does.
 *
 * <p>Differs from Keras where channels come first, as {@link RandAugment}; and on TensorFlow and JAX, whose compiled steps choose the ways
 * once, when they are compiled, where here they are chosen in each step.
 *
 * <p>Source: {@code keras.layers.AugMix}.
 */
record AugMix(AugmentationChoice choice, int chains, int depth, double alpha, Range values) implements Augmentation {
    private static final String CHAINS = "num_chains";
    private static final String DEPTH = "chain_depth";
    private static final int MOST = 20;

    static AugMix read(Config config) {
        int chains = config.integer(CHAINS, 3);
        int depth = config.integer(DEPTH, 3);
        Augmentation.requireCount(config, CHAINS, chains, 1, MOST);
        Augmentation.requireCount(config, DEPTH, depth, 0, MOST);
        Range factor = AugmentationChoice.factor(config, 0.3);
        AugmentationChoice choice = config.truth("all_ops", true)
                ? AugmentationChoice.ofAll(config, factor)
                : AugmentationChoice.of(config, factor);
        return new AugMix(choice, chains, depth, config.number("alpha", 1), Augmentation.valueRange(config));
    }

    @Override
    public Value apply(LayerCall call, Value images, ImageSize size) {
        MixUp.requireAboveZero(alpha);
        Ops ops = call.ops();
        Value parameter = Augmentation.number(ops, images, alpha);
        Value drawn = GammaNoise.logarithms(call, Augmentation.once(ops, images, chains + 2), parameter);
        // Gamma variables as parts of their sum are of the Dirichlet distribution.
        Value shares = ops.cast(ops.softmax(ops.slice(drawn, 3, 0, chains), 3), images.type());
        Value kept = ops.cast(GammaNoise.beta(ops, ops.slice(drawn, 3, chains, chains + 2)), images.type());
        BatchStack changed = BatchStack.of(ops, images, chains);
        for (int i = 0; i < depth; i++) {
            Value numbers = AugmentationChoice.draw(call, images, chains, choice.count() + 1);
            changed = choice.apply(call, changed, size, numbers);
        }
        Value mixed = changed.sum(ops, images, shares);
        Value result = ops.add(ops.mul(kept, images), ops.mul(ops.sub(ops.like(kept, 1), kept), mixed));
        return ops.clip(result, values.low(), values.high());
    }
}
