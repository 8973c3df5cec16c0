package dev.slipway.keras.saving;

import dev.slipway.runtime.Tensor;

/** Where the numbers of one weight stand in a layer's group, and how they become what Keras 3 has. */
@FunctionalInterface
interface WeightSource {
    Tensor read(StoredGroup group);
}
