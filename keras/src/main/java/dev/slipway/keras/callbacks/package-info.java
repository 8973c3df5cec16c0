/**
 * What may look on, and interfere, while a model trains. Knows nothing of models.
 */
@NullMarked
package dev.slipway.keras.callbacks;

import org.jspecify.annotations.NullMarked;
