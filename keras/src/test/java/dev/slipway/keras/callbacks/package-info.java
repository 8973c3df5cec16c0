/** Tests of the steps of training. */
@NullMarked
package dev.slipway.keras.callbacks;

import org.jspecify.annotations.NullMarked;
