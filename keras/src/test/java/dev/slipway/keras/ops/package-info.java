/** Tests of the tensor operations of functional models. */
@NullMarked
package dev.slipway.keras.ops;

import org.jspecify.annotations.NullMarked;
