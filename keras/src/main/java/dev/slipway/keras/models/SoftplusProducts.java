package dev.slipway.keras.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.graph.Dimension;
import dev.slipway.graph.Shape;
import dev.slipway.keras.config.Config;
import dev.slipway.keras.config.Keras2Masks;
import dev.slipway.keras.layers.Layer;
import dev.slipway.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keras 1's {@code ParametricSoftplus}: two {@code EinsumDense} of a number for each place, betas before the softplus and alphas
 * behind it. Where all places share one number, the last axis repeats it.
 */
final class SoftplusProducts implements Rewriting {
    private static final String NOTE = "ParametricSoftplus written as two EinsumDense";
    private static final String APART =
            "alpha and beta that all places share, if trained further, become numbers for each place of the last axis";
    private static final int FIRST_LETTER = 'a';

    @Override
    public Optional<Replacement> of(OldLayer old) {
        if (!old.isOf("ParametricSoftplus")) {
            return Optional.empty();
        }
        // EinsumDense would not pass on the mask that arrives there.
        if (old.config().path(Keras2Masks.KEY).asBoolean()) {
            return Optional.empty();
        }
        Shape own = old.weight("alphas").shape();
        StringBuilder all = new StringBuilder("a");
        StringBuilder kept = new StringBuilder();
        for (int axis = 1; axis < old.input().rank(); axis++) {
            char letter = (char) (FIRST_LETTER + axis);
            all.append(letter);
            boolean isLast = axis == own.rank();
            if (own.size(axis - 1) > 1 || (isLast && kept.isEmpty())) {
                kept.append(letter);
            }
        }
        if (!old.input().dimension(-1).isKnown() && own.size(-1) == 1) {
            return Optional.empty();
        }
        String equation = all + "," + kept + "->" + all;
        Network chain = old.chain(
                List.of(product(old, "betas", equation, "softplus"), product(old, "alphas", equation, "linear")));
        Map<String, Tensor> weights = Map.of(
                old.name() + "/betas/kernel", kernel(old, "betas", kept.toString()),
                old.name() + "/alphas/kernel", kernel(old, "alphas", kept.toString()));
        List<String> notes = own.elementCount() == 1 ? List.of(NOTE, APART) : List.of(NOTE);
        return Optional.of(new Replacement(List.of(chain), weights, notes));
    }

    private static Layer product(OldLayer old, String name, String equation, String activation) {
        ObjectNode config = Config.json().put("equation", equation).put("activation", activation);
        ArrayNode lengths = config.putArray("output_shape");
        List<Dimension> dimensions = old.input().dimensions();
        for (Dimension dimension : dimensions.subList(1, dimensions.size())) {
            if (dimension.isKnown()) {
                lengths.add(dimension.size());
            } else {
                lengths.addNull();
            }
        }
        return old.part("EinsumDense", name, config.putNull("bias_axes"));
    }

    private static Tensor kernel(OldLayer old, String weight, String kept) {
        long[] lengths = kept.chars()
                .mapToLong(letter -> old.input().size(letter - FIRST_LETTER))
                .toArray();
        Tensor stored = old.weight(weight);
        int count = (int) stored.shape().elementCount();
        return Gathered.from(stored, Shape.of(lengths), place -> count == 1 ? 0 : place);
    }
}
