/** Tests of the Keras module against models that real Keras wrote, trained and ran. */
@NullMarked
package dev.slipway.keras;

import org.jspecify.annotations.NullMarked;
