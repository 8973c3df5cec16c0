/**
 * Training and evaluation: one graph a step, fed batch by batch.
 *
 * <p>Knows layers, losses, optimizers and metrics; never files. Start reading at {@link dev.slipway.keras.trainers.Trainer}.
 */
@NullMarked
package dev.slipway.keras.trainers;

import org.jspecify.annotations.NullMarked;
