/**
 * Data: files (CSV, numpy's {@code .npy} and {@code .npz}), and rows that come one after the other without being all in
 * memory. Knows tensors and bytes, nothing of models. Start reading at {@link dev.slipway.keras.data.RowSource}.
 */
@NullMarked
package dev.slipway.keras.data;

import org.jspecify.annotations.NullMarked;
