/** Tests of what is done to text. */
@NullMarked
package dev.slipway.keras.text;

import org.jspecify.annotations.NullMarked;
