/** What {@code scripts/fuzz} runs: the readers of model files over bytes of any kind. */
@NullMarked
package dev.slipway.keras.fuzz;

import org.jspecify.annotations.NullMarked;
