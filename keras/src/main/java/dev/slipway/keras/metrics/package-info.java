/**
 * The metrics: accumulators that a step updates in the graph, and the number they stand for. Knows nothing of models.
 */
@NullMarked
package dev.slipway.keras.metrics;

import org.jspecify.annotations.NullMarked;
