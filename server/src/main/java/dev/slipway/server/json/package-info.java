/**
 * Prediction requests and answers as JSON text, in TensorFlow Serving's row and column forms, streamed from and into
 * tensors. Knows tensors, nothing of HTTP or of running a model. Start reading at {@link
 * dev.slipway.server.json.PredictRequestReader}.
 */
@NullMarked
package dev.slipway.server.json;

import org.jspecify.annotations.NullMarked;
