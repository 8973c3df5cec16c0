/**
 * What a weight must be after every step of training. Knows nothing of layers and optimizers. Start reading at
 * {@link dev.slipway.keras.constraints.Constraint}.
 */
@NullMarked
package dev.slipway.keras.constraints;

import org.jspecify.annotations.NullMarked;
