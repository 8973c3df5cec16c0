/**
 * The tensor operations that functional models record: {@code x + 1}, {@code x[:, 0]}, {@code keras.ops.mean(x)}. Each is
 * one small entry of {@link dev.slipway.keras.ops.OperationRegistry}, where to start reading. Knows layers, as each use of
 * an operation is one; no layer knows it.
 */
@NullMarked
package dev.slipway.keras.ops;

import org.jspecify.annotations.NullMarked;
