/**
 * The layers, one class a file: configuration, weights, and the forward pass as graph operators.
 *
 * <p>Knows graphs; never how a model is trained, stored or served. Start reading at {@link dev.slipway.keras.layers.Layer}
 * and its shortest example, {@link dev.slipway.keras.layers.Rescaling}.
 */
@NullMarked
package dev.slipway.keras.layers;

import org.jspecify.annotations.NullMarked;
