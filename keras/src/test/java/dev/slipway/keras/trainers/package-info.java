/** Tests of the steps of training. */
@NullMarked
package dev.slipway.keras.trainers;

import org.jspecify.annotations.NullMarked;
