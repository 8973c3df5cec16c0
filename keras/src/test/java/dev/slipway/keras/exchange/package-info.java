/** What {@code scripts/check-with-keras} runs: models that Slipway writes for real Keras, and those that Keras wrote of them. */
@NullMarked
package dev.slipway.keras.exchange;

import org.jspecify.annotations.NullMarked;
