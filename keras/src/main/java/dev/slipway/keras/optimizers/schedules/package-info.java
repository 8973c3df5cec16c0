/**
 * Learning rates that change with the steps done, as graph operators. Knows graphs only. Start reading at
 * {@link dev.slipway.keras.optimizers.schedules.LearningRateSchedule}.
 */
@NullMarked
package dev.slipway.keras.optimizers.schedules;

import org.jspecify.annotations.NullMarked;
