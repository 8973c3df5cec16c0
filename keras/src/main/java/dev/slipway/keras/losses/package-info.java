/**
 * The losses, as graph operators with Keras's formulas and reductions. Knows nothing of models.
 */
@NullMarked
package dev.slipway.keras.losses;

import org.jspecify.annotations.NullMarked;
