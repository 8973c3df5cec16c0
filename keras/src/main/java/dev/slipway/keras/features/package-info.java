/**
 * What becomes of the columns of a table before a network sees them: layers that learn from the data and are part of the
 * model, so that it takes raw values. Knows tables and layers, nothing of training. Start reading at
 * {@link dev.slipway.keras.features.TableFeatures}.
 */
@NullMarked
package dev.slipway.keras.features;

import org.jspecify.annotations.NullMarked;
