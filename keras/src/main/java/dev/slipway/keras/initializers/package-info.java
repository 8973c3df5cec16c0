/**
 * How weights begin. Knows nothing of layers; randomness comes from outside.
 */
@NullMarked
package dev.slipway.keras.initializers;

import org.jspecify.annotations.NullMarked;
