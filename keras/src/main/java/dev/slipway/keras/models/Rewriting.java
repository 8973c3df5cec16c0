package dev.slipway.keras.models;

import java.util.Optional;

/** Says one thing that only older versions of Keras had in Keras 3's words, with the same results. */
@FunctionalInterface
interface Rewriting {
    /**
     * What takes the place of a layer.
     *
     * @param old the layer as it stands in the model
     * @return empty if this is not about such a layer, or it has no exact equivalent
     */
    Optional<Replacement> of(OldLayer old);

    /** Whether training keeps weights in bounds, which are about the axes that the weights have. */
    static boolean isConstrained(OldLayer old) {
        return old.config().properties().stream()
                .anyMatch(field -> field.getKey().endsWith("_constraint")
                        && !field.getValue().isNull());
    }
}
