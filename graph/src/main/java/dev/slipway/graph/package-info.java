/**
 * A model as one graph of standard ONNX operators: values with types and symbolic shapes, operators with shape
 * inference, reverse-mode differentiation, and ONNX bytes.
 *
 * <p>Knows nothing of Keras, of engines or of files. Start reading at {@link dev.slipway.graph.Graph}, then
 * {@link dev.slipway.graph.Ops} and {@link dev.slipway.graph.Gradient}.
 */
@NullMarked
package dev.slipway.graph;

import org.jspecify.annotations.NullMarked;
