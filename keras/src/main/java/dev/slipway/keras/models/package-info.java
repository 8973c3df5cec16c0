/**
 * Networks of layers (Sequential and functional), and the model: a network with weights, which trains, predicts, saves
 * and loads.
 *
 * <p>Start reading at {@link dev.slipway.keras.models.Model}.
 */
@NullMarked
package dev.slipway.keras.models;

import org.jspecify.annotations.NullMarked;
