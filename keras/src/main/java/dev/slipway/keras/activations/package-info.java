/**
 * The activation functions, by their Keras names, as graph operators. Knows nothing of layers.
 */
@NullMarked
package dev.slipway.keras.activations;

import org.jspecify.annotations.NullMarked;
