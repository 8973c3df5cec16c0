/**
 * Runs graphs on ONNX Runtime: tensors over direct memory, compiled graphs, and predictors with named, typed inputs and
 * outputs.
 *
 * <p>Knows nothing of Keras, HTTP or files other than {@code .onnx}. Whatever is opened here owns native memory and is
 * closed by whoever opened it. Start reading at {@link dev.slipway.runtime.CompiledGraph}.
 */
@NullMarked
package dev.slipway.runtime;

import org.jspecify.annotations.NullMarked;
