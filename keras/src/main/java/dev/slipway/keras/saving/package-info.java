/**
 * Keras's two file formats, {@code .keras} and {@code .h5}: bytes to document. Knows JSON and stored variables; nothing of
 * layers, graphs or training, and executes nothing from a file.
 *
 * <p>Start reading at {@link dev.slipway.keras.saving.KerasFile}.
 */
@NullMarked
package dev.slipway.keras.saving;

import org.jspecify.annotations.NullMarked;
