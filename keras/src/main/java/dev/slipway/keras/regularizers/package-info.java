/**
 * What the size of a weight adds to the loss. Knows nothing of layers.
 */
@NullMarked
package dev.slipway.keras.regularizers;

import org.jspecify.annotations.NullMarked;
