/**
 * What is done to text before any numbers: taking it apart into tokens, and hashing these as TensorFlow does. Knows neither
 * tensors nor layers.
 */
@NullMarked
package dev.slipway.keras.text;

import org.jspecify.annotations.NullMarked;
