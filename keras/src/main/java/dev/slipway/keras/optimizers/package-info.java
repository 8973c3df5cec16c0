/**
 * The optimizers: how a weight changes with its gradient, as graph operators with Keras's exact update rules.
 *
 * <p>Knows graphs; never layers or models. Start reading at {@link dev.slipway.keras.optimizers.Optimizer}.
 */
@NullMarked
package dev.slipway.keras.optimizers;

import org.jspecify.annotations.NullMarked;
