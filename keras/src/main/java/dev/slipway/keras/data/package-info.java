/** Data files: CSV, numpy's {@code .npy} and {@code .npz}. Knows tensors and bytes, nothing of models. */
@NullMarked
package dev.slipway.keras.data;

import org.jspecify.annotations.NullMarked;
