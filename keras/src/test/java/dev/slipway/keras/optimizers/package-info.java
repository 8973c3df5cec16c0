/** Tests of optimizers against plain arithmetic. */
@NullMarked
package dev.slipway.keras.optimizers;

import org.jspecify.annotations.NullMarked;
